// Package plan computes what each control of a declared architecture must hold: subnets, routes, security groups and
// their rules, and what a control has to let through beyond the declaration.
//
// It consists of pure functions over [arch.Model]. Everything it returns has one order, which does not depend on the
// order of declaration, and every key is a function of what AWS tells the thing from its siblings by. It knows nothing
// of CDK and templates.
package plan

import (
	"time"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

// Plan is everything derived from one architecture.
type Plan struct {
	Model   *arch.Model
	Subnets map[string][]Subnet // by tier id, in the order of zones; the tiers that share subnets have the same ones
	Groups  []Group             // by tier id
	Rules   []StandaloneRule    // by Scope and ID
	Routes  []Route             // by Subnet, Destination and ToSubnet
	NAT     []Subnet            // the subnets with a NAT gateway each
	// Endpoints and Associated are those of [EndpointSubnets]; none without inspection.
	Endpoints, Associated []Subnet
	// FirewallGroups hold the rules of the network firewall, by Concern; none without inspection.
	FirewallGroups []FirewallGroup
	// NetworkACLs are those of the tiers' subnets, by Key; none of a wrapped VPC and where they are switched off.
	NetworkACLs []NetworkACL
	// WebACLs are by tier.
	WebACLs []WebACL
	// VPCEndpoints are by service.
	VPCEndpoints []VPCEndpoint
	Widenings    []arch.Widening
}

// Make checks a and derives its plan; today decides which flows have expired. With errors in the list the plan is nil.
func Make(a arch.Architecture, today time.Time) (*Plan, diag.List) {
	p, diags := derive(a, today)
	if p != nil {
		diags = append(diags, p.layout()...)
	}
	if diags.HasErrors() {
		p = nil
	}
	return p, diags.Sorted()
}

// derive is Make without the limits of stacks.
func derive(a arch.Architecture, today time.Time) (*Plan, diag.List) {
	m, diags := arch.Check(a, today)
	diags = append(diags, placements(m)...)
	if diags.HasErrors() {
		return nil, diags
	}
	p := &Plan{Model: m, Subnets: tierSubnets(m)}
	diags = append(diags, p.groups()...)
	diags = append(diags, p.routes()...)
	diags = append(diags, p.block0()...)
	p.uninspected()
	diags = append(diags, p.firewall()...)
	diags = append(diags, p.webACLs()...)
	diags = append(diags, p.vpcEndpoints()...)
	return p, append(diags, p.networkACLs()...)
}
