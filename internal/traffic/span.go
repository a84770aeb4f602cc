package traffic

import (
	"cmp"
	"slices"
)

// span is an inclusive range of numbers.
type span struct{ from, to uint32 }

// spans is a set of numbers: sorted, neither overlapping nor touching. Operations never change their operands, so sets may share spans.
type spans []span

// spansOf returns the numbers that are in any of the ranges. The ranges may overlap; they are sorted in place.
func spansOf(ranges []span) spans {
	slices.SortFunc(ranges, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	var out spans
	for _, s := range ranges {
		out = out.extend(s)
	}
	return out
}

// extend appends s, which starts no earlier than the last span, and joins it with the last span if they overlap or touch.
func (a spans) extend(s span) spans {
	if n := len(a); n > 0 && s.from <= a[n-1].to+1 {
		a[n-1].to = max(a[n-1].to, s.to)
		return a
	}
	return append(a, s)
}

func (a spans) union(b spans) spans {
	switch {
	case a.within(b):
		return b
	case b.within(a):
		return a
	}
	out := make(spans, 0, len(a)+len(b))
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		if j == len(b) || i < len(a) && a[i].from <= b[j].from {
			out = out.extend(a[i])
			i++
		} else {
			out = out.extend(b[j])
			j++
		}
	}
	return out
}

// within reports whether all of a's numbers are in b. Most operands of a proof are, so that the operations need no memory.
func (a spans) within(b spans) bool {
	j := 0
	for _, s := range a {
		for j < len(b) && b[j].to < s.from {
			j++
		}
		if j == len(b) || s.from < b[j].from || b[j].to < s.to {
			return false
		}
	}
	return true
}

func (a spans) intersect(b spans) spans {
	switch {
	case a.within(b):
		return a
	case b.within(a):
		return b
	}
	var out spans
	for i, j := 0, 0; i < len(a) && j < len(b); {
		if from, to := max(a[i].from, b[j].from), min(a[i].to, b[j].to); from <= to {
			out = append(out, span{from, to})
		}
		if a[i].to < b[j].to {
			i++
		} else {
			j++
		}
	}
	return out
}

func (a spans) overlaps(b spans) bool {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		if max(a[i].from, b[j].from) <= min(a[i].to, b[j].to) {
			return true
		}
		if a[i].to < b[j].to {
			i++
		} else {
			j++
		}
	}
	return false
}

func (a spans) minus(b spans) spans {
	if len(a) == 0 || len(b) == 0 {
		return a
	}
	var out spans
	j := 0
	for _, s := range a {
		for j < len(b) && b[j].to < s.from {
			j++
		}
		from, done := s.from, false
		for k := j; k < len(b) && b[k].from <= s.to; k++ {
			if b[k].from > from {
				out = append(out, span{from, b[k].from - 1})
			}
			if b[k].to >= s.to {
				done = true
				break
			}
			from = b[k].to + 1
		}
		if !done {
			out = append(out, span{from, s.to})
		}
	}
	return out
}

// compare orders sets of numbers; it returns 0 for equal ones.
func (a spans) compare(b spans) int {
	return slices.CompareFunc(a, b, func(x, y span) int { return cmp.Or(cmp.Compare(x.from, y.from), cmp.Compare(x.to, y.to)) })
}
