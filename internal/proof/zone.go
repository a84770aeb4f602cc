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

// Zones were declared so that the failure of one stays there: each tier and each endpoint stands in all of them, and a NAT gateway for each
// zone serves its own.

// zones finds tiers without a subnet in one of the declared zones, where the templates say which zone each subnet is in.
func (n *network) zones(t arch.Tier) {
	if t.Kind != arch.Endpoint { // A service may be offered in fewer.
		n.standsIn(t, t.ID, n.plots.homes[t.SubnetOwner()], n.model.Network.Zones)
	}
}

// standsIn finds zones in which something of a tier has no subnet.
func (n *network) standsIn(t arch.Tier, what string, subnets []*reach.Subnet, zones []string) {
	in := map[string]bool{}
	for _, s := range subnets {
		if in[s.Zone] = true; !slices.Contains(n.model.Network.Zones, s.Zone) {
			return // Where it is, only a deployment tells.
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
		Reason: fmt.Sprintf("%s has no subnet in %s, which was declared: its failure elsewhere is everybody's", what, strings.Join(missing,
			", ")),
		Fix: "give it a subnet in each zone",
	})
}

// endpointZones finds endpoints that stand in fewer zones than the network has, and their service is offered in.
func (n *network) endpointZones(services map[*cfn.Resource]string) {
	if n.model.Network.Wrapped {
		return // Whoever owns the VPC chose its subnets.
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
			return slices.ContainsFunc(n.limited(t.ID), func(zones []string) bool { return !slices.Contains(zones, zone) })
		})
		n.standsIn(t, "the endpoint of "+t.ID, subnets[t.ID], offered)
	}
}

// limited are the zones of a service that is not offered in all, by the tier that its endpoint is. Package plan decides the same for
// the subnets of endpoints; this is separate on purpose, as the proof must not trust the plan.
func (n *network) limited(tier string) [][]string {
	var out [][]string
	for service, zones := range n.model.Network.Endpoints.Zones {
		if (arch.EndpointKey{Service: service}).TierID() == tier {
			out = append(out, zones)
		}
	}
	return out
}

// natZones finds routes to a NAT gateway of another zone, where one for each zone was declared.
func (n *network) natZones() {
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
				Reason: fmt.Sprintf("%s in %s leads to the NAT gateway %s in %s, and one for each zone was declared", s.Name, s.Zone, r.Target.Name,
					zone),
				Fix: "lead it to the NAT gateway of its own zone",
			})
		}
	}
}
