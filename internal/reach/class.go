package reach

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach/address"
	"github.com/tierwall/tierwall/internal/traffic"
)

// Class is a set of network interfaces that are alike: they have the same groups and are in the same subnets.
type Class struct {
	Name    string
	Groups  []*Group
	Subnets []*Subnet
	Members []*cfn.Resource // nil for a class that stands for all interfaces with the groups
	// Unfiltered says that the interfaces have no groups at all, such as those of a network load balancer that was made without groups.
	Unfiltered bool
	// Unsure says why the interfaces may not be there, or may not be like this. It is empty if they surely are.
	Unsure string
	// Unseen says why the interfaces may have groups that are not among Groups. It is empty if they have no others.
	Unseen string

	outsiders string // see Outsiders
	// shadow says that the class stands for interfaces that may have the group beside the interfaces that are seen.
	shadow bool
	// own are the addresses of interfaces that state them. All other interfaces may have any address of their subnet.
	own map[*Subnet][]Cell

	public publicity

	out, in   *side
	cut       *cuts
	locations []Location
}

// Location is one cell of one subnet of a class: interfaces of the class may be there.
type Location struct {
	Subnet *Subnet
	Cell   Cell
}

// Locations returns all locations of the class, in the order of its subnets. A subnet without addresses has none. They are computed once:
// Subnets must not change after the first call.
func (c *Class) Locations() []Location {
	if c.locations == nil {
		for _, s := range c.Subnets {
			for _, cell := range c.cells(s) {
				c.locations = append(c.locations, Location{s, cell})
			}
		}
	}
	return c.locations
}

// cells returns the addresses that the interfaces may have in a subnet.
func (c *Class) cells(s *Subnet) []Cell {
	if own := c.own[s]; len(own) > 0 {
		return own
	}
	return s.Cells
}

// Class makes a class of interfaces with the groups in the subnets.
func (t *Topology) Class(name string, groups []*Group, subnets []*Subnet) *Class {
	c := &Class{Name: name, Groups: groups, Subnets: subnets}
	for _, g := range groups {
		if g.Resource != nil {
			c.Unsure = cmp.Or(c.Unsure, t.conditional(g.Resource))
		}
	}
	return c
}

// GroupClass returns the class of interfaces that have only this group. They may be anywhere in the group's VPC, unless Place says where
// they are. If no subnet of the VPC is in the templates, their place is unknown.
func (t *Topology) GroupClass(g *Group) *Class {
	subnets, ok := t.placed[g]
	if !ok {
		subnets = t.groupSubnets(g)
	}
	if len(subnets) == 0 {
		subnets = t.elsewhere(t.groupVPC(g), g.Name)
	}
	return t.Class(g.Name, []*Group{g}, subnets)
}

// Place says where interfaces with the group are that are not in the templates.
func (t *Topology) Place(g *Group, subnets []*Subnet) {
	t.placed[g] = subnets
	t.memo.matrix = nil
}

// groupSubnets returns all subnets of the group's VPCs.
func (t *Topology) groupSubnets(g *Group) []*Subnet {
	v := t.groupVPC(g)
	if v == nil {
		return nil
	}
	out := t.subnetsIn(v)
	for _, more := range g.further {
		out = append(slices.Clone(out), t.subnetsIn(more)...)
	}
	return out
}

// subnetsIn returns the subnets of a VPC that are in the templates.
func (t *Topology) subnetsIn(v *VPC) []*Subnet {
	out, known := t.memo.vpcSubnets[v]
	if !known {
		for _, s := range t.Subnets {
			if s.VPC == v && !s.Several {
				out = append(out, s)
			}
		}
		t.memo.vpcSubnets[v] = out
	}
	return out
}

// groupVPC returns the VPC of a group, or nil if it is not known.
func (t *Topology) groupVPC(g *Group) *VPC {
	switch {
	case g.Resource != nil:
		return t.VPCOf(g.Resource.Get("VpcId"))
	case g.cluster != nil:
		return t.clusterVPC(g.cluster)
	}
	return g.Default
}

