package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/iam"
)

// policyControl names the control in widenings.
const policyControl = "endpoint policies"

// endpointPolicy derives what an endpoint lets through; nil is everything. The policy of an imported endpoint is its owner's.
// said are the widenings that other endpoints have stated.
func endpointPolicy(m *arch.Model, e VPCEndpoint, said []arch.Widening) (*iam.Policy, notes) {
	if e.Imported {
		return nil, notes{}
	}
	if reason := whyNoPolicy(m.Network, e.Service); reason != "" {
		return nil, notes{widenings: []arch.Widening{{
			Control: policyControl, Path: m.Network.EndpointPath(e.Service),
			Carries: "every action on every resource, for everybody in the VPC", Reason: reason,
		}}}
	}
	policy := Granted(m, e.EndpointKey)
	return &policy, notes{policyWidenings(m, e, said), checkPolicy(m, e, policy)}
}

// whyNoPolicy says why an endpoint of a service has no policy; empty if it has one.
func whyNoPolicy(network arch.Network, service string) string {
	switch {
	case slices.Contains(network.Endpoints.NoPolicy, service):
		return network.Say("NoPolicy", "noPolicy") + " says that endpoints of this service take none"
	case !network.Derived(service) && network.Wrapped && network.Endpoints.Policies == arch.PoliciesByOwner:
		return "the VPC's other workloads are not known, and would lose the service; " +
			network.Say("Policies: endpoints.Derived", "`endpoints: {policies: derived}`") + " limits it to what was granted"
	case !network.Derived(service):
		return network.Say("Policies says so", "policies says so")
	case catalog.PolicySupport(service) == catalog.Unsupported:
		return "endpoints of this service take no policy"
	}
	return ""
}

// checkPolicy reports what AWS rejects about an endpoint's policy, and what is probably a mistake. Other errors than those of
// its size are already reported once per grant.
func checkPolicy(m *arch.Model, e VPCEndpoint, policy iam.Policy) diag.List {
	network := m.Network
	endpoint := iam.Endpoint{Service: e.Service, Gateway: e.Gateway, Partition: network.Partition(), Region: network.Region()}
	var diags diag.List
	for _, d := range policy.Check(endpoint) {
		if d.Severity == diag.Error && d.Rule != "policy-size" {
			continue
		}
		d.Path, d.Subject = network.PathTo(network.EndpointPath(e.Service)), network.Subject("endpoint "+e.Service)
		d.At = grantedAt(m, e.EndpointKey)
		if d.Rule == "policy-size" && d.Severity == diag.Error {
			d.Fix = "set " + network.Say("AnyRole in endpoints.Configure", "`endpoints: {anyRole: true}`") +
				", which names all roles once; name fewer resources, by a common beginning and a star; " +
				"or split the network"
		}
		if d.Rule == "policy-support-unknown" {
			d.Fix = "if it is false, AWS refuses the endpoint: name it in " +
				network.Say(fmt.Sprintf("endpoints.Configure, NoPolicy: []string{%q}", e.Service),
					fmt.Sprintf("`endpoints: {noPolicy: [%s]}`", e.Service)) + "; if it is true, acknowledge this warning"
		}
		diags.Add(d)
	}
	return diags
}

// policyWidenings states where a policy lets through more than the grants.
func policyWidenings(m *arch.Model, e VPCEndpoint, said []arch.Widening) []arch.Widening {
	var n notes
	if m.Network.Endpoints.AnyRole && len(e.Tiers) > 1 {
		n.widen(arch.Widening{
			Control: policyControl, Path: m.Network.EndpointPath(e.Service),
			Carries: "what any of the tiers may, for the roles of " + strings.Join(e.Tiers, ", "),
			Reason:  m.Network.Say("AnyRole", "anyRole") + " says so; the roles' own policies still tell them apart",
		})
	}
	for _, g := range m.Grants {
		if !uses(g, e.EndpointKey) || len(principals(m, g)) > 0 {
			continue
		}
		w := arch.Widening{
			Control: policyControl, Path: m.Network.TierPath(g.Tier),
			Carries: "what " + g.Tier + " may at " + e.Service + ", for every principal of the account in the VPC",
			Reason:  "none of the tier's roles is known; " + m.Network.Say("endpoints.Roles names them", "the `roles` of its grants name them"),
		}
		if !slices.Contains(said, w) && !slices.Contains(n.widenings, w) {
			n.widen(w)
		}
	}
	return n.widenings
}

// uses reports whether a grant needs an endpoint for signed requests.
func uses(g arch.Grant, key arch.EndpointKey) bool {
	return slices.ContainsFunc(g.Needs, func(n arch.Need) bool { return n.Key() == key && !n.Unsigned })
}

func grantedAt(m *arch.Model, key arch.EndpointKey) []diag.Position {
	var out []diag.Position
	for _, g := range m.Grants {
		if slices.ContainsFunc(g.Needs, func(n arch.Need) bool { return n.Key() == key }) && !slices.Contains(out, g.At) {
			out = append(out, g.At)
		}
	}
	return out
}

