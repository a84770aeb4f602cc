package proof

import (
	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/traffic"
)

// declaredBetween returns the traffic of the flows between two parties.
func (n *network) declaredBetween(a, b *party) traffic.Set {
	var out traffic.Set
	for _, f := range n.flows(a, b) {
		out = out.Union(trafficOf(*f))
	}
	return out
}

// declaredByOtherNetworks returns the traffic that other networks of the app, which import one of the two parties, declare between them.
func (n *network) declaredByOtherNetworks(a, b *party) traffic.Set {
	var out traffic.Set
	for _, other := range n.otherNetworks {
		for _, from := range a.real.Groups {
			for _, to := range b.real.Groups {
				for _, f := range other.flowsBetween[[2]string{other.groups[from], other.groups[to]}] {
					out = out.Union(trafficOf(*f))
				}
			}
		}
	}
	return out
}

// flows returns the flows from the tiers of one party to those of another.
func (n *network) flows(a, b *party) []*arch.CheckedFlow {
	var out []*arch.CheckedFlow
	for _, from := range a.tiers {
		for _, to := range b.tiers {
			out = append(out, n.flowsBetween[[2]string{from, to}]...)
		}
	}
	return out
}

// declaredLines returns the lines that declare the flows between two parties, or the tiers if there are no such flows.
func (n *network) declaredLines(parties ...*party) []diag.Position {
	if len(parties) == 2 {
		if flows := n.flows(parties[0], parties[1]); len(flows) > 0 {
			return positions(flows)
		}
	}
	var out []diag.Position
	for _, p := range parties {
		for _, id := range p.tiers {
			t, _ := n.model.Tier(id)
			out = append(out, t.At)
		}
	}
	return out
}
