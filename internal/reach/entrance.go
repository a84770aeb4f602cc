package reach

import (
	"maps"
	"slices"

	"github.com/tierwall/tierwall/internal/reach/address"
)

// entrances holds the classes that let blocks in, by number. It finds the classes that may let in packets from given addresses.
type entrances struct {
	everyone *entrance
	islands  map[*VPC]*entrance // by VPC, if it is an island; all other classes by nil
	known    map[entranceKey][]int
}

// entrance holds some of these classes.
type entrance struct {
	rules []address.Indexed
	index *address.Index // of the rules; nil until it is needed
}

// entranceKey identifies the subnets of interfaces that open connections.
type entranceKey struct {
	subnets subnetsKey
	island  *VPC
}

func newEntrances() *entrances {
	return &entrances{everyone: &entrance{}, islands: map[*VPC]*entrance{nil: {}}, known: map[entranceKey][]int{}}
}

// add adds a class if it lets blocks in.
func (e *entrances) add(c *Class, number int) {
	rules := c.entrances(number)
	if len(rules) == 0 {
		return
	}
	v := c.island()
	if e.islands[v] == nil {
		e.islands[v] = &entrance{}
	}
	for _, to := range []*entrance{e.everyone, e.islands[v]} {
		to.rules = append(to.rules, rules...)
	}
}

// entrances returns the blocks that a class lets in. If not all rules of the class are seen, it may let in every block.
func (c *Class) entrances(number int) []address.Indexed {
	if c.Unfiltered || !c.side(ingress).unseen.IsEmpty() {
		return []address.Indexed{{Value: number}}
	}
	var out []address.Indexed
	for _, r := range c.side(ingress).blocks {
		out = append(out, address.Indexed{Block: r.Peer.Block, Value: number})
	}
	return out
}

// to returns the classes that may let in packets from a class's interfaces.
func (e *entrances) to(c *Class) []int {
	key := entranceKey{keyOf(c.Subnets), c.island()}
	if out, known := e.known[key]; known && len(c.own) == 0 {
		return out
	}
	found := map[int]bool{}
	if key.island == nil {
		e.everyone.near(c, found)
	} else {
		e.islands[nil].near(c, found)
		if own := e.islands[key.island]; own != nil {
			own.near(c, found)
		}
	}
	out := slices.Collect(maps.Keys(found))
	if len(c.own) == 0 {
		e.known[key] = out
	}
	return out
}

// near adds the classes that may let in packets from a class's interfaces.
func (e *entrance) near(from *Class, into map[int]bool) {
	if e.index == nil {
		e.index = address.NewIndex(e.rules)
	}
	for _, location := range from.Locations() {
		for i := range e.index.Near(location.Cell) {
			into[i] = true
		}
	}
}

// island returns the VPC of the class if no route leads from there to another network. It returns nil if a route may.
func (c *Class) island() *VPC {
	var out *VPC
	for _, s := range c.Subnets {
		if !s.isIsolated || out != nil && s.VPC != out {
			return nil
		}
		out = s.VPC
	}
	return out
}

// isLinked reports whether packets may get from the subnet to another network that is not the internet. viaNAT says that the subnet is
// that of a NAT gateway.
func (t *Topology) isLinked(s *Subnet, viaNAT bool) bool {
	if s == nil || s.VPC == nil || s.VPC.Resource == nil || s.Unsure != "" || s.Table == nil || s.Table.Unsure != "" {
		return true
	}
	return slices.ContainsFunc(s.Table.Routes, func(r Route) bool {
		if r.Unsure != "" {
			return true
		}
		switch r.Target.Kind {
		case Attachment, Middlebox, UnknownTarget:
			return true
		case NATGateway:
			_, literal := r.Target.connectivity()
			return viaNAT || !literal || t.isLinked(t.natSubnets[r.Target.Resource], true)
		}
		return r.propagated
	})
}
