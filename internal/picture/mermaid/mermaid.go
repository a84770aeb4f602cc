// Package mermaid writes a picture as a Mermaid flowchart: for READMEs and pull requests, which show it as a drawing. Mermaid finds the
// places itself. Names from templates are inert: they can neither end a label nor begin a link, a list or a directive.
package mermaid

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/tierwall/tierwall/internal/picture"
)

// What GitHub's Mermaid accepts, with some room.
const (
	maxText  = 48_000
	maxEdges = 450
)

// IsLarge reports whether the flowchart of a picture is too large to be shown.
func IsLarge(p *picture.Picture) bool { return len(p.Flows) > maxEdges || len(Write(p)) > maxText }

var laneIDs = [...]string{
	picture.Outside: "outside", picture.Edge: "edge", picture.Bastion: "bastion", picture.Web: "web", picture.App: "app", picture.Data: "data",
	picture.Endpoint: "endpoint", picture.Reached: "reached",
}

// colours are those of the lanes' outlines. They can be seen on light and on dark pages.
var colours = [...]string{
	picture.Outside: "#7b8794", picture.Edge: "#3a8fd6", picture.Bastion: "#b7860b", picture.Web: "#14958e", picture.App: "#3f9a45",
	picture.Data: "#9a5fc4", picture.Endpoint: "#a9713a", picture.Reached: "#7b8794",
}

// Write returns the flowchart.
func Write(p *picture.Picture) string {
	var b strings.Builder
	fmt.Fprintf(&b, "flowchart LR\n  accTitle: %s\n  accDescr: %s\n", line(p.Title), line(p.Summary))
	ids := map[string]string{}
	for _, lane := range laneOrder {
		writeLane(&b, p, lane, ids)
	}
	flows := inOrder(p)
	for i := range flows {
		f := &flows[i]
		fmt.Fprintf(&b, "  %s %s|\"%s\"| %s\n", ids[f.From], arrow(f), escape(label(f)), ids[f.To])
	}
	if len(p.Notes) > 0 {
		notes := make([]string, len(p.Notes))
		for i, note := range p.Notes {
			notes[i] = escape(note)
		}
		fmt.Fprintf(&b, "  notes[\"%s\"]:::note\n  classDef note stroke-dasharray:3 3\n", strings.Join(notes, "<br/>"))
	}
	writeStyles(&b, p, flows)
	return b.String()
}

// laneOrder is the order in which a flowchart names the lanes. Mermaid turns flows around that close a circle on the way from the first box
// on; in this order these are the flows that lead back.
var laneOrder = []picture.Lane{
	picture.Edge, picture.Web, picture.App, picture.Data, picture.Bastion, picture.Outside, picture.Endpoint, picture.Reached,
}

// inOrder returns the flows that lead forward, lane by lane, and then those that lead back.
func inOrder(p *picture.Picture) []picture.Flow {
	lane := map[string]picture.Lane{}
	for _, o := range p.Boxes {
		lane[o.ID] = o.Lane
	}
	flows := slices.Clone(p.Flows)
	slices.SortStableFunc(flows, func(a, b picture.Flow) int {
		back := func(f picture.Flow) int { return min(1, max(0, int(lane[f.From]-lane[f.To])+1)) }
		return cmp.Or(cmp.Compare(back(a), back(b)), cmp.Compare(lane[a.From], lane[b.From]),
			cmp.Compare(lane[a.To], lane[b.To]))
	})
	return flows
}

func writeLane(b *strings.Builder, p *picture.Picture, lane picture.Lane, ids map[string]string) {
	boxes := slices.DeleteFunc(slices.Clone(p.Boxes), func(o picture.Box) bool { return o.Lane != lane })
	if len(boxes) == 0 {
		return
	}
	fmt.Fprintf(b, "  subgraph lane_%s[\"%s\"]\n", laneIDs[lane], escape(lane.String()))
	for _, o := range boxes {
		ids[o.ID] = fmt.Sprintf("b%d", len(ids)+1)
		text := escape(short(o.Name))
		class := laneIDs[lane]
		if p.Compared {
			class = boxClasses[o.Change]
		}
		for _, more := range slices.Concat(o.Holds, o.Details) {
			text += "<br/>" + escape(short(more))
		}
		fmt.Fprintf(b, "    %s[\"%s\"]:::%s\n", ids[o.ID], text, class)
	}
	b.WriteString("  end\n")
}

// arrow returns the kind of line: dotted for what is wider, unknown or missing, thick for what passes the firewall.
func arrow(f *picture.Flow) string {
	switch {
	case f.Change == picture.Removed || f.Change == picture.MaybeRemoved:
		return "-.->"
	case f.State == picture.Missing:
		return "-.-x"
	case f.State == picture.Possible || f.State == picture.Wider:
		return "-.->"
	case f.Inspected || f.State == picture.Excess:
		return "==>"
	}
	return "-->"
}

