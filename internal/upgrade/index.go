package upgrade

import (
	"net/netip"
	"slices"
	"sort"
)

// index finds the rules that may have traffic in common with a box, without a look at all of them: by ports or by addresses, by which
// they differ more.
type index struct {
	rules     []rule
	dimension int   // the interval of the boxes that it is sorted by
	sorted    []int // rules whose interval is known, by its beginning
	maxEnd    []netip.Addr
	symbolic  []int // rules of ranges that only a deployment knows
}

func newIndex(rules []rule) *index {
	x := &index{rules: rules, dimension: 1}
	if countDistinct(rules, 2) > countDistinct(rules, 1) {
		x.dimension = 2
	}
	for i, r := range rules {
		if r.box[x.dimension].base == "" {
			x.sorted = append(x.sorted, i)
		} else {
			x.symbolic = append(x.symbolic, i)
		}
	}
	slices.SortStableFunc(x.sorted, func(i, j int) int { return x.interval(i).lo.Compare(x.interval(j).lo) })
	for n, i := range x.sorted {
		x.maxEnd = append(x.maxEnd, x.interval(i).hi)
		if n > 0 && x.maxEnd[n].Less(x.maxEnd[n-1]) {
			x.maxEnd[n] = x.maxEnd[n-1]
		}
	}
	return x
}

func (x *index) interval(i int) interval { return x.rules[i].box[x.dimension] }

// countDistinct counts the beginnings of one interval of rules.
func countDistinct(rules []rule, by int) int {
	seen := map[interval]bool{}
	for _, r := range rules {
		seen[r.box[by]] = true
	}
	return len(seen)
}

// candidates returns the rules that may have traffic in common with a box, and maybe more, in their order.
func (x *index) candidates(b box) []rule {
	i := b[x.dimension]
	if i.base != "" {
		return x.rules
	}
	from := sort.Search(len(x.sorted), func(n int) bool { return !x.maxEnd[n].Less(i.lo) })
	to := sort.Search(len(x.sorted), func(n int) bool { return i.hi.Less(x.interval(x.sorted[n]).lo) })
	found := slices.Clone(x.symbolic)
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
