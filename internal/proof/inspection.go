package proof

import (
	"cmp"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/traffic"
)

// isInspected reports whether the flow is declared to pass a middlebox.
func isInspected(f arch.CheckedFlow) bool {
	return f.Path.Kind == arch.Inspected && f.Path.Mode != arch.Prepare
}

// checkInspection finds flows that are declared to be inspected and bypass the inspection.
func (n *network) checkInspection() {
	for i, f := range n.model.Flows {
		from, to, ok := n.ends(f)
		if !isInspected(f) || !ok {
			continue
		}
		for _, found := range slices.SortedFunc(slices.Values(n.connectionsOf(i, f, from, to)), func(a, b connection) int {
			return cmp.Or(cmp.Compare(a.zones.near, b.zones.near), cmp.Compare(a.zones.far, b.zones.far))
		}) {
			if found.bypasses {
				c := comparison{n: n, from: f.From.String(), to: f.To.String(), at: f.At, bypass: true}
				carried := n.top.Carried(*found.from, *found.to).Maybe.Intersect(trafficOf(f))
				c.add(*found.from, *found.to, map[Verdict]traffic.Set{Excess: carried})
				c.finish()
				break // One bypass of a flow is enough.
			}
		}
	}
}
