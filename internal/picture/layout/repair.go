package layout

import "slices"

// clearance is the least distance of the horizontal parts of different nets.
const clearance = 4.0

// maxRepairs limits the work on one layout. Each repair takes a few steps; a few hundred are enough for hundreds of lines.
const maxRepairs = 4000

// setAllTracks gives all vertical parts their tracks, and moves ends of lines until no two lines lie on each other.
func (m *maker) setAllTracks() {
	for k := range m.columns {
		m.setTracks(k)
	}
	for repairs := 0; repairs < maxRepairs; {
		clean := true
		for k := range m.columns {
			for repairs < maxRepairs {
				p, q := m.conflict(k)
				if p == nil {
					break
				}
				clean = false
				repairs++
				for _, touched := range m.repair(p, q) {
					m.setTracks(touched)
				}
			}
		}
		if clean {
			return
		}
	}
}

// conflict returns an end of a line at the left side of channel k and one at the right side whose horizontal parts lie on each other: both
// are at about the same height, and the vertical part of the left one is not to the left of that of the other.
func (m *maker) conflict(k int) (p, q *pin) {
	var right []*pin
	for _, n := range m.nets {
		for _, p := range n.pins[k] {
			if !p.right {
				right = append(right, p)
			}
		}
	}
	sortBy(right, func(p *pin) float64 { return p.y })
	for _, n := range m.nets {
		for _, p := range n.pins[k] {
			if !p.right {
				continue
			}
			from, _ := slices.BinarySearchFunc(right, p.y-clearance, func(q *pin, y float64) int {
				if q.y <= y {
					return -1
				}
				return 1
			})
			for _, q := range right[from:] {
				if q.y >= p.y+clearance {
					break
				}
				if q.net != p.net && !isBefore(p.net, q.net, k) {
					return p, q
				}
			}
		}
	}
	return nil, nil
}

// isBefore reports whether the vertical part of a is to the left of that of b in channel k. Lines without one reach from side to side.
func isBefore(a, b *net, k int) bool {
	x, bent := a.tracks[k]
	y, also := b.tracks[k]
	return bent && also && x < y
}

// repair moves one of two ends a little, or else makes room for it. It returns the channels that it touched.
func (m *maker) repair(p, q *pin) []int {
	for _, by := range []float64{5, -5, 7, -7, 9, -9} {
		for _, end := range []*pin{p, q} {
			if m.isFree(end, end.y+by) && end.moveTo(end.y+by) {
				return []int{end.channel}
			}
		}
	}
	end := q
	if end.item.box != nil && p.item.box == nil {
		end = p
	}
	items := m.columns[end.item.column].items
	for _, i := range items[end.item.index:] {
		i.move(6)
	}
	out := []int{end.item.column}
	if end.item.column > 0 {
		out = append(out, end.item.column-1)
	}
	return out
}

// isFree reports whether no end at the other side of the channel is near a height.
func (m *maker) isFree(p *pin, y float64) bool {
	for _, n := range m.nets {
		for _, o := range n.pins[p.channel] {
			if d := o.y - y; o.right != p.right && o.net != p.net && d < clearance+0.5 && d > -clearance-0.5 {
				return false
			}
		}
	}
	return true
}

// move moves an item with its pins.
func (i *item) move(by float64) {
	i.y += by
	for _, side := range [][]*pin{i.left, i.right} {
		for _, p := range side {
			p.y += by
		}
	}
}
