package wiring

import "github.com/tierwall/tierwall/internal/arch"

// architecture returns everything wired so far in the model's terms. Symbols replace CDK tokens.
func (n *Network) architecture() arch.Architecture {
	a := arch.Architecture{Network: n.declared, Protections: n.protected(), ClientAddresses: n.clients, Policies: n.policyNames()}
	a.Network.Endpoints = n.endpointChoices()
	a.Grants, a.Roles = n.grants()
	if g := n.declared.DefaultRoute; g != nil {
		a.Network.DefaultRoute = new(n.gateway(*g))
	}
	for _, t := range n.tiers {
		if t.kind == arch.Endpoint {
			continue // The model derives these tiers from the grants.
		}
		declared := t.declared
		if declared.Imported != nil {
			imported := *declared.Imported
			imported.Group = n.operand(imported.Group.Text)
			declared.Imported = &imported
		}
		a.Tiers = append(a.Tiers, declared)
	}
	for _, f := range n.flows {
		for _, p := range []*arch.Peer{&f.From, &f.To} {
			if p.Kind == arch.CIDR || p.Kind == arch.PrefixList {
				p.Operand = n.operand(p.Text)
			}
		}
		if f.Path.Kind == arch.ThroughGateway {
			f.Path.Via = n.gateway(f.Path.Via)
		}
		a.Flows = append(a.Flows, f)
	}
	return a
}
