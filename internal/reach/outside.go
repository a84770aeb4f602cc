package reach

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/reach/address"
	"github.com/tierwall/tierwall/internal/reach/inspect"
	"github.com/tierwall/tierwall/internal/traffic"
)

// Outside is a part of the world that is no interface of the templates: addresses, or those of a list, which are not known.
type Outside struct {
	Cell   Cell   // for a list, the whole of an address family
	List   string // the name of the list; empty for addresses
	Inside bool   // within the VPC, where interfaces may have any groups
	// Anyone says that interfaces there may have any groups, so that rules that name groups may let their traffic in. Without it, only rules
	// on addresses count. It matters where groups reach: within a VPC, and to another network by a gateway.
	Anyone bool
	// Private says that private addresses really mean private addresses, which an internet gateway does not carry. Without it, the part
	// stands for "the internet", which rules on all addresses mean.
	Private bool
}

// IsName reports whether the part is whoever answers for a domain name. Connections can be opened only to such a part, never from it.
func (o Outside) IsName() bool { return address.IsDomain(o.List) }

// Is6 reports whether the part is of IPv6 addresses.
func (o Outside) Is6() bool { return o.Cell.Is6() }

// String names the part.
func (o Outside) String() string {
	if o.List != "" {
		return o.List
	}
	return o.Cell.String()
}

func (o Outside) place() place { return place{cell: o.Cell, list: o.List, inside: o.Inside} }

// neighbours reports whether the part is within the subnet, so that neither a route nor a network ACL is between them.
func (o Outside) neighbours(s *Subnet) bool {
	return o.Inside && slices.ContainsFunc(s.Blocks, func(b Block) bool { return b.Holds(o.Cell) == address.Yes })
}

// Outsides cuts the outside, as seen from the class, into parts that are treated alike. It also cuts at the extra peers. No part is
// empty. All parts are of address families that the class's subnets have.
func (t *Topology) Outsides(c *Class, extra []Peer) []Outside {
	w := t.worldOf(c, extra)
	var out []Outside
	for _, everything := range []Block{address.Anywhere4, address.Anywhere6} {
		if !slices.ContainsFunc(t.RepresentativesOutside(c), func(s Location) bool { return s.Cell.Is6() == everything.Is6() }) {
			continue
		}
		out = append(out, w.parts(everything)...)
	}
	return out
}

// worldOf collects where the class's rules, network ACLs and routes distinguish addresses.
func (t *Topology) worldOf(c *Class, extra []Peer) *world {
	w := &world{blocks: map[Block]bool{}, lists: map[string]bool{}, seen: map[*Subnet]bool{}}
	for _, p := range extra {
		w.add(p)
	}
	for _, g := range c.Groups {
		for r := range g.AllRules() {
			if r.Peer.Group == nil {
				w.add(r.Peer)
			}
		}
	}
	var last *Subnet
	for _, location := range t.RepresentativesOutside(c) {
		if location.Subnet != last {
			last = location.Subnet
			w.subnet(t, last)
			if !t.isStraight(last, 0) {
				w.neighbourhood(last)
			}
		}
	}
	return w
}

// world collects the blocks and lists at which the address space is cut.
type world struct {
	blocks map[Block]bool
	lists  map[string]bool
	vpc    []Block
	seen   map[*Subnet]bool
}

func (w *world) add(p Peer) {
	if p.List != "" {
		w.lists[p.List] = true
	} else if p.Block.IsValid() {
		w.blocks[p.Block] = true
	}
}

// subnet adds where the network ACL and the routes of a subnet distinguish addresses, and those of the NAT gateways and firewalls behind
// it.
func (w *world) subnet(t *Topology, s *Subnet) {
	if w.seen[s] {
		return
	}
	w.seen[s] = true
	if s.VPC != nil {
		for _, b := range s.VPC.Blocks {
			w.blocks[b] = true
			if !slices.Contains(w.vpc, b) {
				w.vpc = append(w.vpc, b)
			}
		}
	}
	if s.ACL != nil {
		for _, e := range slices.Concat(s.ACL.In, s.ACL.Out) {
			w.blocks[e.Block] = true
		}
	}
	if s.Table == nil {
		return
	}
	for _, r := range s.Table.Routes {
		if r.Block.IsValid() {
			w.blocks[r.Block] = true
		}
		if r.service != nil {
			w.lists[r.service.list(r.List)] = true
		}
		if next := t.natSubnets[r.Target.Resource]; next != nil {
			w.subnet(t, next)
		}
		if e, ok := t.endpoints[r.Target]; ok {
			w.firewall(t, t.firewall(e.firewall))
			w.subnet(t, e.subnet)
		}
	}
}

// firewall adds where the firewall's rules distinguish addresses, and the domain names in them.
func (w *world) firewall(t *Topology, f *inspect.Firewall) {
	for _, b := range t.firewallBlocks(f) {
		w.blocks[b] = true
	}
	for _, name := range f.Names() {
		w.add(DomainPeer(name))
	}
}

// firewallBlocks returns the literal blocks that a firewall's rules name, once each.
func (t *Topology) firewallBlocks(f *inspect.Firewall) []Block {
	out, known := t.memo.firewallBlocks[f]
	if known {
		return out
	}
	seen := map[Block]bool{}
	for _, b := range f.Blocks() {
		if b.IsValid() && b.Base == "" && b.Prefix.Bits() > 0 && !seen[b] {
			seen[b] = true
			out = append(out, b)
		}
	}
	t.memo.firewallBlocks[f] = out
	return out
}