// elsewhere returns the subnets of a VPC that are not in the templates. If the VPC is nil, they are anywhere.
func (t *Topology) elsewhere(v *VPC, what string) []*Subnet {
	key := "the unknown place of " + what
	if v != nil {
		key = "an unknown subnet of " + v.Name
	}
	if found := t.hidden[key]; found != nil {
		return found
	}
	s := &Subnet{Name: key, VPC: v, Cells: unknownCells(key), Several: true, Public: address.Perhaps}
	if t.openPlaces {
		t.openPlace(s, cmp.Or(v, t.somewhere))
	}
	t.hidden[key] = []*Subnet{s}
	return t.hidden[key]
}

// side is what a class's groups let through in one direction.
type side struct {
	groups          map[*Group]traffic.Carried // by reference
	byGroups        traffic.Set                // of all rules by reference, whatever the group
	byUnknownGroups traffic.Set                // of all rules by reference, those to groups that may be any group
	blocks          []Rule                     // on blocks and prefix lists
	index           *address.Index             // of blocks; nil if there are few
	byAddress       traffic.Carried            // of rules on blocks and lists, whatever the address
	unseen          traffic.Set                // what unseen rules may let through
}

func newSide(c *Class, rules func(*Group) []Rule) *side {
	references := 0
	for _, g := range c.Groups {
		for _, r := range rules(g) {
			if r.Peer.Group != nil {
				references++
			}
		}
	}
	s := &side{groups: make(map[*Group]traffic.Carried, references)}
	if c.Unseen != "" {
		s.unseen = traffic.Everything()
	}
	var named, sure, maybe traffic.Builder
	for _, g := range c.Groups {
		for _, r := range rules(g) {
			if r.Peer.Group != nil {
				s.groups[r.Peer.Group] = s.groups[r.Peer.Group].Union(traffic.Surely(r.Traffic).DoubtIf(r.Unsure))
				named.Add(r.Traffic)
				if r.Peer.Group.mayBeAnyGroup {
					s.byUnknownGroups = s.byUnknownGroups.Union(r.Traffic)
				}
				continue
			}
			s.blocks = append(s.blocks, r)
			maybe.Add(r.Traffic)
			if r.Unsure == "" {
				sure.Add(r.Traffic)
			}
		}
		if g.Foreign || g.Unsure != "" {
			s.unseen = traffic.Everything()
		}
	}
	s.byGroups, s.byAddress = named.Set(), traffic.Carried{Sure: sure.Set(), Maybe: maybe.Set()}
	if len(s.blocks) > fewBlocks {
		s.index = address.NewIndex(s.indexed())
	}
	return s
}

// fewBlocks is the largest number of rules that are evaluated one by one. More rules are found by an index.
const fewBlocks = 8

func (s *side) indexed() []address.Indexed {
	out := make([]address.Indexed, len(s.blocks))
	for i := range s.blocks {
		out[i] = address.Indexed{Block: s.blocks[i].Peer.Block, Value: i}
	}
	return out
}

// near yields the rules on blocks and lists that may hold the place. It may yield others too.
func (s *side) near(to place) iter.Seq[*Rule] {
	return func(yield func(*Rule) bool) {
		if s.index != nil && to.list == "" {
			for i := range s.index.Near(to.cell) {
				if !yield(&s.blocks[i]) {
					return
				}
			}
			return
		}
		for i := range s.blocks {
			if !yield(&s.blocks[i]) {
				return
			}
		}
	}
}

func (c *Class) side(d direction) *side {
	if c.out == nil {
		c.out = newSide(c, func(g *Group) []Rule { return g.Egress })
		c.in = newSide(c, func(g *Group) []Rule { return g.Ingress })
	}
	if d == egress {
		return c.out
	}
	return c.in
}

