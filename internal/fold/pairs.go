package fold

import (
	"cmp"
	"slices"
	"strings"
)

// Pair is something between two ends.
type Pair struct {
	From, To string
	// Content is all that a reader can see of the pair but its ends. Only pairs of equal content are joined.
	Content string
}

// Group stands for one pair between each From and each To: no more pairs, and no fewer.
type Group struct {
	From, To []string // in the order of [Compare]
	Content  string
}

// Pairs joins pairs of equal content into groups. Together, the groups stand for exactly the given pairs. A pair that is there twice counts
// once. The groups of one content follow each other, in the order in which the contents first come up.
func Pairs(all []Pair) []*Group {
	var contents []string
	by := map[string][]Pair{}
	for _, p := range all {
		if by[p.Content] == nil {
			contents = append(contents, p.Content)
		}
		by[p.Content] = append(by[p.Content], p)
	}
	var out []*Group // Sorting pointers takes less code than sorting structs.
	for _, content := range contents {
		groups, turned := joined(by[content]), joined(reversed(by[content]))
		if len(turned) < len(groups) {
			groups = nil
			for _, g := range turned {
				groups = append(groups, &Group{From: g.To, To: g.From})
			}
		}
		slices.SortFunc(groups, func(a, b *Group) int {
			return cmp.Or(slices.CompareFunc(a.From, b.From, Compare), slices.CompareFunc(a.To, b.To, Compare))
		})
		for _, g := range groups {
			g.Content = content
			out = append(out, g)
		}
	}
	return out
}

// joined first joins the pairs with the same To, and then those with the same set of From.
func joined(pairs []Pair) []*Group {
	from := map[string][]string{}
	for _, p := range pairs {
		from[p.To] = append(from[p.To], p.From)
	}
	byFrom := map[string]*Group{}
	for to, names := range from {
		slices.SortFunc(names, Compare)
		names = slices.Compact(names)
		key := strings.Join(names, "\x00")
		if byFrom[key] == nil {
			byFrom[key] = &Group{From: names}
		}
		byFrom[key].To = append(byFrom[key].To, to)
	}
	var out []*Group
	for _, g := range byFrom {
		slices.SortFunc(g.To, Compare)
		out = append(out, g)
	}
	return out
}

func reversed(pairs []Pair) []Pair {
	out := make([]Pair, len(pairs))
	for i, p := range pairs {
		out[i] = Pair{From: p.To, To: p.From, Content: p.Content}
	}
	return out
}
