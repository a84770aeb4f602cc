package reach

import (
	"maps"
	"slices"

	"github.com/tierwall/tierwall/internal/reach/address"
)

// entrances are the classes that let blocks in, by number, so that those who let somebody in are found by his addresses.
type entrances struct {
	everyone *entrance
	islands  map[*VPC]*entrance // by the VPC that no route leads out of; nil for all others
	known    map[entranceKey][]int
}

// entrance is some of them.
type entrance struct {
	rules []address.Indexed
	index *address.Index // of the rules; nil until it is needed
}

// entranceKey is where interfaces are that open connections.
type entranceKey struct {
	subnets subnetsKey
	island  *VPC
}

func newEntrances() *entrances {
	return &entrances{everyone: &entrance{}, islands: map[*VPC]*entrance{nil: {}}, known: map[entranceKey][]int{}}
}

// add takes note of a class, if it lets blocks in.
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

// entrances are the blocks that a class lets in. One whose rules are not all seen may let in all of them.
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

// to lists the classes that may let in what comes from where a class's interfaces are.
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

// near collects those who may let in what comes from where a class's interfaces are.
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

// island is the VPC that the class is in, if no route leads from there to another network; nil if one may.
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

// isLinked reports whether packets may get from the subnet to another network that is not the internet. That a NAT gateway
// stands in the subnet is said by viaNAT.
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