// Unresolved selects how to treat a rule on a block or prefix list if only a deployment knows whether the block or list holds an address.
// Two sets of rules can only be compared if both are treated alike.
type Unresolved int

// The ways to treat such a rule.
const (
	DoubtUnresolved  Unresolved = iota // the rule may match: what depends on it is not sure
	IgnoreUnresolved                   // the rule does not match
	MatchUnresolved                    // the rule matches
)

// toward returns what the class's groups let through to or from a place where interfaces have the given groups.
func (c *Class) toward(d direction, groups []*Group, to place, byReference bool, unresolved Unresolved) traffic.Carried {
	if c.Unfiltered {
		return traffic.Unrestricted()
	}
	s := c.side(d)
	out := traffic.Carried{Maybe: s.unseen}
	if to.anyone {
		out.Maybe = out.Maybe.Union(s.byGroups)
	} else if len(groups) > 0 {
		out.Maybe = out.Maybe.Union(s.byUnknownGroups)
	}
	for _, g := range groups {
		if refs, ok := s.groups[g]; ok {
			if !byReference {
				refs.Sure = traffic.Set{} // Rules that name groups do not match through a middlebox (VPC User Guide, "Security group rules").
			}
			out = out.Union(refs)
		}
	}
	var halves [2]traffic.Set
	for r := range s.near(to) {
		match := r.Peer.at(to)
		if i, ok := r.Peer.half(); ok && match == address.Perhaps && r.Unsure == "" {
			halves[i] = halves[i].Union(r.Traffic)
		}
		if match == address.Perhaps && unresolved == MatchUnresolved {
			match = address.Yes
		}
		if match == address.No || match == address.Perhaps && unresolved == IgnoreUnresolved {
			continue
		}
		rule := traffic.Surely(r.Traffic).DoubtIf(r.Unsure)
		if match == address.Perhaps {
			rule.Sure = traffic.Set{}
		}
		out = out.Union(rule)
	}
	return out.Union(traffic.Surely(halves[0].Intersect(halves[1]))) // Every address is in one of the two halves.
}

// half says which half of all addresses of a family a peer is. It reports false if the peer is not such a half.
func (p Peer) half() (int, bool) {
	if p.Group != nil || p.List != "" || p.Block.Base != "" || p.Block.Prefix.Bits() != 1 {
		return 0, false
	}
	if p.Block.Prefix.Addr().IsUnspecified() {
		return 0, true
	}
	return 1, true
}

// at says whether a block or prefix list holds the place.
func (p Peer) at(to place) address.Certainty {
	switch {
	case p.List != "" && to.list != "":
		switch {
		case p.List == to.list:
			return address.Yes
		case address.IsDomain(p.List) && address.IsDomain(to.list):
			if address.Covers([]string{address.DomainOf(p.List)}, address.DomainOf(to.list)) {
				return address.Yes
			}
			return address.No
		case areApart(p.List, to.list):
			return address.No
		}
		return address.Perhaps
	case p.List != "":
		if isPublicList(p.List) && address.IsPrivate(to.cell) {
			return address.No
		}
		return address.Perhaps
	case p.Block.Is6() != to.cell.Is6():
		return address.No
	case to.list != "":
		switch {
		case p.Block.Base == "" && p.Block.Prefix.Bits() == 0:
			return address.Yes
		case (address.IsDomain(to.list) || isPublicList(to.list)) && p.Block.Base == "" && p.Block.Prefix.Addr().IsPrivate():
			return address.No // Domain names and AWS services have addresses of the internet.
		}
		return address.Perhaps
	}
	return p.Block.Holds(to.cell)
}

// family returns the traffic that exists between addresses of the cell's family.
func family(c Cell) traffic.Set { return traffic.OfFamily(c.Is6()) }

// Between returns what is carried for connections that interfaces of a open, at one location, to interfaces of b at another. Nothing is
// carried between locations of different address families.
func (t *Topology) Between(a *Class, from Location, b *Class, to Location) traffic.Carried {
	return t.betweenIf(a, from, b, to, DoubtUnresolved)
}

