package proof

import (
	"cmp"
	"maps"
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
		all := n.connectionsOf(i, f, from, to)
		for _, pair := range slices.SortedFunc(maps.Keys(all), func(a, b zonePair) int {
			return cmp.Or(cmp.Compare(a.near, b.near), cmp.Compare(a.far, b.far))
		}) {
			if found := all[pair]; found.bypasses {
				c := comparison{n: n, from: f.From.String(), to: f.To.String(), at: f.At, bypass: true}
				carried := n.top.Carried(found.from, found.to).Maybe.Intersect(trafficOf(f))
				c.add(found.from, found.to, map[Verdict]traffic.Set{Excess: carried})
				c.finish()
				break // One bypass of a flow is enough.
			}
		}
	}
}
