package reach

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"go4.org/netipx"
)

// Matrix is everything that a topology carries: who can open connections to whom.
type Matrix struct {
	// Rows are those between interfaces, and between interfaces and the outside, by From and To. Where there is no row,
	// nothing is carried.
	Rows []Row
	// Peers names all interfaces, also those without a row.
	Peers []string
	// Foreign names the groups that are not in the templates: what they exchange among each other and with the outside is
	// left out, as nothing is known of it.
	Foreign []string
}

// Row is what one peer can open to another.
type Row struct {
	From, To string
	Carried  Carried
	Partly   bool     // between some of their subnets only
	Unsure   []string // why a part of it is not sure
	// Parts are the addresses of the end that is outside; empty if none is.
	Parts []Outside
}

// Label names the class by its groups, as people know them.
func (c *Class) Label() string {
	if c.Unfiltered || len(c.Groups) == 0 {
		return c.Name
	}
	names := make([]string, len(c.Groups))
	for i, g := range c.Groups {
		names[i] = g.Label()
	}
	return strings.Join(names, "+")
}

// Label is the group's construct path without what CDK adds to it, or its name where there is none.
func (g *Group) Label() string {
	if g.Resource == nil || g.Resource.Path == "" {
		return g.Name
	}
	return strings.TrimSuffix(strings.TrimSuffix(g.Resource.Path, "/Resource"), "/SecurityGroup")
}

// peer is a class with a label that no other has.
type peer struct {
	*Class
	label string
}

// foreign reports whether nothing is known of the peer but that others name it.
func (p peer) foreign() bool {
	return len(p.Members) == 0 && len(p.Groups) == 1 && p.Groups[0].Foreign
}

// peers are all classes of the templates, those for groups that nothing has, and those for groups that are elsewhere.
func (t *Topology) peers() []peer {
	classes := t.allClasses()
	return label(classes, repeated(classes))
}

func (t *Topology) allClasses() []*Class {
	classes := slices.Clone(t.Classes)
	used := map[*Group]bool{}
	for _, c := range classes {
		if len(c.Groups) == 1 && t.isHome(c) {
			used[c.Groups[0]] = true
		}
	}
	for _, g := range t.Groups {
		if used[g] || g.Default != nil && !t.named(g) {
			continue
		}
		c := t.GroupClass(g)
		if len(c.Subnets) == 0 {
			c.Subnets = []*Subnet{t.UnknownSubnet(g.Name, t.onlyVPC())}
		}
		classes = append(classes, c)
	}
	return classes
}

// isHome reports whether interfaces are where those with their group were said to be, if that was said.
func (t *Topology) isHome(c *Class) bool {
	placed, ok := t.placed[c.Groups[0]]
	return !ok || slices.ContainsFunc(c.Subnets, func(s *Subnet) bool { return slices.Contains(placed, s) })
}

// repeated are the labels that several classes have.
func repeated(classes []*Class) map[string]bool {
	count := map[string]int{}
	out := map[string]bool{}
	for _, c := range classes {
		count[c.Label()]++
		out[c.Label()] = count[c.Label()] > 1
	}
	return out
}

// label names classes, those whose label says too little by their subnets as well.
func label(classes []*Class, short map[string]bool) []peer {
	out := make([]peer, len(classes))
	for i, c := range classes {
		out[i] = peer{c, c.Label()}
		if short[c.Label()] {
			names := make([]string, len(c.Subnets))
			for j, s := range c.Subnets {
				names[j] = s.Name
			}
			out[i].label += " in " + strings.Join(names, ", ")
		}
	}
	slices.SortStableFunc(out, func(a, b peer) int { return strings.Compare(a.label, b.label) })
	return out
}

// named reports whether some rule names the group.
func (t *Topology) named(g *Group) bool {
	for _, o := range t.Groups {
		if slices.ContainsFunc(slices.Concat(o.Ingress, o.Egress), func(r Rule) bool { return r.Peer.Group == g && o != g }) {
			return true
		}
	}
	return false
}

// onlyVPC is the VPC of the templates if they have one only.
func (t *Topology) onlyVPC() *VPC {
	var out *VPC
	for _, v := range t.VPCs {
		if v.Resource != nil && out != nil {
			return nil
		}
		if v.Resource != nil {
			out = v
		}
	}
	return out
}

// Matrix computes who can open connections to whom.
func (t *Topology) Matrix() Matrix {
	peers := t.peers()
	classes := make([]*Class, len(peers))
	m := Matrix{}
	for i, p := range peers {
		classes[i] = p.Class
		m.Peers = append(m.Peers, p.label)
		if p.foreign() {
			m.Foreign = append(m.Foreign, p.label)
		}
	}
	for _, pair := range Pairs(classes) {
		a, b := peers[pair[0]], peers[pair[1]]
		if a.foreign() && b.foreign() {
			continue
		}
		row := t.row(a, b)
		if !row.Carried.Maybe.IsEmpty() {
			m.Rows = append(m.Rows, row)
		}
	}
	for _, p := range peers {
		if p.foreign() {
			continue
		}
		parts := t.Outsides(p.Class, nil)
		m.Rows = append(m.Rows, t.outsideRows(p, parts, true)...)
		m.Rows = append(m.Rows, t.outsideRows(p, parts, false)...)
	}
	slices.SortStableFunc(m.Rows, func(a, b Row) int {
		return cmp.Or(strings.Compare(a.From, b.From), strings.Compare(a.To, b.To), a.Carried.Maybe.Compare(b.Carried.Maybe))
	})
	return m
}

