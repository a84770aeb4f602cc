package layout

import (
	"maps"
	"slices"
)

// fewFlows is the largest number of flows that are ordered one by one. With more, lines to the same target are one line from the start.
const fewFlows = 110

func (m *maker) startsApart() bool { return len(m.picture.Flows) <= fewFlows }

// join makes one line of lines with the same target and label, wherever this takes no more crossings. Lines that start together must turn
// to the same height at once. Lines that start apart can join later, when nothing is between them any more.
func (m *maker) join() {
	fewest := m.crossings()
	for joined := true; joined; {
		joined = false
		for _, pair := range m.neighbouringNets() {
			if joined = m.joinPair(pair[0], pair[1], fewest); joined {
				break // The neighbours are others now.
			}
		}
		m.siftColumns()
		fewest = m.crossings()
	}
}

// neighbouringNets returns the pairs of nets that can be joined and are next to each other before their target.
func (m *maker) neighbouringNets() [][2]*net {
	byKey := map[string][]*net{}
	for _, n := range m.nets {
		byKey[n.key] = append(byKey[n.key], n)
	}
	var out [][2]*net
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		nets := byKey[key]
		sortBy(nets, func(n *net) int { return n.lastIndex() })
		for i := 1; i < len(nets); i++ {
			out = append(out, [2]*net{nets[i-1], nets[i]})
		}
	}
	return out
}

// lastIndex returns the place of the net in the column before its target.
func (n *net) lastIndex() int {
	c := n.target.column + 1
	if n.toLeft {
		c = n.target.column - 1
	}
	if p := n.passes[c]; p != nil {
		return p.index
	}
	return n.sources[0].index
}

// joinPair joins two nets, unless there are more crossings than limit then. It reports whether it has joined them.
func (m *maker) joinPair(a, b *net, limit int) bool {
	order, nets := m.snapshot(), m.nets
	bestOrder, bestNets, best := order, nets, limit+1
	for _, pair := range [][2]*net{{a, b}, {b, a}} {
		m.merge(pair[0], pair[1])
		m.connect()
		if now := m.crossings(); now < best {
			bestOrder, bestNets, best = m.snapshot(), m.nets, now
		}
		m.restore(order)
		m.nets = nets
	}
	m.restore(bestOrder)
	m.nets = bestNets
	m.connect()
	return best <= limit
}

// merge replaces two nets by one, which passes columns where the first does, or else where the second does.
func (m *maker) merge(first, second *net) {
	both := &net{
		key: first.key, target: first.target, toLeft: first.toLeft,
		flows: slices.Concat(first.flows, second.flows), sources: slices.Clone(first.sources),
		passes: map[int]*item{}, pins: map[int][]*pin{}, tracks: map[int]int{},
	}
	for _, s := range second.sources {
		both.add(s)
	}
	both.setLabel()
	for k, c := range m.columns {
		one, other := first.passes[k], second.passes[k]
		if one == nil {
			one, other = other, nil
		}
		if one == nil {
			continue
		}
		both.passes[k] = &item{net: both, column: k}
		c.items = slices.DeleteFunc(slices.Clone(c.items), func(i *item) bool { return i == other })
		c.items[slices.Index(c.items, one)] = both.passes[k]
		c.number()
	}
	m.nets = slices.DeleteFunc(slices.Clone(m.nets), func(n *net) bool { return n == second })
	m.nets[slices.Index(m.nets, first)] = both
}
