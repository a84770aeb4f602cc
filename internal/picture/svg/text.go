package svg

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/picture/xmltext"
)

// text escapes a text.
func text(s string) string { return xmltext.Escape(s) }

// maxDescribed is how many flows a description lists.
const maxDescribed = 400

// Describe writes a picture as text: for those who cannot see it.
func Describe(p *picture.Picture) string {
	var b strings.Builder
	b.WriteString(p.Summary + "\n")
	if p.Compared {
		for i := range p.Boxes {
			if note, ok := boxChanges[p.Boxes[i].Change]; ok {
				b.WriteString(p.Boxes[i].Name + " is " + note + "\n")
			}
		}
	}
	flows := changedFirst(p.Flows)
	for i := range flows {
		if i == maxDescribed {
			fmt.Fprintf(&b, "%d more flows.\n", len(p.Flows)-i)
			break
		}
		b.WriteString(flowText(p, &flows[i]) + "\n")
	}
	return b.String() + strings.Join(p.Notes, "\n")
}

// boxChanges says what happens to a box.
var boxChanges = map[picture.Change]string{picture.Added: "new", picture.Removed: "gone"}

// changedFirst returns the flows that change before those that do not.
func changedFirst(flows []picture.Flow) []picture.Flow {
	same := func(f picture.Flow) int {
		if f.Change == picture.Same {
			return 1
		}
		return 0
	}
	out := slices.Clone(flows)
	slices.SortStableFunc(out, func(a, b picture.Flow) int { return cmp.Compare(same(a), same(b)) })
	return out
}

// flowText writes a flow as one line: "Web to App: tcp/8080, inspected by a network firewall".
func flowText(p *picture.Picture, f *picture.Flow) string {
	line := fmt.Sprintf("%s to %s: %s", p.Box(f.From).Name, p.Box(f.To).Name, f.Traffic)
	if f.Change != picture.Same {
		line += ", " + f.Change.String()
	}
	switch f.State {
	case picture.Possible:
		line += ", unknown"
	case picture.Wider:
		line += ", by addresses"
	case picture.Excess:
		line += ", not declared"
	case picture.Missing:
		line += ", declared but not carried"
	}
	if f.Exception {
		line += ", exception"
	}
	if f.Until != "" {
		line += " until " + f.Until
	}
	if f.Inspected {
		line += ", inspected by a network firewall"
	}
	if f.Pairs > 0 {
		line += fmt.Sprintf(", between %d pairs", f.Pairs)
	}
	if len(f.Why) > 0 && f.Why[0] != "" {
		line += " (" + strings.Join(f.Why, "; ") + ")"
	}
	return line
}