// neighbourhood cuts at the blocks of the subnet itself, because its network ACL and routes are not between neighbours.
func (w *world) neighbourhood(s *Subnet) {
	for _, b := range s.Blocks {
		w.blocks[b] = true
	}
}

// parts cuts the addresses of one family, including symbolic ranges and lists.
func (w *world) parts(everything Block) []Outside {
	var literals, symbols []Block
	for b := range w.blocks {
		switch {
		case b.Is6() != everything.Is6():
		case b.Base == "":
			literals = append(literals, b)
		default:
			symbols = append(symbols, b)
		}
	}
	slices.SortFunc(literals, address.Compare)
	slices.SortFunc(symbols, address.Compare)
	var out []Outside
	for _, c := range address.CutCell(address.CellOf(everything), literals) {
		out = append(out, Outside{Cell: c, Inside: w.inside(c)})
	}
	for _, b := range symbols {
		c := address.CellOf(b)
		out = append(out, Outside{Cell: c, Inside: w.inside(c)})
	}
	lists := make([]string, 0, len(w.lists))
	for l := range w.lists {
		lists = append(lists, l)
	}
	slices.Sort(lists)
	for _, l := range lists {
		out = append(out, outsideOf(l, everything))
	}
	return out
}

// outsideOf returns the addresses of a list, in one family.
func outsideOf(list string, everything Block) Outside {
	whole := address.CellOf(everything)
	whole.Base = "addresses of " + list
	return Outside{Cell: whole, List: list}
}

func (w *world) inside(c Cell) bool {
	return slices.ContainsFunc(w.vpc, func(b Block) bool { return b.Holds(c) == address.Yes })
}

// ToOutside returns what is carried for connections that the class's interfaces at a location open to the outside. Whoever is outside is
// taken to accept them.
func (t *Topology) ToOutside(c *Class, from Location, o Outside) traffic.Carried {
	return t.toOutsideIf(c, from, o, DoubtUnresolved)
}

func (t *Topology) toOutsideIf(c *Class, from Location, o Outside, unresolved Unresolved) traffic.Carried {
	if from.Cell.Is6() != o.Cell.Is6() {
		return traffic.Carried{}
	}
	if o.Private && from.Subnet.VPC.isAmazon(o.Cell) {
		return traffic.Surely(family(o.Cell)).DoubtIf(c.Unsure)
	}
	groups := c.toward(egress, nil, t.placeForGroups(from.Subnet, o), true, unresolved)
	if groups.Maybe.IsEmpty() {
		return traffic.Carried{}
	}
	if !o.neighbours(from.Subnet) {
		there := o.place()
		there.ignoreUnresolved = unresolved == IgnoreUnresolved
		groups = groups.Intersect(t.layer(from.Subnet, from.Cell, there).from(c, from, o))
	}
	return groups.Intersect(traffic.Surely(family(o.Cell))).DoubtIf(c.Unsure)
}

// placeForGroups returns the place of a part as groups in a subnet see it. Interfaces there may have groups if packets do not get there
// by the internet.
func (t *Topology) placeForGroups(s *Subnet, o Outside) place {
	p := o.place()
	if o.Anyone && !o.neighbours(s) {
		way := t.path(s, p)
		unknownWay := way.unsure != "" && (o.Inside || o.Cell.Base != "" || o.Cell.From.IsPrivate())
		p.anyone = unknownWay || way.unsure == "" && (way.end.Kind == Local || way.end.Kind == Attachment)
	} else {
		p.anyone = o.Anyone
	}
	return p
}

// FromOutside returns what is carried for connections that somebody outside opens to the class's interfaces at a location.
func (t *Topology) FromOutside(o Outside, c *Class, to Location) traffic.Carried {
	return t.fromOutsideIf(o, c, to, DoubtUnresolved)
}

func (t *Topology) fromOutsideIf(o Outside, c *Class, to Location, unresolved Unresolved) traffic.Carried {
	if to.Cell.Is6() != o.Cell.Is6() || address.IsDomain(o.List) { // A client has an address and no domain name.
		return traffic.Carried{}
	}
	groups := c.toward(ingress, nil, t.placeForGroups(to.Subnet, o), true, unresolved)
	if groups.Maybe.IsEmpty() {
		return traffic.Carried{}
	}
	if !o.neighbours(to.Subnet) {
		there := place{subnet: to.Subnet, cell: to.Cell, list: o.List, inside: o.Inside, ignoreUnresolved: unresolved == IgnoreUnresolved}
		groups = groups.Intersect(t.layer(nil, o.Cell, there).from(c, to, o))
	}
	return groups.Intersect(traffic.Surely(family(o.Cell))).DoubtIf(c.Unsure)
}

// Join merges adjacent parts into larger ones, for reports.
func Join(parts []Outside) []Outside {
	out := slices.Clone(parts)
	slices.SortStableFunc(out, func(a, b Outside) int {
		return cmp.Or(strings.Compare(a.List, b.List), strings.Compare(a.Cell.Base, b.Cell.Base), a.Cell.From.Compare(b.Cell.From))
	})
	joined := out[:0]
	for _, o := range out {
		if n := len(joined); n > 0 {
			last := &joined[n-1]
			if last.List == o.List && o.List == "" && last.Cell.Base == "" && o.Cell.Base == "" && last.Cell.To.Next() == o.Cell.From {
				last.Cell.To = o.Cell.To
				last.Inside = last.Inside && o.Inside
				continue
			}
		}
		joined = append(joined, o)
	}
	return joined
}