// row unites what is carried between all places of two classes.
func (t *Topology) row(a, b peer) Row {
	row := Row{From: a.label, To: b.label}
	var all [2][]Carried // by address family
	var united [2]Carried
	spotsA, spotsB := t.Alike(a.Class, b.Class)
	for _, from := range spotsA {
		for _, to := range spotsB {
			if from.Cell.Is6() != to.Cell.Is6() {
				continue
			}
			c := t.Between(a.Class, from, b.Class, to)
			family := 0
			if to.Cell.Is6() {
				family = 1
			}
			all[family], united[family] = append(all[family], c), united[family].union(c)
			row.Carried = row.Carried.union(c)
			row.doubt(t, End{Class: a.Class, Spot: from}, End{Class: b.Class, Spot: to}, c)
		}
	}
	for i := range all {
		for _, c := range all[i] {
			row.Partly = row.Partly || !c.Maybe.Equal(united[i].Maybe)
		}
	}
	return row
}

// doubt notes why something is not sure.
func (r *Row) doubt(t *Topology, from, to End, c Carried) {
	unsure := c.Maybe.Minus(c.Sure)
	service, found := unsure.First()
	if !found || len(r.Unsure) > 0 {
		return
	}
	for _, class := range []*Class{from.Class, to.Class} {
		if class != nil && class.Unsure != "" {
			r.Unsure = append(r.Unsure, class.Unsure)
		}
	}
	for _, s := range t.Explain(from, to, service) {
		if s.Unsure != "" && !slices.Contains(r.Unsure, s.Unsure) {
			r.Unsure = append(r.Unsure, s.Unsure)
		}
	}
}

// outsideRows unites parts of the outside with which the same is carried.
func (t *Topology) outsideRows(p peer, parts []Outside, out bool) []Row {
	var rows []Row
	for _, part := range parts {
		row := Row{From: p.label}
		for _, spot := range t.AlikeOutside(p.Class) {
			from, to := End{Class: p.Class, Spot: spot}, End{Outside: part}
			if !out {
				from, to = to, from
			}
			c := t.Carried(from, to)
			row.Carried = row.Carried.union(c)
			row.doubt(t, from, to, c)
		}
		if row.Carried.Maybe.IsEmpty() {
			continue
		}
		i := slices.IndexFunc(rows, func(r Row) bool {
			return r.Carried.Sure.Equal(row.Carried.Sure) && r.Carried.Maybe.Equal(row.Carried.Maybe) && slices.Equal(r.Unsure, row.Unsure) &&
				r.Parts[0].IsName() == part.IsName() // A name is worth a line of its own.
		})
		if i < 0 {
			rows = append(rows, row)
			i = len(rows) - 1
		}
		rows[i].Parts = append(rows[i].Parts, part)
	}
	for i := range rows {
		rows[i].To = DescribeParts(rows[i].Parts)
		if !out {
			rows[i].From, rows[i].To = rows[i].To, rows[i].From
		}
	}
	return rows
}

// describedParts is how many parts of the outside a description lists before it counts the rest.
const describedParts = 3

// DescribeParts names parts of the outside: "0.0.0.0/0", "10.0.0.0/8, pl-1234", "0.0.0.0/0 except 10.0.0.0/16".
func DescribeParts(parts []Outside) string {
	joined := Join(parts)
	names, joined := exceptions(joined)
	for _, p := range joined { // A list is a part in each address family.
		if name := p.String(); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if more := len(names) - describedParts; more > 0 {
		names = append(names[:describedParts], fmt.Sprintf("%d more", more))
	}
	return strings.Join(names, ", ")
}

// exceptions describes the literal IPv4 addresses by what is not among them, where that is shorter, and returns the rest.
func exceptions(joined []Outside) (names []string, rest []Outside) {
	var four []Outside
	for _, p := range joined {
		if p.List == "" && p.Cell.Base == "" && !p.Cell.Is6() {
			four = append(four, p)
		} else {
			rest = append(rest, p)
		}
	}
	if len(four) < 2 {
		return nil, joined
	}
	var without netipx.IPSetBuilder
	without.AddPrefix(anywhere4.Prefix)
	for _, p := range four {
		without.RemoveRange(netipx.IPRangeFrom(p.Cell.From, p.Cell.To))
	}
	set, err := without.IPSet()
	if err != nil || len(set.Ranges()) >= len(four) {
		return nil, joined
	}
	var gaps []string
	for _, r := range set.Ranges() {
		gaps = append(gaps, Cell{From: r.From(), To: r.To()}.String())
	}
	return []string{"0.0.0.0/0 except " + strings.Join(gaps, " and ")}, rest
}
