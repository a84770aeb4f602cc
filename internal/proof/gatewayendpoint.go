package proof

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// byGateway is what a flow to a name carries to a service by its gateway endpoint.
type byGateway struct {
	service, list string
	traffic       traffic.Set
}

// gatewayLists takes the prefix lists of gateway endpoints for what they were declared to be, and notes what goes to them.
func (n *network) gatewayLists() error {
	for _, service := range catalog.GatewayServices() {
		id, known := n.model.Network.PrefixList(service)
		users := n.gatewayUsers(service)
		if !known || len(users) == 0 {
			continue
		}
		peers, err := n.peersOf(arch.Peer{Kind: arch.PrefixList, Operand: id})
		if err != nil {
			return err
		}
		for _, p := range peers {
			n.top.AssumeList(service, p)
			n.pastNames(service, users, p)
		}
	}
	return nil
}

// gatewayUsers are the tiers with grants that need the gateway endpoint of a service.
func (n *network) gatewayUsers(service string) []string {
	var out []string
	for _, g := range n.model.Grants {
		if slices.ContainsFunc(g.Needs, func(need arch.Need) bool { return need.Gateway && need.Service == service }) {
			out = append(out, g.Tier)
		}
	}
	return out
}

// pastNames notes what flows to names carry to a list that a gateway endpoint has: groups let it through to every address, and the endpoint's
// route comes before the one to what reads names. The tiers were granted the service, and its endpoint's policy, which the proof holds against
// the grants, tells what passes on any port.
func (n *network) pastNames(service string, users []string, list reach.Peer) {
	for _, f := range n.model.Flows {
		if f.To.Kind == arch.Domain && slices.Contains(users, f.From.Text) {
			n.past[f.From.Text] = append(n.past[f.From.Text], byGateway{service, list.List, trafficOf(f)})
		}
	}
}

// pastTo is what goes to a part of the outside by a gateway endpoint.
func pastTo(part reach.Outside, past []byGateway) traffic.Set {
	var out traffic.Set
	for _, g := range past {
		if part.List == g.list {
			out = out.Union(g.traffic)
		}
	}
	return out
}

// notePast tells of what is carried there beyond what the flows say.
func (n *network) notePast(p *party, part reach.Outside, beyond traffic.Set) {
	for _, tier := range p.tiers {
		for _, g := range n.past[tier] {
			if extra := beyond.Intersect(g.traffic); part.List == g.list && !extra.IsEmpty() {
				n.report.Notes = append(n.report.Notes, fmt.Sprintf("%s: %s reaches %s on %s by its gateway endpoint, as a flow to a name opens that to every address; the endpoint's policy tells what passes",
					n.name(), p.name, g.service, extra))
			}
		}
	}
}
