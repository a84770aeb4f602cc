package proof

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/reach"
)

// Zones are declared so that the failure of one zone does not affect the others. Each tier and each endpoint therefore needs a subnet in
// every zone, and a NAT gateway per zone serves only its own zone.

// checkZones finds tiers without a subnet in one of the declared zones, if the templates say which zone each subnet is in.
func (n *network) checkZones(t arch.Tier) {
	if t.Kind != arch.Endpoint { // A service may be offered in fewer zones.
		n.checkStandsIn(t, t.ID, n.subnetsOf(t), n.model.Network.Zones)
	}
}

// checkStandsIn adds a finding if a tier or its endpoint lacks a subnet in one of the zones.
func (n *network) checkStandsIn(t arch.Tier, what string, subnets []*reach.Subnet, zones []string) {
	in := map[string]bool{}
	for _, s := range subnets {
		if in[s.Zone] = true; !slices.Contains(n.model.Network.Zones, s.Zone) {
			return // The zone of this subnet is known only at deployment.
		}
	}
	var missing []string
	for _, zone := range zones {
		if !in[zone] {
			missing = append(missing, zone)
		}
	}
	if len(missing) == 0 {
		return
	}
	n.report.Findings = append(n.report.Findings, Finding{
		Network: n.name(), From: t.ID, To: what, Verdict: Weakened, What: "zones", At: []diag.Position{t.At},
		Reason: fmt.Sprintf("%s has no subnet in %s, which is declared, so the failure of another zone also affects this zone",
			what, strings.Join(missing, ", ")),
		Fix: "give it a subnet in each declared zone",
	})
}

// checkEndpointZones finds endpoints that lack a zone of the network in which their service is offered.
func (n *network) checkEndpointZones(services map[*cfn.Resource]string) {
	if n.model.Network.Wrapped {
		return // The owner of a wrapped VPC chose its subnets.
	}
	subnets := map[string][]*reach.Subnet{}
	for _, c := range n.top.Classes {
		for _, r := range c.Members {
			if id, ok := services[r]; ok && c.Unsure == "" && slices.Contains(n.tiersIn(c), id) {
				subnets[id] = append(subnets[id], c.Subnets...)
			}
		}
	}
	for _, t := range n.model.Tiers {
		if len(subnets[t.ID]) == 0 || t.Imported != nil {
			continue
		}
		offered := slices.DeleteFunc(slices.Clone(n.model.Network.Zones), func(zone string) bool {
			return slices.ContainsFunc(n.offeredZones(t.ID), func(zones []string) bool { return !slices.Contains(zones, zone) })
		})
		n.checkStandsIn(t, "the endpoint of "+t.ID, subnets[t.ID], offered)
	}
}

// offeredZones returns the zones of a service that is not offered in all zones. The tier stands for its endpoint.
func (n *network) offeredZones(tier string) [][]string {
	var out [][]string
	for service, zones := range n.model.Network.Endpoints.Zones {
		if (arch.EndpointKey{Service: service}).TierID() == tier {
			out = append(out, zones)
		}
	}
	return out
}

// checkNATZones finds routes to a NAT gateway in another zone, if one NAT gateway per zone is declared.
func (n *network) checkNATZones() {
	if n.model.Network.Wrapped || n.model.Network.NAT != arch.NATPerZone {
		return
	}
	for _, s := range n.top.Subnets {
		if s.VPC != n.vpc || s.Resource == nil || s.Table == nil || s.Unsure != "" {
			continue
		}
		for _, r := range s.Table.Routes {
			if r.Target.Kind != reach.NATGateway || r.Target.Resource == nil || r.Unsure != "" {
				continue
			}
			zone := n.top.Subnet(r.Target.Resource.Get("SubnetId")).Zone
			if zone == s.Zone || !slices.Contains(n.model.Network.Zones, zone) || !slices.Contains(n.model.Network.Zones, s.Zone) {
				continue
			}
			n.report.Findings = append(n.report.Findings, Finding{
				Network: n.name(), From: s.Name, To: r.Target.Name, Verdict: Weakened, What: "zones", At: []diag.Position{n.model.Network.At},
				Reason: fmt.Sprintf("%s in %s leads to the NAT gateway %s in %s, but a NAT gateway per zone is declared", s.Name, s.Zone, r.Target.Name,
					zone),
				Fix: "change the target of the route to the NAT gateway in its own zone",
			})
		}
	}
}
