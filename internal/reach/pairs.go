package reach

import (
	"maps"
	"slices"
)

// Pairs lists the ordered pairs of classes that groups alone could let something through between, by their places in
// classes, without visiting all pairs: for all others nothing is carried.
func Pairs(classes []*Class) [][2]int {
	holders := map[*Group][]int{}   // who has a group
	acceptors := map[*Group][]int{} // who lets a group in
	var open []int                  // who lets blocks in
	for i, c := range classes {
		for _, g := range c.Groups {
			holders[g] = append(holders[g], i)
		}
		for _, g := range c.Accepts() {
			acceptors[g] = append(acceptors[g], i)
		}
		if !c.Open(false).IsEmpty() {
			open = append(open, i)
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
		if !a.Open(true).IsEmpty() {
			consider(open)
		}
		for _, j := range slices.Sorted(maps.Keys(seen)) {
			out = append(out, [2]int{i, j})
		}
	}
	return out
}
