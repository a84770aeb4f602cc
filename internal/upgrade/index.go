package upgrade

import (
	"net/netip"
	"slices"
	"sort"
)

// index finds the rules that may have traffic in common with a box, without a look at all of them: by ports or by addresses, by which
// they differ more.
type index struct {
	rules  []rule
	by     int   // the interval of the boxes that it is sorted by
	sorted []int // rules whose interval is known, by its beginning
	reach  []netip.Addr
	others []int // rules of ranges that only a deployment knows
}

func newIndex(rules []rule) *index {
	x := &index{rules: rules, by: 1}
	if distinct(rules, 2) > distinct(rules, 1) {
		x.by = 2
	}
	for i, r := range rules {
		if r.box[x.by].base == "" {
			x.sorted = append(x.sorted, i)
		} else {
			x.others = append(x.others, i)
		}
	}
	slices.SortStableFunc(x.sorted, func(i, j int) int { return x.interval(i).lo.Compare(x.interval(j).lo) })
	for n, i := range x.sorted {
		x.reach = append(x.reach, x.interval(i).hi)
		if n > 0 && x.reach[n].Less(x.reach[n-1]) {
			x.reach[n] = x.reach[n-1]
		}
	}
	return x
}

func (x *index) interval(i int) interval { return x.rules[i].box[x.by] }

// distinct counts the beginnings of one interval of rules.
func distinct(rules []rule, by int) int {
	seen := map[interval]bool{}
	for _, r := range rules {
		seen[r.box[by]] = true
	}
	return len(seen)
}

// near returns the rules that may have traffic in common with a box, and maybe more, in their order.
func (x *index) near(b box) []rule {
	i := b[x.by]
	if i.base != "" {
		return x.rules
	}
	from := sort.Search(len(x.sorted), func(n int) bool { return !x.reach[n].Less(i.lo) })
	to := sort.Search(len(x.sorted), func(n int) bool { return i.hi.Less(x.interval(x.sorted[n]).lo) })
	found := slices.Clone(x.others)
	if from < to {
		found = append(found, x.sorted[from:to]...)
	}
	slices.Sort(found)
	out := make([]rule, len(found))
	for n, i := range found {
		out[n] = x.rules[i]
	}
	return out
}
