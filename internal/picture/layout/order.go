package layout

import (
	"math/rand/v2"
	"slices"
	"sort"
)

// rounds is how often the columns are put in order, from left to right and back.
const rounds = 12

// starts is from how many orders the search begins. Large pictures get fewer, because each takes longer.
func starts(links int) int { return max(1, min(8, 2400/(links+1))) }

// kicks is how often the search tries to leave the order that it has found. The work for each grows faster than the picture.
func kicks(links int) int { return max(10, min(600, 4_000_000/(links*links+1))) }

// order finds an order of each column with few crossings between columns.
func (m *maker) order() {
	links := m.connect()
	random := rand.New(rand.NewPCG(1, 2)) // Always the same, so that equal pictures get equal layouts.
	first := m.snapshot()
	best, fewest := first, -1
	for start := range starts(links) {
		for k, c := range m.columns {
			c.items = slices.Clone(first[k])
			if start > 0 {
				random.Shuffle(len(c.items), func(i, j int) { c.items[i], c.items[j] = c.items[j], c.items[i] })
			}
			c.keepLanes()
			c.number()
		}
		m.improve()
		if now := m.crossings(); fewest < 0 || now < fewest {
			best, fewest = m.snapshot(), now
		}
	}
	for range kicks(links) {
		m.restore(best)
		m.kick(random)
		if now := m.crossings(); now <= fewest {
			best, fewest = m.snapshot(), now
		}
	}
	m.restore(best)
	if m.startsApart() {
		m.join()
	}
}

// improve looks for a better order from the present one.
func (m *maker) improve() {
	best, fewest := m.snapshot(), m.crossings()
	for round := range rounds {
		for i := range m.columns {
			k := i
			if round%2 == 1 {
				k = len(m.columns) - 1 - i
			}
			m.byNeighbours(k, round%2 == 0, round%4 >= 2)
		}
		m.swap()
		if now := m.crossings(); now < fewest {
			best, fewest = m.snapshot(), now
		}
	}
	m.restore(best)
	m.siftColumns()
}

// kick moves a few items to other places, with the columns beside them, and lets all find their places anew. This leads out of orders that
// no single move makes better.
func (m *maker) kick(random *rand.Rand) {
	for range 1 + random.IntN(3) {
		k := random.IntN(len(m.columns))
		c := m.columns[k]
		from, to := random.IntN(len(c.items)), random.IntN(len(c.items))
		moved := c.items[from]
		c.items = slices.Insert(slices.Delete(c.items, from, from+1), to, moved)
		c.keepLanes()
		c.number()
		if k > 0 {
			m.byNeighbours(k-1, false, false)
		}
		if k+1 < len(m.columns) {
			m.byNeighbours(k+1, true, false)
		}
	}
	m.siftColumns()
}

// connect tells each item what it is linked to in the channels beside it. It returns the number of links.
func (m *maker) connect() int {
	for _, c := range m.columns {
		for _, i := range c.items {
			i.toLeft, i.toRight = nil, nil
		}
	}
	total := 0
	for k := range m.columns {
		for _, l := range m.links(k) {
			total++
			for _, end := range [][2]*item{{l.from, l.to}, {l.to, l.from}} {
				if end[0].column == k {
					end[0].toRight = append(end[0].toRight, end[1])
				} else {
					end[0].toLeft = append(end[0].toLeft, end[1])
				}
			}
		}
	}
	return total
}

func (m *maker) restore(order [][]*item) {
	for k, c := range m.columns {
		c.items = slices.Clone(order[k])
		c.number()
	}
}

func (m *maker) snapshot() [][]*item {
	out := make([][]*item, len(m.columns))
	for k, c := range m.columns {
		out[k] = slices.Clone(c.items)
	}
	return out
}

func (c *column) number() {
	for i, it := range c.items {
		it.index = i
	}
}

// byNeighbours sorts column k by the places of the neighbours in the column before it: left, right or both.
func (m *maker) byNeighbours(k int, left, both bool) {
	c := m.columns[k]
	at := make(map[*item]float64, len(c.items))
	for i, it := range c.items {
		sum, n := 0.0, 0
		if left || both {
			sum, n = m.add(sum, n, k, it.toLeft)
		}
		if !left || both {
			sum, n = m.add(sum, n, k, it.toRight)
		}
		at[it] = (float64(i) + 0.5) / float64(len(c.items))
		if n > 0 {
			at[it] = sum / float64(n)
		}
	}
	sortBy(c.items, func(i *item) float64 { return at[i] })
	c.keepLanes()
	c.number()
}