func label(f *picture.Flow) string {
	text := f.Label()
	if f.Inspected {
		text += ", firewall"
	}
	switch {
	case f.Pairs == 1:
		text = "1 pair: " + text
	case f.Pairs > 1:
		text = fmt.Sprintf("%d pairs: %s", f.Pairs, text)
	}
	return short(text)
}

// writeStyles writes the colours of lanes and of the lines that stand out.
func writeStyles(b *strings.Builder, p *picture.Picture, flows []picture.Flow) {
	if p.Compared {
		writeChangeStyles(b, p, flows)
		return
	}
	for lane := picture.Outside; lane <= picture.Reached; lane++ {
		if slices.ContainsFunc(p.Boxes, func(o picture.Box) bool { return o.Lane == lane }) {
			fmt.Fprintf(b, "  classDef %s stroke:%s,stroke-width:2px\n", laneIDs[lane], colours[lane])
		}
	}
	var exceptions, wrong []string
	for i, f := range flows {
		switch {
		case f.State == picture.Excess || f.State == picture.Missing:
			wrong = append(wrong, fmt.Sprint(i))
		case f.Exception:
			exceptions = append(exceptions, fmt.Sprint(i))
		}
	}
	if len(exceptions) > 0 {
		fmt.Fprintf(b, "  linkStyle %s stroke:#d97706,stroke-width:3px\n", strings.Join(exceptions, ","))
	}
	if len(wrong) > 0 {
		fmt.Fprintf(b, "  linkStyle %s stroke:#dc2626,stroke-width:4px\n", strings.Join(wrong, ","))
	}
}

// boxClasses are the classes of boxes in a picture of a change.
var boxClasses = [...]string{picture.Same: "same", picture.Added: "added", picture.Removed: "removed"}

// changeStyles are the looks of lines in a picture of a change. What does not change has a fifth of the ink.
var changeStyles = [...]string{
	picture.Same: "opacity:0.2", picture.Added: "stroke:#c2260c,stroke-width:4px",
	picture.MaybeAdded: "stroke:#c2260c,stroke-width:3px,stroke-dasharray:3 4", picture.Removed: "stroke:#3b6fe0,stroke-width:2px",
	picture.MaybeRemoved: "stroke:#3b6fe0,stroke-width:2px,stroke-dasharray:3 4", picture.LessInspected: "stroke:#c2260c,stroke-width:3px",
}

// writeChangeStyles writes the looks of a picture of a change: only what changes has a colour.
func writeChangeStyles(b *strings.Builder, p *picture.Picture, flows []picture.Flow) {
	b.WriteString("  classDef same stroke:#7b8794\n")
	for _, class := range []struct {
		change picture.Change
		look   string
	}{
		{picture.Added, "stroke:#c2260c,stroke-width:3px"}, {picture.Removed, "stroke:#3b6fe0,stroke-width:3px,stroke-dasharray:6 4"},
	} {
		if slices.ContainsFunc(p.Boxes, func(o picture.Box) bool { return o.Change == class.change }) {
			fmt.Fprintf(b, "  classDef %s %s\n", boxClasses[class.change], class.look)
		}
	}
	for change, look := range changeStyles {
		var lines []string
		for i, f := range flows {
			if f.Change == picture.Change(change) {
				lines = append(lines, fmt.Sprint(i))
			}
		}
		if len(lines) > 0 {
			fmt.Fprintf(b, "  linkStyle %s %s\n", strings.Join(lines, ","), look)
		}
	}
}

// maxName is how many characters of a name a flowchart shows.
const maxName = 60

func short(text string) string {
	if runes := []rune(text); len(runes) > maxName {
		return string(runes[:maxName-1]) + "…"
	}
	return text
}

// escape writes a text for a label in quotes: all but letters, digits and a few harmless characters as Mermaid's entity codes.
func escape(text string) string {
	var b strings.Builder
	runes := []rune(strings.ToValidUTF8(text, "�"))
	for i, r := range runes {
		beforeSpace := i+1 < len(runes) && runes[i+1] == ' '
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(" ,_", r), strings.ContainsRune(".-/", r) && !beforeSpace && i > 0:
			b.WriteRune(r)
		case !unicode.IsGraphic(r) || unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point):
			b.WriteRune('�')
		default:
			fmt.Fprintf(&b, "#%d;", r)
		}
	}
	return b.String()
}

// line writes a text for the rest of a line outside quotes.
func line(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(" ,.-/", r) {
			return r
		}
		return ' '
	}, text)
}
