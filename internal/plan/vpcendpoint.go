package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/iam"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// VPCEndpoint is the way to one AWS service. An interface endpoint has interfaces with a security group; it is a tier, and the
// group has the rules of that tier. A gateway endpoint has routes.
type VPCEndpoint struct {
	arch.EndpointKey
	Imported bool // somebody else owns it: only rules are added
	// Tier is the id of the tier that an interface endpoint is. It is empty for a gateway endpoint.
	Tier string
	// Subnets are the subnets that an interface endpoint stands in, or whose route tables lead to a gateway endpoint. There are
	// none in a wrapped VPC.
	Subnets []address.Subnet
	Tiers   []string // the tiers that use it, by id
	Reasons []string // why it is there, without duplicates
	// Policy is what it lets through; nil lets everything through.
	Policy *iam.Policy
}

// endpointPlan holds all VPC endpoints.
type endpointPlan struct {
	list []VPCEndpoint
	notes
}

// vpcEndpointsOf derives the endpoints that the grants need, with their policies.
func vpcEndpointsOf(m *arch.Model, subnets map[string][]address.Subnet, tenants tenants) endpointPlan {
	out := endpointPlan{list: usedEndpoints(m)}
	for i := range out.list {
		e := &out.list[i]
		if e.Gateway {
			e.Subnets = e.servedSubnets(subnets)
			out.widenings = append(out.widenings, e.besideTenants(m, tenants)...)
			out.widenings = append(out.widenings, e.pastFirewall(m)...)
		} else {
			e.Subnets = e.ownSubnets(m, subnets)
		}
		policy, n := endpointPolicy(m, *e, out.widenings)
		e.Policy = policy
		out.widenings = append(out.widenings, n.widenings...)
		out.diags = append(out.diags, n.diags...)
	}
	out.diags = append(out.diags, endpointQuota(m, out.list)...)
	return out
}

// usedEndpoints are the endpoints that the grants need, with who uses them and why.
func usedEndpoints(m *arch.Model) []VPCEndpoint {
	byKey := map[arch.EndpointKey]*VPCEndpoint{}
	for _, g := range m.Grants {
		for _, need := range g.Needs {
			key := need.Key()
			if key.Service == "" {
				continue
			}
			e := byKey[key]
			if e == nil {
				e = &VPCEndpoint{EndpointKey: key, Imported: m.Network.Endpoints.IsImported(key)}
				if !key.Gateway {
					e.Tier = key.TierID()
				}
				byKey[key] = e
			}
			e.use(g, need)
		}
	}
	var out []VPCEndpoint
	for _, e := range byKey {
		out = append(out, *e)
	}
	slices.SortStableFunc(out, func(a, b VPCEndpoint) int { return a.compare(b.EndpointKey) })
	return out
}

// endpointQuota warns if there are more interface endpoints than a VPC has by default.
func endpointQuota(m *arch.Model, endpoints []VPCEndpoint) diag.List {
	n := 0
	for _, e := range endpoints {
		if !e.Gateway {
			n++
		}
	}
	if n <= catalog.InterfaceEndpoints {
		return nil
	}
	network := m.Network
	return diag.List{{
		Severity: diag.Warning, Rule: "endpoint-quota", Path: network.PathTo("endpoints"), Subject: network.Subject("endpoints"),
		At:      []diag.Position{network.At},
		Summary: "a VPC has more interface endpoints than it may without a raised quota",
		Detail:  fmt.Sprintf("it has %d; AWS allows %d, which can be raised", n, catalog.InterfaceEndpoints),
		Fix:     "raise \"Interface VPC endpoints per VPC\" first, or lead seldom used services over the internet",
	}}
}

func (e VPCEndpoint) compare(k arch.EndpointKey) int {
	gateway := func(is bool) int {
		if is {
			return 0
		}
		return 1
	}
	return cmp.Or(strings.Compare(e.Service, k.Service), cmp.Compare(gateway(e.Gateway), gateway(k.Gateway)))
}

// use adds a need of a grant.
func (e *VPCEndpoint) use(g arch.Grant, need arch.Need) {
	if !slices.Contains(e.Tiers, g.Tier) {
		e.Tiers = append(e.Tiers, g.Tier) // The model's grants are by tier.
	}
	reason := fmt.Sprintf("%s: %s", g.Tier, g.Use)
	if need.Because != "" {
		reason += ": " + need.Because
	}
	if !slices.Contains(e.Reasons, reason) {
		e.Reasons = append(e.Reasons, reason)
	}
}

// ownSubnets are the subnets that an interface endpoint stands in: those of its tier in zones that offer the service. Package
// proof decides the same from the templates, on purpose.
func (e VPCEndpoint) ownSubnets(m *arch.Model, subnets map[string][]address.Subnet) []address.Subnet {
	return slices.DeleteFunc(slices.Clone(subnets[e.Tier]), func(s address.Subnet) bool {
		return !m.Network.Endpoints.OfferedIn(e.Service, s.Zone.Name)
	})
}

// servedSubnets are the subnets whose tables lead to a gateway endpoint.
func (e VPCEndpoint) servedSubnets(subnets map[string][]address.Subnet) []address.Subnet {
	var out []address.Subnet
	for _, id := range e.Tiers {
		for _, s := range subnets[id] {
			if !slices.ContainsFunc(out, func(o address.Subnet) bool { return o.Key == s.Key }) {
				out = append(out, s)
			}
		}
	}
	slices.SortFunc(out, func(a, b address.Subnet) int { return strings.Compare(a.Key, b.Key) })
	return out
}

// besideTenants states the routes to a gateway endpoint that tiers have only because they share subnets with one that uses it.
func (e VPCEndpoint) besideTenants(m *arch.Model, tenants tenants) []arch.Widening {
	var n notes
	for _, id := range e.Tiers {
		t, _ := m.Tier(id)
		for _, other := range tenants.beside(t) {
			if !slices.Contains(e.Tiers, other) {
				n.widen(arch.Widening{
					Control: "routes", Path: m.Network.TierPath(other), Carries: "a route to " + e.Service,
					Reason: fmt.Sprintf("it shares subnets with %s, which uses it; %s", id, besideEndpoint(m, other, e.Service)),
				})
			}
		}
	}
	return n.widenings
}

// besideEndpoint says what happens to a tier's own packets if its route tables lead to the gateway endpoint of another tier.
func besideEndpoint(m *arch.Model, id, service string) string {
	for _, f := range m.Flows {
		if f.From.Text == id && f.OpensToInternet() {
			return fmt.Sprintf("packets to %s take that route if they are for %s, and the endpoint's policy decides what passes", f.To, service)
		}
	}
	return "the security groups still stop it"
}
