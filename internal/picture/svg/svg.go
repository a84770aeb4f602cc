package svg

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/picture/layout"
)

// writer writes one SVG.
type writer struct {
	strings.Builder
	layout  *layout.Layout
	touched map[string]bool // the ends of what changes, by id
}

// touched returns the ids of the boxes at the ends of what changes.
func touched(p *picture.Picture) map[string]bool {
	out := map[string]bool{}
	for _, f := range p.Flows {
		if f.Change != picture.Same {
			out[f.From], out[f.To] = true, true
		}
	}
	return out
}

func (w *writer) add(format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) }

// Write returns the SVG of a layout.
func Write(l *layout.Layout) string {
	w := &writer{layout: l}
	w.add(`<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc" `)
	w.add(`viewBox="0 0 %s %s" width="%[1]s" height="%[2]s">`+"\n", num(l.Width), num(l.Height))
	w.add("<title id=\"title\">%s</title>\n<desc id=\"desc\">%s</desc>\n", text(l.Picture.Title), text(Describe(l.Picture)))
	w.add("<style>%s</style>\n", style(l.Picture.Compared))
	w.add(`<rect class="paper" width="%s" height="%s"/>`+"\n", num(l.Width), num(l.Height))
	w.add(`<text class="title" x="24" y="34">%s</text>`+"\n", text(short(l.Picture.Title, 20, l.Width-48)))
	w.add(`<text class="sub" x="24" y="52">%s</text>`+"\n", text(short(l.Picture.Summary, 11.5, l.Width-48)))
	for _, lane := range l.Lanes {
		w.lane(lane)
	}
	for _, same := range []bool{true, false} { // What changes lies above the rest.
		for i := range l.Nets {
			if n := &l.Nets[i]; same == (n.Flows[0].Change == picture.Same) {
				w.net(n)
			}
		}
	}
	w.touched = touched(l.Picture)
	for i := range l.Boxes {
		w.box(&l.Boxes[i])
	}
	w.foot()
	w.add("</svg>\n")
	return w.String()
}

// laneClasses are the names of the lanes in the style.
var laneClasses = [...]string{
	picture.Outside: "outside", picture.Edge: "edge", picture.Bastion: "bastion", picture.Web: "web", picture.App: "app", picture.Data: "data",
	picture.Endpoint: "endpoint", picture.Reached: "reached",
}

// laneClass is the class of a lane. In a picture of a change, only what changes has a colour.
func (w *writer) laneClass(l picture.Lane) string {
	if w.layout.Picture.Compared {
		return "grey"
	}
	return laneClasses[l]
}

// changeClasses are the classes of what changes.
var changeClasses = [...]string{
	picture.Same: "same", picture.Added: "added", picture.MaybeAdded: "added maybe", picture.Removed: "removed",
	picture.MaybeRemoved: "removed maybe", picture.LessInspected: "added less",
}

func (w *writer) lane(l layout.Lane) {
	w.add(`<g class="lane %s"><rect x="%s" y="%s" width="%s" height="%s" rx="8"/><text x="%s" y="%s">%s</text></g>`+"\n", w.laneClass(l.Lane),
		num(l.X), num(l.Y), num(l.W), num(l.H), num(l.X+12), num(l.Y+18), text(l.String()))
}

func (w *writer) box(b *layout.Box) {
	class := w.laneClass(b.Lane)
	if w.layout.Picture.Compared && (b.Change != picture.Same || !w.touched[b.ID]) {
		class += " " + changeClasses[b.Change]
	}
	w.add(`<g class="box %s"><title>%s</title>`, class, text(boxTitle(b.Box)))
	if layout.IsFolded(b.Box) { // A second sheet behind it.
		w.add(`<rect class="back" x="%s" y="%s" width="%s" height="%s" rx="6"/>`, num(b.X+5), num(b.Y-4), num(b.W-10), num(b.H))
	}
	w.add(`<rect class="body" x="%s" y="%s" width="%s" height="%s" rx="6"/>`, num(b.X), num(b.Y), num(b.W), num(b.H))
	w.add(`<rect class="side" x="%s" y="%s" width="4" height="%s" rx="2"/>`, num(b.X), num(b.Y), num(b.H))
	y := b.Y + (b.H-18-14*float64(len(b.Lines)))/2 + 14
	w.add(`<text class="name" x="%s" y="%s">%s</text>`, num(b.X+12), num(y), text(b.Title))
	for i, line := range b.Lines {
		w.add(`<text class="text" x="%s" y="%s">%s</text>`, num(b.X+12), num(y+16+14*float64(i)), text(line))
	}
	w.add("</g>\n")
}

