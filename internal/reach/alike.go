package reach

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/reach/address"
)

// Subnets that no rule distinguishes are evaluated once. Otherwise groups that may be anywhere in a VPC of hundreds of subnets would be
// compared in every pair of subnets.

// subnetsKey identifies a slice of subnets. Classes of one VPC share the slice.
type subnetsKey struct {
	first **Subnet
	count int
}

func keyOf(subnets []*Subnet) subnetsKey {
	if len(subnets) == 0 {
		return subnetsKey{}
	}
	return subnetsKey{&subnets[0], len(subnets)}
}

// kindKey identifies the subnets of a class and the blocks at which their addresses are cut.
type kindKey struct {
	subnets subnetsKey
	cuts    string
}

// Representatives returns one location of a, and one of b, for each kind of location. All locations of a kind may exchange the same
// traffic. more are further classes whose rules distinguish locations.
func (t *Topology) Representatives(a, b *Class, more ...*Class) (from, to []Location) {
	if !t.plainTogether(a.Subnets, b.Subnets) {
		return a.Locations(), b.Locations()
	}
	cuts := joinCuts(append(more, a, b))
	return t.kinds(a, cuts), t.kinds(b, cuts)
}

// Direct reports whether neither routes nor network ACLs come between the two classes. A nil class is the outside, which is never direct.
func (t *Topology) Direct(a, b *Class) bool {
	return a != nil && b != nil && t.plainTogether(a.Subnets, b.Subnets)
}

// plainTogether reports whether only groups decide what interfaces in the subnets of a and b exchange.
func (t *Topology) plainTogether(a, b []*Subnet) bool {
	v := t.plainVPC(a)
	return v != nil && v == t.plainVPC(b)
}

// plainVPC returns the VPC of the subnets if all of them are plain and in one VPC, otherwise nil.
func (t *Topology) plainVPC(subnets []*Subnet) *VPC {
	key := keyOf(subnets)
	v, known := t.memo.plainVPCs[key]
	if known || len(subnets) == 0 {
		return v
	}
	if !slices.ContainsFunc(subnets, func(s *Subnet) bool { return !t.isPlain(s) || s.VPC != subnets[0].VPC }) {
		v = subnets[0].VPC
	}
	t.memo.plainVPCs[key] = v
	return v
}

// cuts are the blocks at which rules distinguish addresses. The key is a text that is equal for equal blocks.
type cuts struct {
	blocks []Block
	key    string
}

// joinCuts collects the blocks that the classes' rules name.
func joinCuts(classes []*Class) cuts {
	var out cuts
	for _, c := range classes {
		if own := c.cuts(); own.key != "" && !strings.Contains(";"+out.key, ";"+own.key) {
			out.blocks = append(out.blocks, own.blocks...)
			out.key += own.key
		}
	}
	return out
}

func (c *Class) cuts() cuts {
	if c.cut == nil {
		c.cut = &cuts{}
		seen := map[Block]bool{}
		for _, s := range []*side{c.side(egress), c.side(ingress)} {
			for _, r := range s.blocks {
				if b := r.Peer.Block; b.IsValid() && (b.Base != "" || b.Prefix.Bits() > 0) && !seen[b] {
					seen[b] = true
					c.cut.blocks = append(c.cut.blocks, b)
				}
			}
		}
		slices.SortFunc(c.cut.blocks, address.Compare)
		var key strings.Builder
		for _, b := range c.cut.blocks {
			key.WriteString(b.String() + ";")
		}
		c.cut.key = key.String()
	}
	return *c.cut
}

// kinds returns one location of each kind. Locations differ in kind by address family and by which of the cuts hold them.
func (t *Topology) kinds(c *Class, at cuts) []Location {
	key := kindKey{keyOf(c.Subnets), at.key}
	if out, ok := t.memo.kinds[key]; ok {
		return out
	}
	seen := map[string]bool{}
	var out []Location
	for _, s := range c.Locations() {
		if m := at.mark(s.Cell); !seen[m] {
			seen[m] = true
			out = append(out, s)
		}
	}
	t.memo.kinds[key] = out
	return out
}

// mark returns a text that is equal for cells that the cuts treat alike.
func (c cuts) mark(cell Cell) string {
	out := make([]byte, 0, len(c.blocks)+1)
	out = append(out, '4')
	if cell.Is6() {
		out[0] = '6'
	}
	for _, b := range c.blocks {
		out = append(out, '0'+byte(b.Holds(cell)))
	}
	return string(out)
}

// marks returns a text that is equal for subnets that the cuts treat alike.
func (c cuts) marks(s *Subnet) string {
	var out []string
	for _, cell := range s.Cells {
		out = append(out, c.mark(cell))
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), ",")
}

// RepresentativesOutside returns one location of the class for each kind of location. All locations of a kind exchange the same traffic
// with the outside.
func (t *Topology) RepresentativesOutside(c *Class) []Location {
	key := keyOf(c.Subnets)
	if out, ok := t.memo.outsideKinds[key]; ok {
		return out
	}
	seen := map[string]bool{}
	var out []Location
	for _, s := range c.Locations() {
		way := t.routesKey(s.Subnet)
		if way == "" {
			out = append(out, s)
			continue
		}
		if way += (cuts{}).mark(s.Cell); !seen[way] {
			seen[way] = true
			out = append(out, s)
		}
	}
	t.memo.outsideKinds[key] = out
	return out
}

// routesKey returns a text that is equal for subnets from which all packets take the same way out. It is empty if a network ACL or a
// middlebox may treat the subnet's addresses differently.
func (t *Topology) routesKey(s *Subnet) string {
	if !t.isStraight(s, 0) {
		return ""
	}
	var out strings.Builder
	fmt.Fprint(&out, s.VPC.Name, s.Public, s.excluded)
	for _, r := range s.Table.Routes {
		for _, text := range []string{r.Block.String(), r.List, r.Target.Kind.String(), r.Target.Name, r.Unsure} {
			out.WriteString("\x00" + text)
		}
	}
	return out.String()
}

// isStraight reports whether only routes decide what the subnet exchanges with the outside, and no route leads to a middlebox.
func (t *Topology) isStraight(s *Subnet, depth int) bool {
	if depth > maxHops || !s.isOpen() {
		return false
	}
	for _, r := range s.Table.Routes {
		switch r.Target.Kind {
		case InternetGateway:
			if g := t.gateways[r.Target.Name]; g != nil && g.edge != nil {
				return false
			}
		case NATGateway:
			if next := t.natSubnets[r.Target.Resource]; next == nil || !t.isStraight(next, depth+1) {
				return false
			}
		case Middlebox, UnknownTarget:
			return false
		}
	}
	return true
}