// add adds the places of items outside of column k to a sum of n places. A place is a part of the height of its column.
func (m *maker) add(sum float64, n, k int, items []*item) (newSum float64, newN int) {
	for _, o := range items {
		if o.column != k {
			sum += (float64(o.index) + 0.5) / float64(len(m.columns[o.column].items))
			n++
		}
	}
	return sum, n
}

// keepLanes puts the boxes of lanes that share the column in the order of the lanes. Passing lines stay where they are.
func (c *column) keepLanes() {
	var boxes []*item
	for _, i := range c.items {
		if i.box != nil {
			boxes = append(boxes, i)
		}
	}
	sortBy(boxes, func(i *item) int { return int(i.box.Lane) })
	next := 0
	for k, i := range c.items {
		if i.box != nil {
			c.items[k] = boxes[next]
			next++
		}
	}
}

// swap exchanges neighbours in a column as long as this takes away crossings.
func (m *maker) swap() {
	for again, turn := true, 0; again && turn < 10; turn++ {
		again = false
		for k, c := range m.columns {
			for i := range len(c.items) - 1 {
				a, b := c.items[i], c.items[i+1]
				if !sameLane(a, b) || gain(k, a, b) <= 0 {
					continue
				}
				c.items[i], c.items[i+1] = b, a
				a.index, b.index = i+1, i
				again = true
			}
		}
	}
}

// sameLane reports whether two items of a column may change places.
func sameLane(a, b *item) bool { return a.box == nil || b.box == nil || a.box.Lane == b.box.Lane }

// gain returns how many crossings it takes away if two items of column k change places.
func gain(k int, upper, lower *item) int {
	return balance(k, upper.toLeft, lower.toLeft) + balance(k, upper.toRight, lower.toRight)
}

// siftRounds is how often all columns are sifted.
const siftRounds = 6

// siftColumns moves single items to their best places, until no move takes away crossings.
func (m *maker) siftColumns() {
	for range siftRounds {
		moved := false
		for k, c := range m.columns {
			for _, i := range slices.Clone(c.items) {
				moved = c.sift(i, k) || moved
			}
		}
		if !moved {
			return
		}
	}
}

// sift moves an item of column k to its best place. It reports whether it moved.
func (c *column) sift(i *item, k int) bool {
	at, best, sum := i.index, 0, 0
	for to := i.index - 1; to >= 0 && sameLane(i, c.items[to]); to-- {
		if sum += gain(k, c.items[to], i); sum > best {
			at, best = to, sum
		}
	}
	sum = 0
	for to := i.index + 1; to < len(c.items) && sameLane(i, c.items[to]); to++ {
		if sum += gain(k, i, c.items[to]); sum > best {
			at, best = to, sum
		}
	}
	if at == i.index {
		return false
	}
	c.items = slices.Insert(slices.Delete(c.items, i.index, i.index+1), at, i)
	c.number()
	return true
}

// balance counts the crossings of the links of two items of column k, the first above the second, less those with the first below.
func balance(k int, upper, lower []*item) int {
	n := 0
	for _, u := range upper {
		if u.column == k {
			continue
		}
		for _, l := range lower {
			switch {
			case l.column == k:
			case u.index > l.index:
				n++
			case u.index < l.index:
				n--
			}
		}
	}
	return n
}

// crossings counts the crossings of links in all channels.
func (m *maker) crossings() int {
	n := 0
	for k, c := range m.columns {
		var ends [][2]int
		for _, i := range c.items {
			for _, o := range i.toRight {
				if o.column != k {
					ends = append(ends, [2]int{i.index, o.index})
				}
			}
		}
		n += inversions(ends)
	}
	return n
}

// inversions counts the pairs of links that cross.
func inversions(ends [][2]int) int {
	slices.SortFunc(ends, func(a, b [2]int) int {
		if a[0] != b[0] {
			return a[0] - b[0]
		}
		return a[1] - b[1]
	})
	n := 0
	var seen []int // sorted
	for _, e := range ends {
		at := sort.SearchInts(seen, e[1]+1)
		n += len(seen) - at
		seen = slices.Insert(seen, at, e[1])
	}
	return n
}
