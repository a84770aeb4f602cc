package reach

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/reach/address"
)

// Subnets that nothing tells apart are looked at once. Without that, groups that may be anywhere in a VPC of hundreds of
// subnets would be compared in every pair of them.

// subnetsKey identifies a slice of subnets: classes of one VPC share it.
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

// kindKey is a choice of subnets, told apart at cuts.
type kindKey struct {
	subnets subnetsKey
	cuts    string
}

// Alike returns one spot for each kind of spots of a, and of b, where what may be carried between the two is the same for all spots of
// a kind. more are classes whose rules tell spots apart as well.
func (t *Topology) Representatives(a, b *Class, more ...*Class) (from, to []Location) {
	if !t.plainTogether(a.Subnets, b.Subnets) {
		return a.Locations(), b.Locations()
	}
	cuts := joinCuts(append(more, a, b))
	return t.kinds(a, cuts), t.kinds(b, cuts)
}

// Direct reports whether no route or NACL is between the two classes. A nil class is the outside, which has both.
func (t *Topology) Direct(a, b *Class) bool {
	return a != nil && b != nil && t.plainTogether(a.Subnets, b.Subnets)
}

// plainTogether reports whether nothing but groups tells the subnets apart that interfaces of both are in.
func (t *Topology) plainTogether(a, b []*Subnet) bool {
	v := t.plainVPC(a)
	return v != nil && v == t.plainVPC(b)
}

// plainVPC is the VPC of the subnets if they are all plain and of one VPC, and else nil.
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

// cuts are blocks at which rules tell addresses apart, with a text that is the same for the same blocks.
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

// kinds returns one spot of each kind, told apart by family and by which of the cuts hold it.
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

// mark is the same for cells that the cuts treat alike.
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

// marks is the same for subnets that the cuts treat alike.
func (c cuts) marks(s *Subnet) string {
	var out []string
	for _, cell := range s.Cells {
		out = append(out, c.mark(cell))
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), ",")
}

// AlikeOutside returns one spot of the class for each kind of spots that exchange the same with the outside.
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

// way is the same for subnets from which everything takes the same way out; empty where a NACL or a middlebox may treat
// the subnet's addresses one by one.
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

// isStraight reports whether only routes decide what the subnet exchanges with the outside, and none leads to a middlebox.
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
