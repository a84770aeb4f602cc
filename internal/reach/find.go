package reach

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/lazyregexp"
	"github.com/tierwall/tierwall/internal/reach/address"
)

// Peers returns the labels of all peers.
func (t *Topology) Peers() []string {
	var out []string
	for _, p := range t.peers() {
		out = append(out, p.label)
	}
	return out
}

// Find returns all ends that a name stands for. A name is "internet", an address, a block, the label of a peer as in [Matrix], or the
// label with subnets ("Shop/Web in Shop/SubnetA"). It may also be the name of a group, of a resource with interfaces, of a subnet or of a
// VPC, whatever [Matrix] names, such as a prefix list, or a domain name: "api.example.com", or ".example.com" for the domain and all below
// it. Of the names of groups, resources, subnets and VPCs the last parts are enough: "Web" for "Shop/Network/Web", or "web" if nothing
// else has that name. The error lists the names that exist.
func (t *Topology) Find(name string) ([]End, error) {
	found, err := t.FindEach(name)
	if err != nil {
		return nil, err
	}
	if len(found) > 1 {
		return nil, Ambiguous(name, found)
	}
	return found[0].Ends, nil
}

// Named is one of the things that a name may stand for.
type Named struct {
	// Name is the full name, such as "Prod/Shop/Network/Web". It is empty for what is not in the templates, such as the internet.
	Name string
	Ends []End
}

// Environment is the scope that the thing is in: "Prod/Shop/Network".
func (n Named) Environment() string {
	name, _, _ := strings.Cut(n.Name, " in ")
	return name[:max(strings.LastIndex(name, "/"), 0)]
}

// Ambiguous returns the error for a name that stands for several things.
func Ambiguous(name string, found []Named) error {
	var all []string
	for _, f := range found {
		all = append(all, f.Name)
	}
	return fmt.Errorf("%q may be %s; write more of it", name, strings.Join(all, " or "))
}

// FindEach returns all things that a name may stand for, such as a tier in two stages of one app.
func (t *Topology) FindEach(name string) ([]Named, error) {
	if name == "internet" || name == "the internet" {
		return []Named{{Ends: Internet()}}, nil
	}
	if addr, err := netip.ParseAddr(name); err == nil {
		return []Named{{Ends: t.atAddress(addr.Unmap())}}, nil
	}
	if block, err := netip.ParsePrefix(name); err == nil {
		return []Named{{Ends: t.inBlock(Block{Prefix: block.Masked()})}}, nil
	}
	names := t.names()
	for _, match := range []func(string) bool{
		func(full string) bool { return full == name },
		func(full string) bool { return isShort(full, name) && strings.HasSuffix(full, "/"+name) },
		func(full string) bool {
			return isShort(full, name) && strings.EqualFold(full[strings.LastIndex(full, "/")+1:], name)
		},
	} {
		var found []Named
		for _, full := range names.matching(match) {
			found = append(found, Named{full, names[full]()})
		}
		if len(found) > 0 {
			return found, nil
		}
	}
	if domainName.MatchString(name) {
		return []Named{{Ends: addressesOf(DomainPeer(name).List)}}, nil
	}
	if ends := t.outsideNamed(name); len(ends) > 0 {
		return []Named{{Ends: ends}}, nil
	}
	return nil, fmt.Errorf("nothing is called %q; there are: internet, addresses, domain names, %s", name, strings.Join(t.Peers(), ", "))
}

// endsInVPC returns all interfaces in a VPC, and the rest of its addresses.
func (t *Topology) endsInVPC(v *VPC) []End {
	var out []*Class
	for _, c := range t.Classes {
		if t.mayBeIn(c, v) {
			out = append(out, c)
		}
	}
	ends := endsOf(out)
	for _, b := range v.Blocks {
		ends = append(ends, End{Outside: Outside{Cell: address.CellOf(b), Inside: true, Anyone: true, Private: true}})
	}
	return ends
}

// isShort reports whether two names fit together: a full name with subnets fits only a name with subnets.
func isShort(full, name string) bool {
	return !strings.Contains(full, " in ") || strings.Contains(name, " in ")
}

// names holds the ends by the names that stand for them.
type names map[string]func() []End

// matching returns the names that match, sorted.
func (n names) matching(match func(string) bool) []string {
	var out []string
	for full := range n {
		if match(full) {
			out = append(out, full)
		}
	}
	slices.Sort(out)
	return out
}

func (n names) add(name string, ends func() []End) {
	if _, taken := n[name]; !taken && name != "" {
		n[name] = ends
	}
}

// names returns all names. If two things have the same name, peers go before groups, groups before resources, and resources before
// subnets.
func (t *Topology) names() names {
	out := names{}
	peers := t.peers()
	for _, p := range peers {
		if group := p.onlyGroup(); group != nil {
			continue // A group's name is added below: it covers all interfaces with the group.
		}
		out.add(p.label, func() []End { return endsOf(p.classes) })
	}
	for _, p := range peers {
		for _, c := range p.classes {
			out.add(p.name(c), func() []End { return endsOf([]*Class{c}) })
			out.add(p.label+c.where(), func() []End { return endsOf([]*Class{c}) })
		}
	}
	taken := map[*cfn.Resource]bool{}
	for _, g := range t.Groups {
		taken[g.Resource] = true
		label := g.Label()
		for _, p := range peers {
			if p.onlyGroup() == g {
				label = p.label
			}
		}
		delete(out, label)
		out.add(label, func() []End { return endsOf(t.classesWith(g, peers)) })
	}
	for _, r := range t.members() {
		if !taken[r] {
			out.add(r.String(), func() []End { return t.endsOfResource(r) })
		}
	}
	for _, s := range t.Subnets {
		out.add(s.Name, func() []End { return t.endsInSubnet(s) })
	}
	for _, v := range t.VPCs {
		out.add(v.Name, func() []End { return t.endsInVPC(v) })
	}
	return out
}

