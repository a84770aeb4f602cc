package layout

import (
	"math"
	"slices"

	"github.com/tierwall/tierwall/internal/picture"
)

// The sizes of what is around boxes.
const (
	margin    = 24.0
	trackGap  = 9.0
	arrow     = 12.0 // room for an arrow
	gateWidth = 14.0
	maxLabel  = 250.0
	lanePad   = 14.0
	headRoom  = 64.0 // for the title
	noteLine  = 16.0
	legend    = 40.0
)

// channel is the space between two columns: labels, tracks, labels.
type channel struct {
	x, width            float64
	leftStrip, rightLab float64 // the widths of the two spaces for labels
	tracks              int
}

// place gives everything its coordinates.
func (m *maker) place() *Layout {
	out := &Layout{Picture: m.picture}
	channels := make([]channel, len(m.columns))
	x := margin + lanePad
	for k, c := range m.columns {
		c.x = x
		channels[k] = m.channelOf(k)
		channels[k].x = x + boxWidth
		x += boxWidth + channels[k].width
	}
	out.Width = x + lanePad + margin
	if len(m.columns) > 0 && channels[len(channels)-1].width == 0 {
		out.Width = x + lanePad + margin
	}
	top := headRoom + laneTitle + lanePad
	m.shift(top)
	bottom := top + 20
	for _, c := range m.columns {
		for _, i := range c.items {
			bottom = max(bottom, i.y+i.h)
			if i.box != nil {
				out.Boxes = append(out.Boxes, Box{Box: i.box, Rect: Rect{c.x, i.y, boxWidth, i.h}, Title: i.title, Lines: i.lines})
			}
		}
	}
	bottom += lanePad
	out.Lanes = m.lanes(headRoom, bottom)
	for _, n := range m.nets {
		out.Nets = append(out.Nets, m.placeNet(n, channels))
	}
	out.Width = max(out.Width, 760)
	out.Height = bottom + legend + noteLine*float64(len(m.picture.Notes)) + margin
	return out
}

func (m *maker) shift(by float64) {
	for _, c := range m.columns {
		for _, i := range c.items {
			i.move(by)
		}
	}
}

// channelOf measures the channel to the right of column k.
func (m *maker) channelOf(k int) channel {
	c := channel{}
	used := false
	var left, right strip
	for _, n := range m.nets {
		if track, ok := n.tracks[k]; ok {
			c.tracks = max(c.tracks, track+1)
		}
		for _, p := range n.pins[k] {
			used = true
			switch {
			case p.enter && p.right:
				left.add(n)
			case p.enter:
				right.add(n)
			}
		}
	}
	c.leftStrip, c.rightLab = left.width(), right.width()
	if used || k+1 < len(m.columns) {
		c.width = c.leftStrip + c.rightLab + trackGap*float64(c.tracks+1) + 8
		c.width = max(c.width, 2*lanePad+16)
	}
	return c
}

// strip is the space beside a column for arrows, labels and gates. The gates are beyond all labels.
type strip struct{ labels, gates float64 }

func (s *strip) add(n *net) {
	s.labels = max(s.labels, min(TextWidth(n.label, LabelSize), maxLabel)+arrow+8)
	if n.isInspected() {
		s.gates = gateWidth + 4
	}
}

func (s strip) width() float64 { return s.labels + s.gates }

func (n *net) isInspected() bool { return n.flows[0].Inspected }

// lanes returns the backgrounds of the lanes. Columns of one lane have one background.
func (m *maker) lanes(top, bottom float64) []Lane {
	var out []Lane
	for _, c := range m.columns {
		from := top
		boxes := slices.DeleteFunc(slices.Clone(c.items), func(i *item) bool { return i.box == nil })
		for i, b := range boxes {
			last := i+1 == len(boxes)
			if !last && boxes[i+1].box.Lane == b.box.Lane {
				continue
			}
			to := bottom
			if !last {
				to = (b.y + b.h + boxes[i+1].y - laneTitle) / 2
			}
			out = addLane(out, Lane{b.box.Lane, Rect{c.x - lanePad, from, boxWidth + 2*lanePad, to - from}})
			from = to + 4
		}
	}
	return out
}

// addLane adds a background, or widens that of the same lane.
func addLane(list []Lane, l Lane) []Lane {
	for i := range list {
		if list[i].Lane == l.Lane {
			list[i].W = l.X + l.W - list[i].X
			return list
		}
	}
	return append(list, l)
}

