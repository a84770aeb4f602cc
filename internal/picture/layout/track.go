package layout

import (
	"slices"
)

// run is the vertical part of a net in a channel.
type run struct {
	net      *net
	top, end float64
	left     []float64 // the heights of its pins at the left side of the channel
	right    []float64
}

// runsOf returns the vertical parts in channel k, in a fixed order.
func (m *maker) runsOf(k int) []*run {
	var out []*run
	for _, n := range m.nets {
		pins := n.pins[k]
		if len(pins) == 0 {
			continue
		}
		r := &run{net: n, top: pins[0].y, end: pins[0].y}
		for _, p := range pins {
			r.top, r.end = min(r.top, p.y), max(r.end, p.y)
			if p.right { // The right side of a box is the left side of the channel.
				r.left = append(r.left, p.y)
			} else {
				r.right = append(r.right, p.y)
			}
		}
		if r.end > r.top || len(r.left) > 1 || len(r.right) > 1 {
			out = append(out, r)
		}
	}
	sortBy(out, func(r *run) float64 { return r.top })
	return out
}

// The costs of two runs side by side.
const (
	crossingCost = 1
	overlapCost  = 50 // horizontal parts of different nets on each other
	nearby       = 5.0
)

// costBefore returns what it costs if a is to the left of b.
func costBefore(a, b *run) int {
	n := 0
	for _, y := range a.right {
		if b.top-1 < y && y < b.end+1 {
			n += crossingCost
		}
		for _, z := range b.left {
			if d := y - z; d < nearby && d > -nearby {
				n += overlapCost
			}
		}
	}
	for _, y := range b.left {
		if a.top-1 < y && y < a.end+1 {
			n += crossingCost
		}
	}
	return n
}

// apart reports whether two runs can have the same track.
func apart(a, b *run) bool { return a.end+8 < b.top || b.end+8 < a.top }

// setTracks gives each vertical part in channel k a track.
func (m *maker) setTracks(k int) {
	for _, n := range m.nets {
		delete(n.tracks, k)
	}
	runs := m.runsOf(k)
	order := sift(runs)
	track := map[*run]int{}
	for i, r := range order {
		at := 0
		for _, o := range order[:i] {
			if !apart(r, o) || costBefore(o, r) != costBefore(r, o) {
				at = max(at, track[o]+1)
			}
		}
		track[r] = at
		r.net.tracks[k] = at
	}
}

// sift puts runs in an order of low cost: each in turn moves to its best place, until none moves.
func sift(runs []*run) []*run {
	n := len(runs)
	cost := make([][]int, n)
	for i := range cost {
		cost[i] = make([]int, n)
		for j := range cost[i] {
			if i != j {
				cost[i][j] = costBefore(runs[i], runs[j])
			}
		}
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	for range 6 {
		moved := false
		for r := range n {
			moved = siftOne(order, r, cost) || moved
		}
		if !moved {
			break
		}
	}
	out := make([]*run, n)
	for i, r := range order {
		out[i] = runs[r]
	}
	return out
}

// siftOne moves r to its best place in the order. It reports whether r moved.
func siftOne(order []int, r int, cost [][]int) bool {
	from := slices.Index(order, r)
	at, best, now := from, 0, 0
	for i := from - 1; i >= 0; i-- { // to the left
		now += cost[r][order[i]] - cost[order[i]][r]
		if now < best {
			at, best = i, now
		}
	}
	now = 0
	for i := from + 1; i < len(order); i++ { // to the right
		now += cost[order[i]][r] - cost[r][order[i]]
		if now < best {
			at, best = i, now
		}
	}
	if at == from {
		return false
	}
	copy(order[min(from, at):], slices.Insert(slices.Delete(slices.Clone(order), from, from+1), at, r)[min(from, at):])
	return true
}
