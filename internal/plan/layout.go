package plan

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/diag"
)

// Resources counts the resources that the network puts into its stack.
func (p *Plan) Resources() int {
	subnets := map[string]bool{}
	for _, list := range p.Subnets {
		for _, s := range list {
			subnets[s.Key] = true
		}
	}
	n := 0
	if !p.Model.Network.Wrapped {
		n++ // VPC
	}
	if p.Model.Network.IPv6 && !p.Model.Network.Wrapped {
		n++ // its IPv6 block
	}
	n += 3 * (len(subnets) + len(p.NAT) + len(p.Endpoints) + len(p.Associated)) // subnet, route table, association
	n += len(p.Routes) + p.gateways() + p.inspectors() + p.filters() + len(p.VPCEndpoints)
	for range p.NAT {
		n++ // NAT gateway
		if p.Model.Network.Addresses == 0 {
			n++ // its Elastic IP
		}
	}
	if p.Model.Network.Layout == arch.NestedStacks {
		return n + len(p.Groups) // the nested stacks
	}
	for _, t := range p.Model.Tiers {
		if t.InstanceConnect {
			n++
		}
	}
	return n + len(p.Groups) + len(p.Rules)
}

// inspectors counts the resources of a firewall: itself, its policy, rule groups, associated endpoints, and logs with their
// configuration and policy.
func (p *Plan) inspectors() int {
	if p.Model.Network.Inspection == nil {
		return 0
	}
	return 2 + len(p.FirewallGroups) + len(p.Associated) + 5
}

// filters counts the network ACLs, with their entries or in the nested stacks that hold them, and their associations.
func (p *Plan) filters() int {
	n := 0
	for _, a := range p.NetworkACLs {
		n += 1 + len(a.Subnets)
		if p.Model.Network.Layout == arch.OneStack {
			n += len(a.In) + len(a.Out)
		}
	}
	return n
}

// toEdge stands for the internet gateway's own table among the targets of routes.
const toEdge Target = -1

// gateways counts the internet gateway with its attachment and table, the egress-only one, and attachments to transit
// gateways.
func (p *Plan) gateways() int {
	n := 0
	uses := map[Target]bool{}
	transit := map[arch.Gateway]bool{}
	for _, r := range p.Routes {
		uses[r.Target] = true
		if r.Subnet == EdgeTable {
			uses[toEdge] = true
		}
		if r.Gateway.Kind == arch.TransitGateway {
			transit[r.Gateway] = true
		}
	}
	n += len(transit) // attachments
	if len(transit) > 0 {
		n += 3 * len(p.Model.Zones) // their subnets
	}
	if uses[toEdge] {
		n += 2 // the gateway's table, and its association
	}
	if uses[ToInternetGateway] {
		n += 2
	}
	if uses[ToEgressOnlyGateway] {
		n++
	}
	return n
}

// layout checks that the network fits one stack. Later it would be too late: rules cannot move to other stacks, because
// CloudFormation creates them there before it deletes them here.
func (p *Plan) layout() diag.List {
	n := p.Resources()
	d := diag.Diagnostic{Rule: "stack-size", Path: p.Model.Network.PathTo("network"), At: []diag.Position{p.Model.Network.At}}
	if p.Model.Network.Layout == arch.OneStack {
		d.Fix = "before the first deployment, set " +
			p.Model.Network.Say("Layout: tiers.NestedStacks", "`network: {layout: nested-stacks}`") + "; it cannot change later"
	} else {
		d.Fix = "split the network"
	}
	switch {
	case n > catalog.ResourcesPerStack:
		d.Summary = "the network does not fit one stack"
	case n > catalog.ResourcesPerStack*4/5:
		d.Severity, d.Subject = diag.Warning, p.Model.Network.Subject("resources")
		d.Summary = "the network nearly fills one stack"
	default:
		return nil
	}
	d.Detail = fmt.Sprintf("it takes %d resources of its own, %d of them standalone rules and %d entries of network ACLs; "+
		"allowed are %d with everything else in the stack", n, len(p.Rules), p.EntryCount(), catalog.ResourcesPerStack)
	return diag.List{d}
}