// placeNet returns the paths of a net, its label and its gate.
func (m *maker) placeNet(n *net, channels []channel) Net {
	out := Net{Flows: n.flows}
	for k := range m.columns {
		if len(n.pins[k]) > 0 {
			out.Paths = append(out.Paths, m.branches(n, k, channels[k])...)
		}
		if p := n.passes[k]; p != nil {
			x := m.columns[k].x
			out.Paths = append(out.Paths, []Point{{x, p.center()}, {x + boxWidth, p.center()}})
		}
	}
	for _, f := range n.flows {
		out.Routes = append(out.Routes, m.route(n, m.items[f.From], channels))
	}
	end := n.targetPin()
	c := channels[end.channel]
	text := Fit(n.label, LabelSize, maxLabel)
	width := TextWidth(text, LabelSize)
	out.Label = Label{text, Rect{c.x + c.width - arrow - 2 - width, end.y - 13, width, 11}}
	gate := c.x + c.width - c.rightLab + 1
	if end.right {
		out.Label.X = c.x + arrow + 2
		gate = c.x + c.leftStrip - gateWidth - 1
	}
	if n.isInspected() {
		out.Gate = Rect{gate, end.y - 5, gateWidth, 10}
	}
	return out
}

func (n *net) targetPin() *pin {
	for _, side := range [][]*pin{n.target.left, n.target.right} {
		for _, p := range side {
			if p.net == n && p.enter {
				return p
			}
		}
	}
	return nil
}

// trackX returns where a net's vertical part in channel k is.
func (n *net) trackX(k int, c channel) (float64, bool) {
	track, ok := n.tracks[k]
	return c.x + c.leftStrip + 4 + trackGap*float64(track+1), ok
}

// wall returns the place of a pin.
func (m *maker) wall(p *pin) Point {
	x := m.columns[p.item.column].x
	if p.right {
		x += boxWidth
	}
	return Point{x, p.y}
}

// branches returns the paths of a net in channel k: one from each pin to the pin where the net goes on.
func (m *maker) branches(n *net, k int, c channel) [][]Point {
	var in []*pin
	var out *pin
	for _, p := range n.pins[k] {
		if p.isOut() {
			out = p
		} else {
			in = append(in, p)
		}
	}
	x, bent := n.trackX(k, c)
	end := m.wall(out)
	if !bent {
		return [][]Point{{m.wall(in[0]), end}}
	}
	sortBy(in, func(p *pin) float64 { return -math.Abs(p.y - out.y) }) // The farthest has the trunk.
	var paths [][]Point
	reached := map[bool]bool{}
	for i, p := range in {
		start := m.wall(p)
		above := p.y < out.y
		switch {
		case i == 0:
			paths = append(paths, []Point{start, {x, p.y}, {x, out.y}, end})
		case p.y == out.y:
			paths = append(paths, []Point{start, {x, p.y}})
		case !reached[above]:
			paths = append(paths, []Point{start, {x, p.y}, {x, out.y}, {x + math.Copysign(6, end.X-x), out.y}})
		default:
			paths = append(paths, []Point{start, {x, p.y}, {x, p.y + math.Copysign(min(6, math.Abs(out.y-p.y)), out.y-p.y)}})
		}
		reached[above] = true
	}
	slices.Reverse(paths)
	return paths
}

// route returns the way of the flow that begins at an item.
func (m *maker) route(n *net, from *item, channels []channel) []Point {
	step, k := 1, from.column
	if !n.toLeft {
		step = -1
		if from.column != n.target.column {
			k--
		}
	}
	var points []Point
	at := from
	for {
		start, out := n.pinsIn(k, at)
		points = append(points, m.wall(start))
		if x, bent := n.trackX(k, channels[k]); bent {
			points = append(points, Point{x, start.y}, Point{x, out.y})
		}
		points = append(points, m.wall(out))
		if out.enter {
			return points
		}
		at = out.item
		k += step
	}
}

// pinsIn returns the pin of an item in channel k, and the pin where the net goes on.
func (n *net) pinsIn(k int, at *item) (start, out *pin) {
	for _, p := range n.pins[k] {
		if p.isOut() {
			out = p
		} else if p.item == at {
			start = p
		}
	}
	return start, out
}

// IsFolded reports whether a box stands for several.
func IsFolded(b *picture.Box) bool { return len(b.Names) > 0 }
