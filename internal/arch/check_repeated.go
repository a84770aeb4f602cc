package arch

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
)

// mergeRepeated merges flows that say the same. The same flow with another reason, owner, date or path is an error.
func (c *checker) mergeRepeated() {
	kept := c.m.Flows[:0]
	for _, f := range c.m.Flows {
		if len(kept) == 0 || kept[len(kept)-1].Compare(f) != 0 {
			kept = append(kept, f)
			continue
		}
		first := &kept[len(kept)-1]
		if differ := differences(*first, f); differ != "" {
			both := f.Flow
			both.At = append(slices.Clone(first.At), f.At...)
			c.failFlow(both, "flow-twice", "the same flow is declared twice, differently", FormatService(f.Ports)+": "+differ, "keep one of the two")
		}
		first.At = append(slices.Clone(first.At), f.At...)
		first.Service = min(first.Service, f.Service) // Whichever was declared first.
		first.Exception = first.Exception && f.Exception
	}
	c.m.Flows = kept
}

func differences(a, b CheckedFlow) string {
	var out []string
	for _, field := range []struct{ name, a, b string }{
		{"reason", a.Reason, b.Reason}, {"owner", a.Owner, b.Owner}, {"expiry", a.Expires, b.Expires},
		{"path", a.Path.words(), b.Path.words()}, {"SID", fmt.Sprint(a.SID), fmt.Sprint(b.SID)},
	} {
		if field.a != field.b {
			out = append(out, fmt.Sprintf("%s %q and %q", field.name, field.a, field.b))
		}
	}
	return strings.Join(out, ", ")
}

// overlaps finds flows between the same ends that share packets. Equal ports with different reasons are an error. Anything else is a
// warning, because one of the flows can go.
func (c *checker) overlaps() {
	for start := 0; start < len(c.m.Flows); {
		end := start + 1
		for end < len(c.m.Flows) && sameEnds(c.m.Flows[start], c.m.Flows[end]) {
			end++
		}
		for i := start; i < end; i++ {
			for j := i + 1; j < end; j++ {
				c.overlap(c.m.Flows[i], c.m.Flows[j])
			}
		}
		start = end
	}
}

func sameEnds(f, g CheckedFlow) bool { return f.From == g.From && f.To == g.To }

func (c *checker) overlap(f, g CheckedFlow) {
	for _, p := range f.Ports {
		for _, q := range g.Ports {
			if !p.Overlaps(q) {
				continue
			}
			both := f.Flow
			both.At = append(slices.Clone(f.At), g.At...)
			if differ := differences(f, g); p == q && differ != "" {
				c.failFlow(both, "flow-twice", "the same flow is declared twice, differently", p.String()+": "+differ, "keep one of the two")
				continue
			}
			c.add(c.m.Network.FlowPath(both), both.At, diag.Diagnostic{Severity: diag.Warning, Rule: "flow-overlap",
				Subject: c.m.Network.Subject(f.SubjectString() + "," + FormatService(g.Ports)),
				Summary: "two flows overlap", Detail: fmt.Sprintf("%s and %s have packets in common", p, q), Fix: "declare each port once"})
		}
	}
}
