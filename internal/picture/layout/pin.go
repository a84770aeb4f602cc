package layout

import "slices"

// The distances between the ends of lines at the side of a box.
const (
	enterGap = 17.0 // room for a label
	exitGap  = 9.0
	pinInset = 6.0 // from the corner of the box
)

// pin is where a net meets the side of an item.
type pin struct {
	net     *net
	item    *item
	channel int
	enter   bool // the arrow is here
	right   bool // at the right side of the item
	y       float64
}

func (p *pin) gap() float64 {
	if p.enter {
		return enterGap
	}
	return exitGap
}

// addPins gives each net its pins at its sources, at its target and where it passes columns.
func (m *maker) addPins() {
	for _, n := range m.nets {
		for _, s := range n.sources {
			n.addPin(s, n.toLeft || s.column == n.target.column, false)
		}
		for c := range m.columns {
			if p := n.passes[c]; p != nil {
				n.addPin(p, false, false)
				n.addPin(p, true, false)
			}
		}
		n.addPin(n.target, !n.toLeft, true)
	}
}

func (n *net) addPin(i *item, right, enter bool) {
	p := &pin{net: n, item: i, channel: i.column - 1, right: right, enter: enter}
	if right {
		p.channel = i.column
		i.right = append(i.right, p)
	} else {
		i.left = append(i.left, p)
	}
	n.pins[p.channel] = append(n.pins[p.channel], p)
}

// setPins spreads the pins over the sides of each item, in the order of what they lead to.
func (m *maker) setPins() {
	for _, c := range m.columns {
		for _, i := range c.items {
			i.setSide(i.left)
			i.setSide(i.right)
		}
	}
}

func (i *item) setSide(pins []*pin) {
	if i.box == nil {
		for _, p := range pins {
			p.y = i.center()
		}
		return
	}
	wish := map[*pin]float64{}
	for _, p := range pins {
		wish[p] = p.farEnd()
	}
	slices.SortStableFunc(pins, func(a, b *pin) int {
		switch {
		case wish[a] < wish[b]:
			return -1
		case wish[a] > wish[b]:
			return 1
		}
		return 0
	})
	total := 0.0
	for _, p := range pins {
		total += p.gap()
	}
	y := i.center() - total/2
	for _, p := range pins {
		p.y = y + p.gap()/2
		if p.enter {
			p.y = y + p.gap() - 4 // The label is above the line.
		}
		y += p.gap()
	}
}

// farEnd returns the mean height of the net's other ends in the channel.
func (p *pin) farEnd() float64 {
	sum, n := 0.0, 0
	for _, o := range p.net.pins[p.channel] {
		if o == p || !p.enter && !o.leads(p) {
			continue
		}
		sum, n = sum+o.item.center(), n+1
	}
	if n == 0 {
		return p.item.center()
	}
	return sum / float64(n)
}

// leads reports whether a pin is where the net goes on from another pin of the same channel.
func (p *pin) leads(from *pin) bool { return p.isOut() && !from.isOut() }

// isOut reports whether the net leaves the channel at this pin, to the target or to the next column.
func (p *pin) isOut() bool {
	if p.item.box == nil {
		return p.right != p.net.toLeft
	}
	return p.enter
}
