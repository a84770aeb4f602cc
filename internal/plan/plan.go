// Package plan computes what each control of a declared architecture must hold: routes, security groups and their rules,
// network ACLs, the rules of the network firewall, web ACLs and VPC endpoints, and what a control has to let through beyond
// the declaration.
//
// It consists of pure functions over [arch.Model]. Everything it returns has one order, which does not depend on the
// order of declaration, and every key is a function of what AWS tells the thing from its siblings by.
//
// It must not know CDK, templates, or how a plan is shown to people. Package address places tiers and subnets, package
// webacl derives web ACLs, and package summary writes the plan for people.
package plan

import (
	"slices"
	"time"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan/address"
	"github.com/tierwall/tierwall/internal/plan/webacl"
	"github.com/tierwall/tierwall/internal/policy"
)

// Plan is everything derived from one architecture.
type Plan struct {
	Model   *arch.Model
	Subnets map[string][]address.Subnet // by tier id, in the order of zones; the tiers that share subnets have the same ones
	Groups  []Group                     // by tier id
	Rules   []StandaloneRule            // by Scope and ID
	Routes  []Route                     // by Subnet, Destination and ToSubnet
	NAT     []address.Subnet            // the subnets with a NAT gateway each
	// Endpoints and Associated are those of [EndpointSubnets]; none without inspection.
	Endpoints, Associated []address.Subnet
	// FirewallGroups hold the rules of the network firewall, by Concern; none without inspection.
	FirewallGroups []FirewallGroup
	// NetworkACLs are those of the tiers' subnets, by Key; none of a wrapped VPC and where they are switched off.
	NetworkACLs []NetworkACL
	// WebACLs are by tier.
	WebACLs []webacl.ACL
	// VPCEndpoints are by service.
	VPCEndpoints []VPCEndpoint
	Widenings    []arch.Widening
}

// Make checks a, derives its plan, and judges it by its policies; today decides which flows have expired. With errors in the list the plan
// is nil.
func Make(a arch.Architecture, today time.Time) (*Plan, diag.List) {
	p, diags := derive(a, today)
	if p != nil {
		diags = append(diags, p.layout()...)
		diags = append(diags, policy.Judge(p.Model)...)
	}
	if diags.HasErrors() {
		p = nil
	}
	return p, diags.Sorted()
}

// derive is Make without the limits of stacks. Each control is a function of the model and of the results that are its
// arguments, so that the order of the calls decides nothing but the order of widenings and diagnostics.
func derive(a arch.Architecture, today time.Time) (*Plan, diag.List) {
	m, diags := arch.Check(a, today)
	diags = append(diags, address.Check(m)...)
	if diags.HasErrors() {
		return nil, diags
	}
	subnets, tenants := address.Subnets(m), tenantsOf(m)
	groups := groupsOf(m, tenants)
	routes := routesOf(m, subnets, tenants)
	planned := notes{diags: address.CheckPlanned(m, purposes(m, routes.list, routes.nat))}
	firewall := firewallOf(m)
	webACLs, webWidenings, webDiags := webacl.Of(m)
	endpoints := vpcEndpointsOf(m, subnets, tenants)
	networkACLs := networkACLsOf(m, subnets)
	p := &Plan{
		Model: m, Subnets: subnets, Groups: groups.groups, Rules: groups.rules, Routes: routes.list, NAT: routes.nat,
		FirewallGroups: firewall.groups, NetworkACLs: networkACLs.list, WebACLs: webACLs, VPCEndpoints: endpoints.list,
	}
	p.Endpoints, p.Associated = EndpointSubnets(m)
	for _, n := range []notes{
		groups.notes, routes.notes, planned, firewall.notes, {webWidenings, webDiags}, endpoints.notes, networkACLs.notes,
	} {
		p.Widenings = append(p.Widenings, n.widenings...)
		diags = append(diags, n.diags...)
	}
	return p, diags
}

// WebACL returns the web ACL of a tier, false if it has none.
func (p *Plan) WebACL(tier string) (webacl.ACL, bool) {
	i := slices.IndexFunc(p.WebACLs, func(a webacl.ACL) bool { return a.Protection.Tier == tier })
	if i < 0 {
		return webacl.ACL{}, false
	}
	return p.WebACLs[i], true
}

// Range is the network's own range of IPv4 addresses, as its firewall's HOME_NET.
func (p *Plan) Range() arch.Operand { return networkRange(p.Model).Operand }

// networkRange is the network's own range of IPv4 addresses.
func networkRange(m *arch.Model) arch.Peer { return address.WholeNetwork(m, false).Peer(m) }
