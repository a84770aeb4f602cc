package layout

import (
	"slices"
)

// The sizes of boxes and texts.
const (
	boxWidth   = 196.0
	boxPad     = 10.0
	TitleSize  = 13.0 // TitleSize and the other sizes are those of fonts.
	TextSize   = 11.0
	LabelSize  = 10.5
	titleLine  = 18.0
	textLine   = 14.0
	passHeight = 8.0
	laneTitle  = 26.0 // room for the title of a lane
)

// setHeights writes the texts of boxes and gives each item its height.
func (m *maker) setHeights() {
	for _, c := range m.columns {
		for _, i := range c.items {
			i.h = passHeight
			if i.box != nil {
				i.setText()
			}
		}
	}
}

func (i *item) setText() {
	width := boxWidth - 2*boxPad
	i.title = Fit(i.box.Name, TitleSize*1.06, width) // It is bold.
	for _, text := range append(append([]string{}, i.box.Holds...), i.box.Details...) {
		i.lines = append(i.lines, wrap(text, TextSize, width)...)
	}
	i.h = titleLine + textLine*float64(len(i.lines)) + 12
	for _, side := range [][]*pin{i.left, i.right} {
		total := 2 * pinInset
		for _, p := range side {
			total += p.gap()
		}
		i.h = max(i.h, total)
	}
}

// separation is the least distance between two neighbours in a column.
func separation(a, b *item) float64 {
	switch {
	case a.box != nil && b.box != nil && a.box.Lane != b.box.Lane:
		return 22 + laneTitle
	case a.box != nil && b.box != nil:
		return 16
	case a.box == nil && b.box == nil:
		return 4
	}
	return 10
}

// spreadRounds is how often all columns are aligned with their neighbours.
const spreadRounds = 80

// spread gives items their vertical places: in the order of their column, as near to what they are linked with as possible.
func (m *maker) spread() {
	for _, c := range m.columns {
		y := 0.0
		for k, i := range c.items {
			if k > 0 {
				y += separation(c.items[k-1], i)
			}
			i.y = y
			y += i.h
		}
	}
	m.centerColumns()
	for round := range spreadRounds {
		m.setPins()
		for k := range m.columns {
			if round%2 == 1 {
				k = len(m.columns) - 1 - k
			}
			m.align(m.columns[k])
		}
	}
	top := 0.0
	for k, c := range m.columns {
		if len(c.items) > 0 && (k == 0 || c.items[0].y < top) {
			top = c.items[0].y
		}
	}
	for _, c := range m.columns {
		for _, i := range c.items {
			i.y -= top
		}
	}
	m.setPins()
}

// centerColumns lets all columns begin with a common middle.
func (m *maker) centerColumns() {
	for _, c := range m.columns {
		if len(c.items) == 0 {
			continue
		}
		last := c.items[len(c.items)-1]
		half := (last.y + last.h) / 2
		for _, i := range c.items {
			i.y -= half
		}
	}
}

// block is a run of neighbours that touch, in the solution of align.
type block struct {
	wish, weight float64
	n            int
}

// align moves the items of a column to the places that they wish, without changing their order: it makes the sum of squared distances
// to the wishes least (pool adjacent violators).
func (m *maker) align(c *column) {
	var blocks []block
	offset := make([]float64, len(c.items))
	for k, i := range c.items {
		if k > 0 {
			offset[k] = offset[k-1] + c.items[k-1].h + separation(c.items[k-1], i)
		}
		wish, weight := i.wish()
		b := block{wish - offset[k], weight, 1}
		for len(blocks) > 0 && blocks[len(blocks)-1].wish > b.wish {
			last := blocks[len(blocks)-1]
			blocks = blocks[:len(blocks)-1]
			total := last.weight + b.weight
			b = block{(last.wish*last.weight + b.wish*b.weight) / total, total, last.n + b.n}
		}
		blocks = append(blocks, b)
	}
	k := 0
	for _, b := range blocks {
		for range b.n {
			i := c.items[k]
			i.move(b.wish + offset[k] - i.y)
			k++
		}
	}
}

// wish returns the place that an item would have if its lines were straight, and how much that matters.
func (i *item) wish() (y, weight float64) {
	sum := 0.0
	for _, side := range [][]*pin{i.left, i.right} {
		for _, p := range side {
			for _, o := range p.net.pins[p.channel] {
				if o.item == i || o.isOut() == p.isOut() || o.item.column == i.column {
					continue
				}
				w := 1.0
				if o.item.box == nil && i.box == nil {
					w = 6 // A long line shall be straight.
				} else if o.item.box == nil || i.box == nil {
					w = 2
				}
				sum, weight = sum+w*(o.y-p.y), weight+w
			}
		}
	}
	if weight == 0 {
		return i.y, 0.2
	}
	return i.y + sum/weight, weight
}

// snap is how far a pin moves to make its line straight.
const snap = 9.0

// straighten takes away bends: lines pass columns at the height at which they come or go on, and single pins at boxes move a little.
func (m *maker) straighten() {
	for range 3 {
		for _, n := range m.nets {
			for c := range m.columns {
				if p := n.passes[c]; p != nil {
					m.straightenPass(p, n.pins[c-1])
				}
			}
			for c := len(m.columns) - 1; c >= 0; c-- {
				if p := n.passes[c]; p != nil {
					m.straightenPass(p, n.pins[c])
				}
			}
		}
	}
	for _, n := range m.nets {
		for k := range m.columns {
			straightenPins(n.pins[k])
		}
	}
}

// straightenPass moves a passing line to the height of the one other pin of its net in a channel, if there is room.
func (m *maker) straightenPass(i *item, pins []*pin) {
	if len(pins) != 2 {
		return
	}
	other := pins[0]
	if other.item == i {
		other = pins[1]
	}
	items := m.columns[i.column].items
	at, y := slices.Index(items, i), other.y-i.h/2
	if at > 0 && y < items[at-1].y+items[at-1].h+separation(items[at-1], i) {
		return
	}
	if at+1 < len(items) && y+i.h+separation(i, items[at+1]) > items[at+1].y {
		return
	}
	i.y = y
	for _, p := range append(slices.Clone(i.left), i.right...) {
		p.y = other.y
	}
}

// straightenPins moves an end of a net to the height of its other end, if both are near.
func straightenPins(pins []*pin) {
	var out *pin
	for _, p := range pins {
		if p.isOut() {
			out = p
		}
	}
	for _, p := range pins {
		d := p.y - out.y
		if p == out || p.right == out.right || d == 0 || d > snap || d < -snap {
			continue
		}
		if len(pins) > 2 || !out.moveTo(p.y) {
			p.moveTo(out.y)
		}
	}
}

// moveTo moves a pin, if it keeps its distance from the others at its side. It reports whether the pin moved.
func (p *pin) moveTo(y float64) bool {
	i := p.item
	if i.box == nil || y < i.y+pinInset || y > i.y+i.h-pinInset || p.enter && y < i.y+pinInset+5 {
		return false
	}
	side := i.left
	if p.right {
		side = i.right
	}
	for _, o := range side {
		gap := exitGap - 1
		if o.y < y && p.enter || o.y > y && o.enter {
			gap = enterGap - 2
		}
		if d := o.y - y; o != p && d < gap && d > -gap || o != p && (o.y < p.y) != (o.y < y) {
			return false
		}
	}
	p.y = y
	return true
}
