package reach

import (
	"maps"
	"slices"
)

// Pairs returns the ordered pairs of classes, by their indices in classes, for which groups and ways could let something through. Nothing
// is carried between any other two classes. Pairs does not visit all pairs.
func Pairs(classes []*Class) [][2]int {
	holders := map[*Group][]int{}   // the classes with a group
	acceptors := map[*Group][]int{} // the classes that let a group in
	open := newEntrances()          // the classes that let blocks in
	var unseen []int                // classes that may have any groups, or let any group in
	for i, c := range classes {
		for _, g := range c.Groups {
			holders[g] = append(holders[g], i)
		}
		for _, g := range c.Accepts() {
			acceptors[g] = append(acceptors[g], i)
		}
		open.add(c, i)
		if c.mayHaveAny() || !c.side(ingress).byUnknownGroups.IsEmpty() {
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
		switch {
		case a.mayHaveAny() || !a.side(egress).byUnknownGroups.IsEmpty():
			consider(allBelow(len(classes)))
		case !a.Open(true).IsEmpty():
			consider(open.to(a))
		}
		for _, j := range slices.Sorted(maps.Keys(seen)) {
			out = append(out, [2]int{i, j})
		}
	}
	return out
}

// allBelow returns the numbers below n.
func allBelow(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}
