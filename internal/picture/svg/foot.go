package svg

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/picture/layout"
)

// key is one entry of the legend.
type key struct {
	class, text string
	gate        bool
}

// keys returns the entries of the legend that this picture needs.
func keys(p *picture.Picture) []key {
	var carried, inspected, exception, folded bool
	states := map[picture.State]bool{}
	for _, f := range p.Flows {
		states[f.State] = true
		carried = carried || f.State == picture.Carried && !f.Exception
		inspected = inspected || f.Inspected
		exception = exception || f.Exception
	}
	for i := range p.Boxes {
		folded = folded || layout.IsFolded(&p.Boxes[i])
	}
	var out []key
	add := func(needed bool, k key) {
		if needed {
			out = append(out, k)
		}
	}
	add(carried, key{class: "net app", text: "can open connections"})
	add(inspected, key{class: "net app", text: "through the network firewall", gate: true})
	add(exception, key{class: "net exception", text: "declared exception"})
	add(states[picture.Wider], key{class: "net app wider", text: "wider: addresses open it, nothing names both ends"})
	add(states[picture.Excess], key{class: "net excess", text: "not declared"})
	add(states[picture.Possible], key{class: "net app possible", text: "unknown: may pass"})
	add(states[picture.Missing], key{class: "net missing", text: "declared, does not pass"})
	if p.Compared {
		out = changeKeys(p)
		add(inspected, key{class: "net grey", text: "through the network firewall", gate: true})
	}
	add(folded, key{text: "several boxes in one", class: "box"})
	return out
}

// changeKeys returns the entries for a picture of a change.
func changeKeys(p *picture.Picture) []key {
	var out []key
	for change := picture.Same; change <= picture.LessInspected; change++ {
		if slices.ContainsFunc(p.Flows, func(f picture.Flow) bool { return f.Change == change }) {
			out = append(out, key{class: "net grey " + changeClasses[change], text: cmp.Or(change.Mark()+change.String(), "does not change")})
		}
	}
	for _, change := range []picture.Change{picture.Added, picture.Removed} {
		if slices.ContainsFunc(p.Boxes, func(b picture.Box) bool { return b.Change == change }) {
			out = append(out, key{class: "box " + changeClasses[change], text: boxChanges[change]})
		}
	}
	return out
}

// foot writes the legend and the notes.
func (w *writer) foot() {
	y := w.layout.Height - 24 - 16*float64(len(w.layout.Picture.Notes)) - 12
	x := 24.0
	for _, k := range keys(w.layout.Picture) {
		w.add(`<g class="%s" aria-hidden="true">`, k.class)
		switch {
		case strings.HasPrefix(k.class, "box "):
			w.add(`<rect class="body" x="%s" y="%s" width="26" height="10" rx="2"/>`, num(x), num(y-9))
		case k.class == "box":
			w.add(`<rect class="back" x="%s" y="%s" width="24" height="10" rx="2"/><rect class="body" x="%s" y="%s" width="24" height="10" rx="2"/>`,
				num(x+3), num(y-11), num(x), num(y-8))
		default:
			w.add(`<path class="line" d="M%s %sh26"/><path class="head" d="M%s %sl-7 -4v8z"/>`, num(x), num(y-4), num(x+30), num(y-4))
		}
		if k.gate {
			g := layout.Rect{X: x + 6, Y: y - 9, W: 14, H: 10}
			w.add(`<rect class="gate" x="%s" y="%s" width="14" height="10" rx="1"/><path class="bricks" d="%s"/>`, num(g.X), num(g.Y), bricks(g))
		}
		w.add(`</g><text class="key" x="%s" y="%s">%s</text>`+"\n", num(x+36), num(y), text(k.text))
		x += 36 + layout.TextWidth(k.text, 11.5) + 22
	}
	for i, note := range w.layout.Picture.Notes {
		w.add(`<text class="note" x="24" y="%s">%s</text>`+"\n", num(y+22+16*float64(i)), text(short(note, 11.5, w.layout.Width-48)))
	}
}
