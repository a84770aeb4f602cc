package upgrade

import (
	"net/netip"
	"slices"
	"sort"
)

// index finds the rules that may share traffic with a box, without looking at all rules. It searches by ports or by
// addresses, whichever differ more.
type index struct {
	rules     []rule
	dimension int   // which interval of the boxes is searched
	sorted    []int // rules with a known interval, sorted by its start
	maxEnd    []netip.Addr
	symbolic  []int // rules with a range that is known only at deployment
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

// countDistinct counts the different values of one interval.
func countDistinct(rules []rule, by int) int {
	seen := map[interval]bool{}
	for _, r := range rules {
		seen[r.box[by]] = true
	}
	return len(seen)
}

// candidates returns the rules that may share traffic with a box, and possibly others, in their order.
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
