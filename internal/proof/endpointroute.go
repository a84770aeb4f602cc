package proof

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/reach"
)

// checkEndpointRoutes finds subnets of tiers whose calls to a service bypass its gateway endpoint, and so its policy. If there is no other
// route either, nothing is carried; that is reported elsewhere.
func (n *network) checkEndpointRoutes() {
	type use struct{ tier, service string }
	seen := map[use]bool{}
	for _, g := range n.model.Grants {
		for _, need := range g.Needs {
			u := use{g.Tier, need.Service}
			if !need.Gateway || seen[u] || n.model.Network.Endpoints.IsImported(need.Key()) {
				continue
			}
			seen[u] = true
			for _, s := range n.partyOf[g.Tier].real.Subnets {
				n.checkEndpointRoute(g, need.Key(), s)
			}
		}
	}
}

// checkEndpointRoute adds a finding if the routes of a subnet bypass a gateway endpoint.
func (n *network) checkEndpointRoute(g arch.Grant, key arch.EndpointKey, s *reach.Subnet) {
	if s.Resource == nil || s.Table == nil || s.Table.Unsure != "" {
		return // The routes are not in the templates.
	}
	leads := func(r reach.Route) bool {
		return r.Target.Kind == reach.GatewayEndpoint && strings.HasSuffix(r.List, "."+key.Service)
	}
	by := routeTo(s.Table, internet[0])
	if slices.ContainsFunc(s.Table.Routes, leads) || by == nil || by.Unsure != "" {
		return
	}
	n.report.Findings = append(n.report.Findings, Finding{
		Network: n.name(), From: g.Tier, To: key.String(), Verdict: Weakened, What: "way from " + s.Name, At: []diag.Position{g.At},
		Reason: fmt.Sprintf("the calls of %s are declared to go through %s, whose policy limits them, but %s leads to %s %s [%s]",
			g.Tier, key, s.Table.Name, by.Target.Kind, by.Target.Name, by.Resource),
		Fix: "add the route table of the subnet to the endpoint",
	})
}
