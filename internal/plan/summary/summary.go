// Package summary writes a plan for people, as one short text: what findings and messages say about the plan.
//
// It reads plans and derives nothing. Nothing else of the plan may depend on it.
package summary

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/texttable"
)

// Text renders a plan as a short text: the tiers, who may talk to whom and why, and what was derived.
func Text(p *plan.Plan) string {
	w := writer{p: p}
	w.network()
	w.tiers()
	w.flows()
	w.policies()
	w.firewall()
	w.webACLs()
	w.vpcEndpoints()
	w.networkACLs()
	w.widenings()
	w.totals()
	return w.b.String()
}

// writer writes a plan into b.
type writer struct {
	p *plan.Plan
	b strings.Builder
}

// width is the width of the text: longer lines are hard to read.
const width = 100

// table writes rows of which the first is the heading, with an empty line behind them. It is wider than width only if words are.
func (w *writer) table(rows [][]string) {
	text, ok := texttable.Layout{Gap: 3}.Fit(rows, width)
	if !ok {
		text, _ = texttable.Layout{Gap: 2}.Fit(rows, width)
	}
	w.b.WriteString(text + "\n")
}

// line writes a line, or several if it is wider than width.
func (w *writer) line(text string) { w.b.WriteString(texttable.Wrap(text, width) + "\n") }

// network is the heading: the network's path, range and zones.
func (w *writer) network() {
	n := w.p.Model.Network
	parts := []string{n.Path}
	if n.Wrapped {
		parts = append(parts, "an existing VPC")
	} else {
		parts = append(parts, n.Range.Text)
		for _, z := range w.p.Model.Zones {
			parts = append(parts, z.Name)
		}
	}
	if n.IPv6 {
		parts = append(parts, "dual-stack")
	}
	fmt.Fprintf(&w.b, "%s\n\n", strings.Join(parts, "  "))
}

// count is a number of things in words: "1 route", "2 routes".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
