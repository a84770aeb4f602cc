package proof

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// gatewayTraffic is the traffic of a flow to a name that reaches a service through its gateway endpoint.
type gatewayTraffic struct {
	service, list string
	traffic       traffic.Set
}

// bindGatewayLists tells the topology which prefix lists belong to gateway endpoints, and records the traffic of flows to names to these
// lists.
func (n *network) bindGatewayLists() error {
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
			n.recordGatewayTraffic(service, users, p)
		}
	}
	return nil
}

// gatewayUsers returns the tiers with grants that need the gateway endpoint of a service.
func (n *network) gatewayUsers(service string) []string {
	var out []string
	for _, g := range n.model.Grants {
		if slices.ContainsFunc(g.Needs, func(need arch.Need) bool { return need.Gateway && need.Service == service }) {
			out = append(out, g.Tier)
		}
	}
	return out
}

// recordGatewayTraffic records the traffic of flows to names that goes to the prefix list of a gateway endpoint. The groups allow it to
// every address, and the route to the endpoint takes precedence over the route to the firewall that checks names. This is no finding: the
// tiers are granted the service, and the policy of the endpoint, which the proof compares with the grants, limits the calls on any port.
func (n *network) recordGatewayTraffic(service string, users []string, list reach.Peer) {
	for _, f := range n.model.Flows {
		if f.To.Kind == arch.Domain && slices.Contains(users, f.From.Text) {
			n.byGateway[f.From.Text] = append(n.byGateway[f.From.Text], gatewayTraffic{service, list.List, trafficOf(f)})
		}
	}
}

// gatewayTrafficTo returns the traffic that goes to a part of the outside through a gateway endpoint.
func gatewayTrafficTo(part reach.Outside, all []gatewayTraffic) traffic.Set {
	var out traffic.Set
	for _, g := range all {
		if part.List == g.list {
			out = out.Union(g.traffic)
		}
	}
	return out
}

// noteGatewayTraffic adds a note about traffic through a gateway endpoint beyond the declared flows.
func (n *network) noteGatewayTraffic(p *party, part reach.Outside, beyond traffic.Set) {
	for _, tier := range p.tiers {
		for _, g := range n.byGateway[tier] {
			if extra := beyond.Intersect(g.traffic); part.List == g.list && !extra.IsEmpty() {
				n.report.Notes = append(n.report.Notes, fmt.Sprintf("%s: %s reaches %s on %s through its gateway endpoint, because a flow "+
					"to a name opens these ports to every address; the policy of the endpoint limits the calls",
					n.name(), p.name, g.service, extra))
			}
		}
	}
}
