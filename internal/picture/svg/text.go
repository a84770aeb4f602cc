package svg

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/tierwall/tierwall/internal/picture"
)

// escaped are the characters that mean something in XML.
var escaped = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

// text escapes a text for XML. Characters that XML forbids, that nobody sees or that reorder text become "�".
func text(s string) string {
	return escaped.Replace(strings.Map(func(r rune) rune {
		if r == '\n' || unicode.IsGraphic(r) && !unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) {
			return r
		}
		return '�'
	}, strings.ToValidUTF8(s, "�")))
}

// maxDescribed is how many flows a description lists.
const maxDescribed = 400

// Describe writes a picture as text: for those who cannot see it.
func Describe(p *picture.Picture) string {
	var b strings.Builder
	b.WriteString(p.Summary + "\n")
	for i := range p.Flows {
		if i == maxDescribed {
			fmt.Fprintf(&b, "%d more flows.\n", len(p.Flows)-i)
			break
		}
		b.WriteString(flowText(p, &p.Flows[i]) + "\n")
	}
	return b.String() + strings.Join(p.Notes, "\n")
}

// flowText writes a flow as one line: "Web to App: tcp/8080, inspected by a network firewall".
func flowText(p *picture.Picture, f *picture.Flow) string {
	line := fmt.Sprintf("%s to %s: %s", p.Box(f.From).Name, p.Box(f.To).Name, f.Traffic)
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
