// Package drawio writes a layout as a file of draw.io (diagrams.net), so that people can go on drawing. All texts are plain texts there:
// no label is HTML.
package drawio

import (
	"fmt"
	"math"
	"strings"

	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/picture/layout"
	"github.com/tierwall/tierwall/internal/picture/xmltext"
)

var colours = [...]string{
	picture.Outside: "#5f6b7a", picture.Edge: "#1f6fb2", picture.Bastion: "#9a6700", picture.Web: "#0b7a75", picture.App: "#2e7d32",
	picture.Data: "#7b3fa0", picture.Endpoint: "#8a5a2b", picture.Reached: "#5f6b7a",
}

// The colours of pictures of changes, where lanes have none.
const (
	added   = "#c2260c"
	removed = "#1d4fc4"
	grey    = "#5f6b7a"
)

// boxColour is the colour of a box.
func boxColour(b *picture.Box, compared bool) string {
	switch {
	case b.Change == picture.Added:
		return added
	case b.Change == picture.Removed:
		return removed
	case compared:
		return grey
	}
	return colours[b.Lane]
}

// writer writes one file.
type writer struct {
	strings.Builder
	cells int
	boxes map[string]cell // by id of the box
}

// cell is a box in the file.
type cell struct {
	id string
	layout.Rect
}

// Write returns the file of a layout.
func Write(l *layout.Layout) string {
	w := &writer{boxes: map[string]cell{}}
	title := xmltext.Escape(l.Picture.Title)
	w.add("<mxfile host=\"tierwall\"><diagram id=\"network\" name=\"%s\">", title)
	w.add("<mxGraphModel dx=\"0\" dy=\"0\" grid=\"0\" page=\"0\" pageWidth=\"%d\" pageHeight=\"%d\"><root>\n", whole(l.Width), whole(l.Height))
	w.WriteString("<mxCell id=\"0\"/>\n<mxCell id=\"1\" parent=\"0\"/>\n")
	w.text(l.Picture.Title, layout.Rect{X: 24, Y: 14, W: l.Width - 48, H: 26}, "fontSize=20;fontStyle=1;align=left;")
	w.text(l.Picture.Summary, layout.Rect{X: 24, Y: 40, W: l.Width - 48, H: 18}, "fontSize=11;align=left;fontColor=#5f6b7a;")
	for _, lane := range l.Lanes {
		colour := colours[lane.Lane]
		if l.Picture.Compared {
			colour = grey
		}
		w.vertex(lane.String(), lane.Rect, fmt.Sprintf("rounded=1;arcSize=2;verticalAlign=top;align=left;spacingLeft=8;fontStyle=1;"+
			"strokeColor=none;fillColor=%s;fillOpacity=9;fontColor=%[1]s;", colour))
	}
	for _, b := range l.Boxes {
		id := w.vertex(strings.Join(append([]string{b.Name}, b.Lines...), "\n"), b.Rect, "rounded=1;arcSize=8;whiteSpace=wrap;align=left;"+
			"spacingLeft=8;fontSize=11;fillColor=#ffffff;strokeColor="+boxColour(b.Box, l.Picture.Compared)+";")
		w.boxes[b.ID] = cell{id, b.Rect}
	}
	for i := range l.Nets {
		w.net(&l.Nets[i], l.Picture)
	}
	w.text(strings.Join(l.Picture.Notes, "\n"), layout.Rect{X: 24, Y: l.Height - 24 - 16*float64(len(l.Picture.Notes)), W: l.Width - 48,
		H: 16 * float64(len(l.Picture.Notes))}, "fontSize=11;align=left;verticalAlign=top;fontColor=#5f6b7a;")
	w.WriteString("</root></mxGraphModel></diagram></mxfile>\n")
	return w.String()
}

func (w *writer) add(format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) }

func (w *writer) next() string {
	w.cells++
	return fmt.Sprintf("c%d", w.cells)
}

// vertex writes a box and returns its id.
func (w *writer) vertex(text string, r layout.Rect, style string) string {
	id := w.next()
	w.add("<mxCell id=\"%s\" value=\"%s\" style=\"html=0;%s\" vertex=\"1\" parent=\"1\">", id, attribute(text), style)
	w.add("<mxGeometry x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" as=\"geometry\"/></mxCell>\n",
		whole(r.X), whole(r.Y), whole(r.W), whole(r.H))
	return id
}

func (w *writer) text(text string, r layout.Rect, style string) {
	if text != "" {
		w.vertex(text, r, "text;"+style)
	}
}

// net writes one connector for each flow, and the label of all.
func (w *writer) net(n *layout.Net, p *picture.Picture) {
	style := lineStyle(n.Flows[0], colours[p.Box(n.Flows[0].To).Lane])
	if p.Compared && n.Flows[0].Change == picture.Same {
		style = lineStyle(n.Flows[0], grey) + "opacity=20;"
	}
	for i, f := range n.Flows {
		w.connector(f, n.Routes[i], style)
	}
	label := n.Label.Text
	if n.Flows[0].Inspected {
		label = "▦ " + label
	}
	w.text(label, layout.Rect{X: n.Label.X - 20, Y: n.Label.Y - 2, W: n.Label.W + 20, H: 13}, "fontSize=10;align=right;verticalAlign=bottom;")
}

func lineStyle(f *picture.Flow, colour string) string {
	style := "edgeStyle=none;rounded=1;endArrow=block;endSize=5;"
	switch {
	case f.Change.Opens():
		colour = added
		style += "strokeWidth=3;"
	case f.Change != picture.Same:
		colour = removed
		style += "strokeWidth=2;dashed=1;dashPattern=9 5;"
	case f.State == picture.Excess || f.State == picture.Missing:
		colour = "#c0262d"
		style += "strokeWidth=3;"
	case f.Exception:
		colour = "#b45309"
		style += "strokeWidth=2;"
	}
	switch f.State {
	case picture.Wider:
		style += "dashed=1;dashPattern=7 4;"
	case picture.Possible:
		style += "dashed=1;dashPattern=1 4;"
	case picture.Missing:
		style += "dashed=1;dashPattern=2 6;"
	}
	return style + "strokeColor=" + colour + ";"
}

func (w *writer) connector(f *picture.Flow, route []layout.Point, style string) {
	from, to := w.boxes[f.From], w.boxes[f.To]
	first, last := route[0], route[len(route)-1]
	w.add("<mxCell id=\"%s\" value=\"\" style=\"html=0;%s%s%s\" edge=\"1\" parent=\"1\" source=\"%s\" target=\"%s\">", w.next(), style,
		constraint("exit", first, from.Rect), constraint("entry", last, to.Rect), from.id, to.id)
	w.WriteString("<mxGeometry relative=\"1\" as=\"geometry\"><Array as=\"points\">")
	for _, p := range route[1 : len(route)-1] {
		w.add("<mxPoint x=\"%d\" y=\"%d\"/>", whole(p.X), whole(p.Y))
	}
	w.WriteString("</Array></mxGeometry></mxCell>\n")
}

// constraint says where at a box a connector is fixed.
func constraint(end string, p layout.Point, r layout.Rect) string {
	return fmt.Sprintf("%sX=%d;%sY=%.4f;%sPerimeter=0;", end, whole((p.X-r.X)/r.W), end, (p.Y-r.Y)/r.H, end)
}

func whole(x float64) int { return int(math.Round(x)) }

// attribute escapes a text of several lines.
func attribute(text string) string { return strings.ReplaceAll(xmltext.Escape(text), "\n", "&#10;") }