// principals are the roles that a grant is for; none if they are not known.
func principals(m *arch.Model, g arch.Grant) []string {
	if len(g.Roles) > 0 {
		return g.Roles
	}
	var out []string
	for _, r := range m.Roles {
		if r.Tier == g.Tier {
			out = append(out, r.ARN)
		}
	}
	return out
}

// Granted is what the grants together need of an endpoint, as a policy.
func Granted(m *arch.Model, key arch.EndpointKey) iam.Policy {
	out := iam.Policy{Version: iam.Version}
	everyone := allPrincipals(m, key)
	for _, g := range m.Grants {
		for _, need := range g.Needs {
			if need.Key() != key {
				continue
			}
			roles := everyone
			if !m.Network.Endpoints.AnyRole {
				roles = principals(m, g)
			}
			out.Statements = append(out.Statements, statements(m, need, roles)...)
		}
	}
	return out.Minimise()
}

// allPrincipals are the roles of all tiers that use an endpoint, with AnyRole; none if one of them is not known.
func allPrincipals(m *arch.Model, key arch.EndpointKey) []string {
	var out []string
	if !m.Network.Endpoints.AnyRole {
		return nil
	}
	for _, g := range m.Grants {
		if uses(g, key) {
			roles := principals(m, g)
			if len(roles) == 0 {
				return nil
			}
			out = append(out, roles...)
		}
	}
	return out
}

// statements are what a need is as statements of a policy: one for each owner of resources.
func statements(m *arch.Model, need arch.Need, roles []string) []iam.Statement {
	s := iam.Statement{Effect: iam.Allow, Principal: iam.Everybody(), Actions: need.Actions, Resources: need.Resources}
	if need.Unsigned {
		return []iam.Statement{s}
	}
	s.Conditions = callers(m, roles)
	byOwner := map[string][]string{}
	for _, r := range need.Resources {
		owner := ""
		if !need.AnyOwner && !slices.ContainsFunc(need.Actions, ownerless) {
			owner = ownerOf(r)
		}
		byOwner[owner] = append(byOwner[owner], r)
	}
	var out []iam.Statement
	for owner, resources := range byOwner {
		one := s
		one.Resources = resources
		one.Conditions = append(slices.Clone(s.Conditions), ownerConditions(m, owner)...)
		out = append(out, one)
	}
	return out
}

// ownerConditions hold requests to the resources of an account, or of the network's organization; none for no owner.
func ownerConditions(m *arch.Model, owner string) []iam.Condition {
	endpoints := m.Network.Endpoints
	switch {
	case owner == "":
		return nil
	case owner != iam.OwnAccount:
		return []iam.Condition{equals(iam.ResourceAccount, owner)}
	case endpoints.Organization != "":
		return []iam.Condition{equals(iam.ResourceOrgID, endpoints.Organization)}
	}
	return []iam.Condition{equals(iam.ResourceAccount, append([]string{iam.OwnAccount}, endpoints.Accounts...)...)}
}

// ownerless reports whether requests for an action do not say who owns the resource (IAM User Guide, "aws:ResourceAccount"): a
// condition on the owner would deny them.
func ownerless(action string) bool {
	service, name, _ := strings.Cut(action, ":")
	if service == "ebs" {
		return true
	}
	return service == "ec2" && (strings.HasPrefix(name, "Copy") || slices.Contains([]string{
		"*", "Create*", "CreateVolume", "CreateVpcEndpoint",
		"CreateVpcPeeringConnection", "DeleteVpcPeeringConnection", "RejectVpcPeeringConnection",
		"CreateTransitGatewayPeeringAttachment", "DeleteTransitGatewayPeeringAttachment", "RejectTransitGatewayPeeringAttachment",
	}, name))
}

func equals(key string, values ...string) iam.Condition {
	return iam.Condition{Operator: "StringEquals", Key: key, Values: values}
}

// callers are the conditions on who calls. Package proof decides the same on its own, on purpose: it must not trust the plan.
func callers(m *arch.Model, roles []string) []iam.Condition {
	var out []iam.Condition
	if len(roles) > 0 {
		out = append(out, iam.Condition{Operator: "ArnEquals", Key: iam.PrincipalArn, Values: roles})
	}
	switch organization := m.Network.Endpoints.Organization; {
	case organization != "":
		out = append(out, equals(iam.PrincipalOrgID, organization))
	case len(roles) == 0:
		out = append(out, equals(iam.PrincipalAccount, iam.OwnAccount))
	}
	return out
}

// ownerOf is the account that must own a resource: the network's own if the ARN does not say. It is empty for AWS's resources
// and for "*", where some actions know no owner.
func ownerOf(arn string) string {
	if arn == "*" {
		return ""
	}
	fields := iam.CutARN(arn)
	switch {
	case fields == nil:
		return iam.OwnAccount // Only a deployment knows the ARN.
	case fields[2] == "s3":
		return iam.OwnAccount // The ARN of a bucket names no account.
	case fields[4] == "*":
		return iam.OwnAccount
	case fields[4] == "aws":
		return ""
	}
	return fields[4]
}
