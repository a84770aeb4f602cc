package reach

import (
	"maps"
	"slices"
)

// Pairs lists the ordered pairs of classes that groups could let something through between where there may be a way, by
// their places in classes, without visiting all pairs: for all others nothing is carried.
func Pairs(classes []*Class) [][2]int {
	holders := map[*Group][]int{}   // who has a group
	acceptors := map[*Group][]int{} // who lets a group in
	open := map[*VPC][]int{}        // who lets blocks in, by the VPC that no route leads out of; nil for all others
	var everyone []int              // who lets blocks in
	var unseen []int                // who may have any groups
	for i, c := range classes {
		for _, g := range c.Groups {
			holders[g] = append(holders[g], i)
		}
		for _, g := range c.Accepts() {
			acceptors[g] = append(acceptors[g], i)
		}
		if !c.Open(false).IsEmpty() {
			v := c.island()
			open[v], everyone = append(open[v], i), append(everyone, i)
		}
		if c.Unseen != "" {
			unseen = append(unseen, i)
		}
	}
	var out [][2]int
	for i, a := range classes {
		seen := map[int]bool{}
		consider := func(list []int) {
			for _, j := range list {
				if !seen[j] && MayTalk(a, classes[j]) {
					seen[j] = true
				}
			}
		}
		for _, g := range a.Sends() {
			consider(holders[g])
		}
		for _, g := range a.Groups {
			consider(acceptors[g])
		}
		consider(unseen)
		switch island := a.island(); {
		case a.Unseen != "":
			consider(allBelow(len(classes)))
		case a.Open(true).IsEmpty():
		case island == nil:
			consider(everyone)
		default:
			consider(open[island])
			consider(open[nil])
		}
		for _, j := range slices.Sorted(maps.Keys(seen)) {
			out = append(out, [2]int{i, j})
		}
	}
	return out
}

// allBelow are the numbers below n.
func allBelow(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// island is the VPC that the class is in, if no route leads from there to another network; nil if one may.
func (c *Class) island() *VPC {
	var out *VPC
	for _, s := range c.Subnets {
		if s.isLinked() || out != nil && s.VPC != out {
			return nil
		}
		out = s.VPC
	}
	return out
}

// isLinked reports whether packets may get from the subnet to another network that is not the internet.
func (s *Subnet) isLinked() bool {
	if s.VPC == nil || s.VPC.Resource == nil || s.Unsure != "" || s.Table == nil || s.Table.Unsure != "" {
		return true
	}
	return slices.ContainsFunc(s.Table.Routes, func(r Route) bool {
		switch r.Target.Kind {
		case Attachment, Middlebox, UnknownTarget, NATGateway:
			return true
		}
		return r.propagated
	})
}
