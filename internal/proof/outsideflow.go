package proof

import (
	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// peersInFlows returns the blocks and lists in the flows of a party.
func (n *network) peersInFlows(p *party) []reach.Peer {
	var out []reach.Peer
	for _, class := range p.declaredOutside {
		for _, g := range class.Groups {
			for r := range g.AllRules() {
				if r.Peer.Group == nil {
					out = append(out, r.Peer)
				}
			}
		}
	}
	return out
}

// outsideFlows returns the flows between the tiers of a party and addresses, in one direction.
func (n *network) outsideFlows(p *party, out bool) []*arch.CheckedFlow {
	var flows []*arch.CheckedFlow
	for _, id := range p.tiers {
		flows = append(flows, n.flowsWithAddresses[tierDirection{id, out}]...)
	}
	return flows
}

// outsideTraffic returns the traffic of the flows between a party and addresses, in one direction.
func (n *network) outsideTraffic(p *party, out bool) traffic.Set {
	var t traffic.Set
	for _, f := range n.outsideFlows(p, out) {
		t = t.Union(trafficOf(*f))
	}
	return t
}

// outsideFlowLines returns the lines that declare the flows between a party and addresses, or the tiers if there are no such flows.
func (n *network) outsideFlowLines(p *party, out bool) []diag.Position {
	if flows := n.outsideFlows(p, out); len(flows) > 0 {
		return positions(flows)
	}
	return n.declaredLines(p)
}