func (t *Topology) betweenIf(a *Class, from Location, b *Class, to Location, unresolved Unresolved) traffic.Carried {
	if from.Cell.Is6() != to.Cell.Is6() {
		return traffic.Carried{}
	}
	there := place{subnet: to.Subnet, cell: to.Cell, inside: from.Subnet.VPC != nil && from.Subnet.VPC == to.Subnet.VPC}
	layers := t.between(from.Subnet, from.Cell, there)
	if layers.Maybe.IsEmpty() {
		return traffic.Carried{}
	}
	direct := t.isDirect(from.Subnet, there)
	there.anyone = b.mayHaveAny()
	out := a.toward(egress, b.Groups, there, direct, unresolved).
		Intersect(b.toward(ingress, a.Groups, place{cell: from.Cell, anyone: a.mayHaveAny()}, direct, unresolved))
	if out.Maybe.IsEmpty() {
		return traffic.Carried{}
	}
	return out.Intersect(layers).Intersect(traffic.Surely(family(to.Cell))).DoubtIf(a.Unsure).DoubtIf(b.Unsure)
}

// isDirect reports whether no middlebox is between a subnet and a place in another subnet, so that rules that name groups match.
func (t *Topology) isDirect(from *Subnet, to place) bool {
	return from == to.subnet && !from.Several || t.isPlain(from) && from.VPC == to.subnet.VPC || !t.inspected(from, to)
}

// inspected reports whether packets pass a middlebox on their way.
func (t *Topology) inspected(from *Subnet, to place) bool {
	return len(t.path(from, to).middleboxes) > 0
}

// MayTalk reports whether the groups alone could let anything through from a to b, whatever the addresses are. If it is false, Between is
// empty for all locations.
func MayTalk(a, b *Class) bool {
	return a.anywhere(egress, b).Overlaps(b.anywhere(ingress, a))
}

func (c *Class) anywhere(d direction, other *Class) traffic.Set {
	if c.Unfiltered {
		return traffic.Everything()
	}
	s := c.side(d)
	out := s.byAddress.Maybe.Union(s.unseen)
	if other.mayHaveAny() {
		return out.Union(s.byGroups)
	}
	if len(other.Groups) > 0 {
		out = out.Union(s.byUnknownGroups)
	}
	for _, g := range other.Groups {
		out = out.Union(s.groups[g].Maybe)
	}
	return out
}

// refers returns the groups that the class's rules name in one direction.
func (c *Class) refers(d direction) []*Group {
	var out []*Group
	for g := range c.side(d).groups {
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b *Group) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// Sends returns the groups that the class's egress rules name, sorted by name.
func (c *Class) Sends() []*Group { return c.refers(egress) }

// Accepts returns the groups that the class's ingress rules name, sorted by name.
func (c *Class) Accepts() []*Group { return c.refers(ingress) }

// Open returns what the class's groups let out to, or in from, some block or prefix list.
func (c *Class) Open(out bool) traffic.Set {
	if c.Unfiltered {
		return traffic.Everything()
	}
	s := c.side(direction(out))
	return s.byAddress.Maybe.Union(s.unseen)
}

// AsSeen returns the class with only the rules that are in the templates.
func (c *Class) AsSeen() *Class {
	out := *c
	out.Unseen = ""
	seen := func(side *side) *side {
		copied := *side
		copied.unseen = traffic.Set{}
		return &copied
	}
	out.out, out.in = seen(c.side(egress)), seen(c.side(ingress))
	return &out
}

// IsVague reports whether a rule of the class names a prefix list or a block other than all addresses, so that it may hold some addresses
// and not others.
func (c *Class) IsVague() bool { return c.cuts().key != "" || c.lists() }

func (c *Class) lists() bool {
	return slices.ContainsFunc(slices.Concat(c.side(egress).blocks, c.side(ingress).blocks), func(r Rule) bool { return r.Peer.List != "" })
}