// boxTitle is the text of a box that a browser shows beside the pointer.
func boxTitle(b *picture.Box) string {
	lines := []string{b.Name}
	if b.ID != b.Name && len(b.Names) == 0 {
		lines = append(lines, b.ID)
	}
	lines = append(append(lines, b.Names...), b.Holds...)
	if b.Why != "" {
		lines = append(lines, strings.ToLower(b.Lane.String())+" because: "+b.Why)
	}
	return strings.Join(append(lines, b.Details...), "\n")
}

// net writes the line of a net, with its arrow, its gate and its label.
func (w *writer) net(n *layout.Net) {
	f := n.Flows[0]
	names := []string{"net", w.laneClass(w.layout.Picture.Box(f.To).Lane)}
	if w.layout.Picture.Compared {
		names = append(names, changeClasses[f.Change])
	}
	if f.State != picture.Carried {
		names = append(names, f.State.String())
	}
	if f.Exception {
		names = append(names, "exception")
	}
	w.add(`<g class="%s"><title>%s</title>`, strings.Join(names, " "), text(w.netTitle(n)))
	for _, kind := range []string{"halo", "line"} {
		for _, path := range n.Paths {
			w.add(`<path class="%s" d="%s"/>`, kind, line(path))
		}
	}
	w.head(n)
	if g := n.Gate; g.W > 0 {
		w.add(`<rect class="gate" x="%s" y="%s" width="%s" height="%s" rx="1"/>`, num(g.X), num(g.Y), num(g.W), num(g.H))
		w.add(`<path class="bricks" d="%s"/>`, bricks(g))
	}
	w.add(`<text x="%s" y="%s">%s</text></g>`+"\n", num(n.Label.X), num(n.Label.Y+n.Label.H-2), text(n.Label.Text))
}

// head writes the arrow.
func (w *writer) head(n *layout.Net) {
	last := n.Paths[len(n.Paths)-1]
	for _, path := range n.Paths {
		if end := path[len(path)-1]; end == n.Routes[0][len(n.Routes[0])-1] {
			last = path
		}
	}
	end, back := last[len(last)-1], 7.0
	if last[len(last)-2].X > end.X {
		back = -back
	}
	w.add(`<path class="head" d="M%s %sl%s -4v8z"/>`, num(end.X), num(end.Y), num(-back))
}

// bricks is the wall in a gate.
func bricks(g layout.Rect) string {
	h := g.H / 2
	return fmt.Sprintf("M%s %sh%sM%s %sv%sM%s %sv%s", num(g.X), num(g.Y+h), num(g.W), num(g.X+g.W/2), num(g.Y), num(h),
		num(g.X+g.W/4), num(g.Y+h), num(h))
}

func (w *writer) netTitle(n *layout.Net) string {
	var lines []string
	for _, f := range n.Flows {
		lines = append(lines, flowText(w.layout.Picture, f))
	}
	return strings.Join(lines, "\n")
}

// radius is that of a line's corners.
const radius = 5.0

// line returns the path of a polyline with round corners.
func line(points []layout.Point) string {
	var b strings.Builder
	fmt.Fprintf(&b, "M%s %s", num(points[0].X), num(points[0].Y))
	for i := 1; i < len(points)-1; i++ {
		before, at, after := points[i-1], points[i], points[i+1]
		r := min(radius, distance(before, at)/2, distance(at, after)/2)
		from, to := toward(at, before, r), toward(at, after, r)
		fmt.Fprintf(&b, "L%s %sQ%s %s %s %s", num(from.X), num(from.Y), num(at.X), num(at.Y), num(to.X), num(to.Y))
	}
	last := points[len(points)-1]
	fmt.Fprintf(&b, "L%s %s", num(last.X), num(last.Y))
	return b.String()
}

func distance(a, b layout.Point) float64 { return math.Abs(a.X-b.X) + math.Abs(a.Y-b.Y) }

// toward returns the point at a distance from one point in the direction of another.
func toward(from, to layout.Point, by float64) layout.Point {
	d := distance(from, to)
	if d == 0 {
		return from
	}
	return layout.Point{X: from.X + (to.X-from.X)*by/d, Y: from.Y + (to.Y-from.Y)*by/d}
}

// num writes a number with at most one digit after the point.
func num(x float64) string {
	return strconv.FormatFloat(math.Round(x*10)/10, 'f', -1, 64)
}

func short(s string, size, width float64) string { return layout.Fit(s, size, width) }
