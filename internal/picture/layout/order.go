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

// order finds an order of each column with few crossings between columns.
func (m *maker) order() {
	links := make([][]link, len(m.columns))
	total := 0
	for k := range m.columns {
		links[k] = m.links(k)
		total += len(links[k])
	}
	random := rand.New(rand.NewPCG(1, 2)) // Always the same, so that equal pictures get equal layouts.
	first := m.snapshot()
	best, fewest := first, -1
	for start := range starts(total) {
		for k, c := range m.columns {
			c.items = slices.Clone(first[k])
			if start > 0 {
				random.Shuffle(len(c.items), func(i, j int) { c.items[i], c.items[j] = c.items[j], c.items[i] })
			}
			c.keepLanes()
			c.number()
		}
		found, crossings := m.improve(links)
		m.restore(found)
		if m.siftColumns(links) {
			found, crossings = m.snapshot(), m.crossings(links)
		}
		if fewest < 0 || crossings < fewest {
			best, fewest = found, crossings
		}
	}
	m.restore(best)
}

// improve looks for a better order from the present one. It returns the best with its crossings.
func (m *maker) improve(links [][]link) (best [][]*item, fewest int) {
	best, fewest = m.snapshot(), m.crossings(links)
	for round := range rounds {
		for i := range m.columns {
			k := i
			if round%2 == 1 {
				k = len(m.columns) - 1 - i
			}
			m.byNeighbours(k, links, round%2 == 0, round%4 >= 2)
		}
		m.swap(links)
		if now := m.crossings(links); now < fewest {
			best, fewest = m.snapshot(), now
		}
	}
	return best, fewest
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

// neighbours returns the items that each item of column k is linked to: those to the left or to the right, or both.
func (m *maker) neighbours(k int, links [][]link, left, right bool) map[*item][]*item {
	out := map[*item][]*item{}
	collect := func(channel int) {
		if channel < 0 || channel >= len(links) {
			return
		}
		for _, l := range links[channel] {
			if l.from.column == k {
				out[l.from] = append(out[l.from], l.to)
			}
			if l.to.column == k {
				out[l.to] = append(out[l.to], l.from)
			}
		}
	}
	if left {
		collect(k - 1)
	}
	if right {
		collect(k)
	}
	return out
}

// byNeighbours sorts column k by the places of the neighbours in the column before it: left, right or both.
func (m *maker) byNeighbours(k int, links [][]link, left, both bool) {
	near := m.neighbours(k, links, left || both, !left || both)
	c := m.columns[k]
	at := map[*item]float64{}
	for i, it := range c.items {
		sum, n := 0.0, 0
		for _, o := range near[it] {
			if o.column != k {
				sum += (float64(o.index) + 0.5) / float64(len(m.columns[o.column].items))
				n++
			}
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
func (m *maker) swap(links [][]link) {
	for again, turn := true, 0; again && turn < 10; turn++ {
		again = false
		for k, c := range m.columns {
			left, right := m.neighbours(k, links, true, false), m.neighbours(k, links, false, true)
			for i := range len(c.items) - 1 {
				a, b := c.items[i], c.items[i+1]
				if a.box != nil && b.box != nil && a.box.Lane != b.box.Lane {
					continue
				}
				now := between(k, left[a], left[b]) + between(k, right[a], right[b])
				then := between(k, left[b], left[a]) + between(k, right[b], right[a])
				if then < now {
					c.items[i], c.items[i+1] = b, a
					a.index, b.index = i+1, i
					again = true
				}
			}
		}
	}
}

// siftRounds is how often all columns are sifted.
const siftRounds = 6

// siftColumns moves single items to their best places, until no move takes away crossings. It reports whether any did.
func (m *maker) siftColumns(links [][]link) bool {
	better := false
	for range siftRounds {
		moved := false
		for k, c := range m.columns {
			left, right := m.neighbours(k, links, true, false), m.neighbours(k, links, false, true)
			for _, i := range slices.Clone(c.items) {
				moved = c.sift(i, k, left, right) || moved
			}
		}
		if !moved {
			break
		}
		better = true
	}
	return better
}

// sift moves an item of column k to its best place.
func (c *column) sift(i *item, k int, left, right map[*item][]*item) bool {
	gain := func(upper, lower *item) int { // what it takes away if the two change places
		return between(k, left[upper], left[lower]) + between(k, right[upper], right[lower]) -
			between(k, left[lower], left[upper]) - between(k, right[lower], right[upper])
	}
	fixed := func(o *item) bool { return i.box != nil && o.box != nil && i.box.Lane != o.box.Lane }
	at, best, sum := i.index, 0, 0
	for to := i.index - 1; to >= 0 && !fixed(c.items[to]); to-- {
		if sum += gain(c.items[to], i); sum > best {
			at, best = to, sum
		}
	}
	sum = 0
	for to := i.index + 1; to < len(c.items) && !fixed(c.items[to]); to++ {
		if sum += gain(i, c.items[to]); sum > best {
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

// between counts the crossings of the links of two items if the first stands above the second.
func between(k int, upper, lower []*item) int {
	n := 0
	for _, u := range upper {
		for _, l := range lower {
			if u.column != k && l.column != k && u.index > l.index {
				n++
			}
		}
	}
	return n
}

// crossings counts the crossings of links in all channels.
func (m *maker) crossings(links [][]link) int {
	n := 0
	for k := range links {
		var ends [][2]int
		for _, l := range links[k] {
			a, b := l.from, l.to
			if a.column == b.column {
				continue
			}
			if a.column > b.column {
				a, b = b, a
			}
			ends = append(ends, [2]int{a.index, b.index})
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
