package usage

import "slices"

// span is a time, both ends included, in seconds since 1970.
type span struct{ from, to int64 }

// spans is a set of times. Spans that are at most tolerance apart are one.
type spans struct{ all []span } // ascending

// minTolerance is the shortest time without records that is a gap: two windows of the shortest kind, and the inaccuracy of AWS's times.
const minTolerance = 2*60 + 60

// add adds a time. It is fast if the times come about in order.
func (s *spans) add(from, to int64) {
	if n := len(s.all); n > 0 {
		if last := &s.all[n-1]; from >= last.from && from <= last.to+minTolerance {
			last.to = max(last.to, to)
			return
		}
	}
	at, _ := slices.BinarySearchFunc(s.all, from, func(p span, t int64) int {
		if p.to+minTolerance < t {
			return -1
		}
		return 1
	})
	end := at
	for end < len(s.all) && s.all[end].from <= to+minTolerance {
		from, to = min(from, s.all[end].from), max(to, s.all[end].to)
		end++
	}
	s.all = slices.Replace(s.all, at, end, span{from, to})
}

// join adds all times of another set.
func (s *spans) join(other spans) {
	for _, p := range other.all {
		s.add(p.from, p.to)
	}
}

// close joins spans that are at most tolerance apart.
func (s spans) close(tolerance int64) spans {
	var out spans
	for _, p := range s.all {
		if n := len(out.all); n > 0 && p.from <= out.all[n-1].to+tolerance {
			out.all[n-1].to = max(out.all[n-1].to, p.to)
			continue
		}
		out.all = append(out.all, p)
	}
	return out
}

// between returns the times between the first and the last span.
func (s spans) between() spans {
	var out spans
	for i := 1; i < len(s.all); i++ {
		out.all = append(out.all, span{s.all[i-1].to, s.all[i].from})
	}
	return out
}

// outside returns the times of a period that are not in the set. Less than tolerance at an end of the period is nothing.
func (s spans) outside(period span, tolerance int64) spans {
	var out spans
	from := period.from
	for _, p := range s.all {
		if p.from > from+tolerance {
			out.all = append(out.all, span{from, min(p.from, period.to)})
		}
		from = max(from, p.to)
	}
	if period.to > from+tolerance {
		out.all = append(out.all, span{from, period.to})
	}
	return out
}

// union returns the times that are in either set.
func (s spans) union(other spans) spans {
	all := slices.Concat(s.all, other.all)
	slices.SortFunc(all, func(a, b span) int { return int(a.from - b.from) })
	return spans{all}.close(0)
}

// intersect returns the times that are in both sets.
func (s spans) intersect(other spans) spans {
	var out spans
	for _, p := range s.all {
		for _, q := range other.all {
			if from, to := max(p.from, q.from), min(p.to, q.to); from < to {
				out.all = append(out.all, span{from, to})
			}
		}
	}
	return out
}

// length returns the seconds in the set.
func (s spans) length() int64 {
	var out int64
	for _, p := range s.all {
		out += p.to - p.from
	}
	return out
}