// onlyGroup returns the group of a peer that has one group alone, otherwise nil.
func (p peer) onlyGroup() *Group {
	if c := p.classes[0]; len(c.Groups) == 1 && !c.Unfiltered && c.outsiders == "" {
		return c.Groups[0]
	}
	return nil
}

// classesWith returns the classes that have the group or may have it. If there are none, it returns the class of whatever has the group.
func (t *Topology) classesWith(g *Group, peers []peer) []*Class {
	var out []*Class
	for _, p := range peers {
		for _, c := range p.classes {
			if slices.Contains(c.Groups, g) || c.mayHaveAny() && t.mayBeIn(c, t.groupVPC(g)) {
				out = append(out, c)
			}
		}
	}
	if len(out) == 0 {
		out = append(out, t.GroupClass(g))
	}
	return out
}

// mayBeIn reports whether a class may be in a VPC. A nil VPC is not known, so that every class may be in it.
func (t *Topology) mayBeIn(c *Class, v *VPC) bool {
	return v == nil || slices.ContainsFunc(c.Subnets, func(s *Subnet) bool { return s.VPC == nil || s.VPC == v })
}

// members returns all resources with interfaces, in the order of classes.
func (t *Topology) members() []*cfn.Resource {
	var out []*cfn.Resource
	seen := map[*cfn.Resource]bool{}
	for _, c := range t.Classes {
		for _, r := range c.Members {
			if !seen[r] {
				seen[r] = true
				out = append(out, r)
			}
		}
	}
	return out
}

func (t *Topology) endsOfResource(r *cfn.Resource) []End {
	var out []*Class
	for _, c := range t.Classes {
		if slices.Contains(c.Members, r) {
			out = append(out, c)
		}
	}
	return endsOf(out)
}

func endsOf(classes []*Class) []End {
	var out []End
	for _, c := range classes {
		for _, s := range c.Locations() {
			out = append(out, End{Class: c, Location: s})
		}
	}
	return out
}

// endsInSubnet returns the interfaces that are or may be in a subnet, and the rest of its addresses.
func (t *Topology) endsInSubnet(s *Subnet) []End {
	var out []End
	for _, c := range t.Classes {
		if slices.Contains(c.Subnets, s) {
			for _, cell := range c.cells(s) {
				out = append(out, End{Class: c, Location: Location{s, cell}})
			}
		}
	}
	for _, cell := range s.Cells {
		out = append(out, End{Outside: Outside{Cell: cell, Inside: s.VPC != nil, Anyone: true, Private: true}})
	}
	return out
}

// atAddress returns the interface that states an address, otherwise whoever may have the address.
func (t *Topology) atAddress(addr netip.Addr) []End {
	c := Cell{From: addr, To: addr}
	var out []End
	for _, class := range t.Classes {
		for s, cells := range class.own {
			if slices.Contains(cells, c) {
				out = append(out, End{Class: class, Location: Location{s, c}})
			}
		}
	}
	if len(out) > 0 {
		return out
	}
	inside := slices.ContainsFunc(t.VPCs, func(v *VPC) bool {
		return slices.ContainsFunc(v.Blocks, func(b Block) bool { return b.Holds(c) == address.Yes })
	})
	return []End{{Outside: Outside{Cell: c, Inside: inside, Anyone: true, Private: true}}}
}

// inBlock returns the interfaces that may have an address in a block, and whoever else may have one.
func (t *Topology) inBlock(b Block) []End {
	cell := address.CellOf(b)
	var out []End
	for _, c := range t.Classes {
		for _, location := range c.Locations() {
			if location.Cell.Overlaps(cell) || location.Cell.Base != "" && b.Holds(location.Cell) != address.No {
				out = append(out, End{Class: c, Location: location})
			}
		}
	}
	inside := slices.ContainsFunc(t.VPCs, func(v *VPC) bool {
		return slices.ContainsFunc(v.Blocks, func(own Block) bool { return own.Overlaps(b) == address.Yes })
	})
	return append(out, End{Outside: Outside{Cell: cell, Inside: inside, Anyone: true, Private: true}})
}

// domainName matches letters, digits and hyphens around dots, in lower case as in rules. No label of an interface has a dot.
var domainName = lazyregexp.New(`^\.?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])$`)

// addressesOf returns the addresses of a list, in both families.
func addressesOf(list string) []End {
	var out []End
	for _, family := range []Block{address.Anywhere4, address.Anywhere6} {
		out = append(out, End{Outside: outsideOf(list, family)})
	}
	return out
}

// outsideNamed returns what the matrix calls by a name outside of the templates: a list, a range of addresses, or several of them.
func (t *Topology) outsideNamed(name string) []End {
	var out []End
	for _, r := range t.Matrix().Rows {
		if len(r.Parts) == 0 || r.From != name && r.To != name && r.WholeFrom() != name && r.WholeTo() != name {
			continue
		}
		for _, p := range r.Parts {
			if !slices.ContainsFunc(out, func(e End) bool { return e.Outside == p }) {
				out = append(out, End{Outside: p})
			}
		}
	}
	return out
}
