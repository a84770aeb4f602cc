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
)

// VPCEndpoint is the way to one AWS service: interfaces with a security group, whose rules are those of the tier that it is, or routes of a
// gateway endpoint.
type VPCEndpoint struct {
	arch.EndpointKey
	Imported bool // it is somebody else's: only rules are added
	// Tier is the id of the tier that an interface endpoint is; empty of a gateway endpoint.
	Tier string
	// Subnets are those that an interface endpoint stands in, none of a wrapped VPC, or those whose route tables lead to a gateway endpoint.
	Subnets []Subnet
	Tiers   []string // that use it, by id
	Reasons []string // why it is there, without what is there twice
	// Policy is what it lets through; nil lets everything.
	Policy *iam.Policy
}

// vpcEndpoints derives the endpoints that the grants need, with their policies.
func (p *Plan) vpcEndpoints() diag.List {
	byKey := map[arch.EndpointKey]*VPCEndpoint{}
	for _, g := range p.Model.Grants {
		for _, need := range g.Needs {
			key := need.Key()
			if key.Service == "" {
				continue
			}
			e := byKey[key]
			if e == nil {
				e = &VPCEndpoint{EndpointKey: key, Imported: p.Model.Network.Endpoints.IsImported(key)}
				if !key.Gateway {
					e.Tier = key.TierID()
				}
				byKey[key] = e
			}
			e.use(g, need)
		}
	}
	for _, e := range byKey {
		p.VPCEndpoints = append(p.VPCEndpoints, *e)
	}
	slices.SortFunc(p.VPCEndpoints, func(a, b VPCEndpoint) int { return a.compare(b.EndpointKey) })
	var diags diag.List
	tenants := p.tenants()
	for i := range p.VPCEndpoints {
		e := &p.VPCEndpoints[i]
		e.Subnets = p.endpointSubnets(e, tenants)
		if e.Gateway {
			p.pastFirewall(e)
		}
		diags = append(diags, p.endpointPolicy(e)...)
	}
	return append(diags, p.endpointQuota()...)
}

// maxInterfaceEndpoints is how many interface endpoints a VPC has unless the account's quota is raised (Amazon VPC User Guide, quotas).
const maxInterfaceEndpoints = 50

func (p *Plan) endpointQuota() diag.List {
	n := 0
	for _, e := range p.VPCEndpoints {
		if !e.Gateway {
			n++
		}
	}
	if n <= maxInterfaceEndpoints {
		return nil
	}
	network := p.Model.Network
	return diag.List{{
		Severity: diag.Warning, Rule: "endpoint-quota", Path: network.PathTo("endpoints"), Subject: network.Subject("endpoints"), At: []diag.Position{network.At},
		Summary: "a VPC has more interface endpoints than it may without a raised quota", Detail: fmt.Sprintf("it has %d; AWS allows %d, which can be raised", n, maxInterfaceEndpoints),
		Fix: "raise \"Interface VPC endpoints per VPC\" first, or lead seldom used services over the internet",
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

// endpointSubnets are the subnets that an endpoint stands in, or whose tables lead to it.
func (p *Plan) endpointSubnets(e *VPCEndpoint, tenants map[string][]string) []Subnet {
	if !e.Gateway {
		zones, limited := p.Model.Network.Endpoints.Zones[e.Service]
		return slices.DeleteFunc(slices.Clone(p.Subnets[e.Tier]), func(s Subnet) bool { return limited && !slices.Contains(zones, s.Zone.Name) })
	}
	var out []Subnet
	for _, id := range e.Tiers {
		for _, s := range p.Subnets[id] {
			if !slices.ContainsFunc(out, func(o Subnet) bool { return o.Key == s.Key }) {
				out = append(out, s)
			}
		}
		t, _ := p.Model.Tier(id)
		for _, other := range tenants[t.SubnetOwner()] {
			if !slices.Contains(e.Tiers, other) {
				p.Widenings = append(p.Widenings, arch.Widening{
					Control: "routes", Path: "tiers." + other, Carries: "a route to " + e.Service,
					Reason: fmt.Sprintf("it shares subnets with %s, which uses it; %s", id, p.besideEndpoint(other, e.Service)),
				})
			}
		}
	}
	slices.SortFunc(out, func(a, b Subnet) int { return strings.Compare(a.Key, b.Key) })
	return out
}

// besideEndpoint says what becomes of a tier's own packets where another's gateway endpoint is in its route tables.
func (p *Plan) besideEndpoint(id, service string) string {
	for _, f := range p.Model.Flows {
		if f.From.Text == id && OpensToInternet(f.Flow) {
			return fmt.Sprintf("what it sends to %s takes that route if it is for %s, and the endpoint's policy tells what passes", f.To, service)
		}
	}
	return "the security groups still stop it"
}

// endpointPolicy derives what an endpoint lets through.
func (p *Plan) endpointPolicy(e *VPCEndpoint) diag.List {
	network := p.Model.Network
	open := ""
	switch {
	case e.Imported:
		return nil // Its owner's.
	case slices.Contains(network.Endpoints.NoPolicy, e.Service):
		open = "NoPolicy says that endpoints of this service take none"
	case !network.Derived(e.Service) && network.Wrapped && network.Endpoints.Policies == arch.PoliciesByOwner:
		open = "the VPC's other workloads are not known, and would lose the service; Policies: endpoints.Derived limits it to what was granted"
	case !network.Derived(e.Service):
		open = "Policies says so"
	case catalog.PolicySupport(e.Service) == catalog.Unsupported:
		open = "endpoints of this service take no policy"
	}
	if open != "" {
		p.Widenings = append(p.Widenings, arch.Widening{Control: policyControl, Path: "endpoints." + e.Service, Carries: "every action on every resource, for everybody in the VPC", Reason: open})
		return nil
	}
	policy := p.Granted(e.EndpointKey)
	e.Policy = &policy
	var diags diag.List
	for _, d := range policy.Check(iam.Endpoint{Service: e.Service, Gateway: e.Gateway, Partition: network.Partition(), Region: network.Region()}) {
		if d.Severity == diag.Error && d.Rule != "policy-size" {
			continue // It is told of the grant.
		}
		d.Path, d.Subject, d.At = network.PathTo("endpoints."+e.Service), network.Subject("endpoint "+e.Service), p.grantedAt(e.EndpointKey)
		if d.Rule == "policy-size" && d.Severity == diag.Error {
			d.Fix = "set AnyRole in endpoints.Configure, which names all roles once; name fewer resources, by a common beginning and a star; or split the network"
		}
		if d.Rule == "policy-support-unknown" {
			d.Fix = fmt.Sprintf("if it is false, AWS refuses the endpoint: name it in endpoints.Configure, NoPolicy: []string{%q}; if it is true, acknowledge this warning", e.Service)
		}
		diags.Add(d)
	}
	p.widenPolicy(e)
	return diags
}

// policyControl names the control in widenings.
const policyControl = "endpoint policies"

// widenPolicy states where a policy lets through more than the grants.
func (p *Plan) widenPolicy(e *VPCEndpoint) {
	if p.Model.Network.Endpoints.AnyRole && len(e.Tiers) > 1 {
		p.Widenings = append(p.Widenings, arch.Widening{Control: policyControl, Path: "endpoints." + e.Service, Carries: "what any of the tiers may, for the roles of " + strings.Join(e.Tiers, ", "), Reason: "AnyRole says so; the roles' own policies still tell"})
	}
	for _, g := range p.Model.Grants {
		uses := slices.ContainsFunc(g.Needs, func(n arch.Need) bool { return n.Key() == e.EndpointKey && !n.Unsigned })
		if !uses || len(p.roles(g)) > 0 {
			continue
		}
		w := arch.Widening{
			Control: policyControl, Path: "tiers." + g.Tier, Carries: "what " + g.Tier + " may at " + e.Service + ", for every principal of the account in the VPC",
			Reason: "none of the tier's roles is known; endpoints.Roles names them",
		}
		if !slices.Contains(p.Widenings, w) {
			p.Widenings = append(p.Widenings, w)
		}
	}
}

func (p *Plan) grantedAt(key arch.EndpointKey) []diag.Position {
	var out []diag.Position
	for _, g := range p.Model.Grants {
		if slices.ContainsFunc(g.Needs, func(n arch.Need) bool { return n.Key() == key }) && !slices.Contains(out, g.At) {
			out = append(out, g.At)
		}
	}
	return out
}

// roles are the principals that a grant is for; none if they are not known.
func (p *Plan) roles(g arch.Grant) []string {
	if len(g.Roles) > 0 {
		return g.Roles
	}
	var out []string
	for _, r := range p.Model.Roles {
		if r.Tier == g.Tier {
			out = append(out, r.ARN)
		}
	}
	return out
}

// Granted is what the grants together need of an endpoint, as a policy.
func (p *Plan) Granted(key arch.EndpointKey) iam.Policy {
	out := iam.Policy{Version: iam.Version}
	var everyone []string
	unknown := false
	if p.Model.Network.Endpoints.AnyRole {
		for _, g := range p.Model.Grants {
			if slices.ContainsFunc(g.Needs, func(n arch.Need) bool { return n.Key() == key && !n.Unsigned }) {
				everyone = append(everyone, p.roles(g)...)
				unknown = unknown || len(p.roles(g)) == 0
			}
		}
	}
	if unknown {
		everyone = nil
	}
	for _, g := range p.Model.Grants {
		for _, need := range g.Needs {
			if need.Key() != key {
				continue
			}
			roles := p.roles(g)
			if p.Model.Network.Endpoints.AnyRole {
				roles = everyone
			}
			out.Statements = append(out.Statements, p.statements(need, roles)...)
		}
	}
	return out.Minimise()
}

// statements are what a need is as statements of a policy: one for each owner of resources.
func (p *Plan) statements(need arch.Need, roles []string) []iam.Statement {
	s := iam.Statement{Effect: iam.Allow, Principal: iam.Everybody(), Actions: need.Actions, Resources: need.Resources}
	if need.Unsigned {
		return []iam.Statement{s}
	}
	s.Conditions = p.callers(roles)
	byOwner := map[string][]string{}
	for _, r := range need.Resources {
		owner := ""
		if !need.AnyOwner && !slices.ContainsFunc(need.Actions, ownerless) {
			owner = p.owner(r)
		}
		byOwner[owner] = append(byOwner[owner], r)
	}
	var out []iam.Statement
	for owner, resources := range byOwner {
		one := s
		one.Resources = resources
		one.Conditions = slices.Clone(s.Conditions)
		switch {
		case owner == "":
		case p.Model.Network.Endpoints.Organization != "" && owner == iam.OwnAccount:
			one.Conditions = append(one.Conditions, equals(iam.ResourceOrgID, p.Model.Network.Endpoints.Organization))
		case owner == iam.OwnAccount:
			one.Conditions = append(one.Conditions, equals(iam.ResourceAccount, append([]string{iam.OwnAccount}, p.Model.Network.Endpoints.Accounts...)...))
		default:
			one.Conditions = append(one.Conditions, equals(iam.ResourceAccount, owner))
		}
		out = append(out, one)
	}
	return out
}

// ownerless reports whether requests for an action do not say whose the resource is (IAM User Guide, "aws:ResourceAccount"): a condition on
// that would deny them.
func ownerless(action string) bool {
	service, name, _ := strings.Cut(action, ":")
	if service == "ebs" {
		return true
	}
	return service == "ec2" && (strings.HasPrefix(name, "Copy") || slices.Contains([]string{
		"*", "Create*", "CreateVolume", "CreateVpcEndpoint", "CreateVpcPeeringConnection", "DeleteVpcPeeringConnection", "RejectVpcPeeringConnection",
		"CreateTransitGatewayPeeringAttachment", "DeleteTransitGatewayPeeringAttachment", "RejectTransitGatewayPeeringAttachment",
	}, name))
}

func equals(key string, values ...string) iam.Condition {
	return iam.Condition{Operator: "StringEquals", Key: key, Values: values}
}

// callers are the conditions on who calls.
func (p *Plan) callers(roles []string) []iam.Condition {
	var out []iam.Condition
	if len(roles) > 0 {
		out = append(out, iam.Condition{Operator: "ArnEquals", Key: iam.PrincipalArn, Values: roles})
	}
	switch organization := p.Model.Network.Endpoints.Organization; {
	case organization != "":
		out = append(out, equals(iam.PrincipalOrgID, organization))
	case len(roles) == 0:
		out = append(out, equals(iam.PrincipalAccount, iam.OwnAccount))
	}
	return out
}

// owner is the account that must own a resource: the network's own where the ARN does not say, none for AWS's resources and for "*", of
// which some actions know no owner.
func (p *Plan) owner(arn string) string {
	if arn == "*" {
		return ""
	}
	fields := iam.CutARN(arn)
	switch {
	case fields == nil:
		return iam.OwnAccount // It is only known at deployment.
	case fields[2] == "s3":
		return iam.OwnAccount // The ARN of a bucket names no account.
	case fields[4] == "*":
		return iam.OwnAccount
	case fields[4] == "aws":
		return ""
	}
	return fields[4]
}

// writeVPCEndpoints shows the endpoints and why they are there.
func (p *Plan) writeVPCEndpoints(b *strings.Builder) {
	if len(p.VPCEndpoints) == 0 {
		return
	}
	rows := [][]string{{"ENDPOINT", "KIND", "POLICY, CHARACTERS", "BECAUSE"}}
	for _, e := range p.VPCEndpoints {
		kind, policy := "interface", "lets everything through"
		if e.Gateway {
			kind = "gateway"
		}
		switch {
		case e.Imported:
			kind, policy = "imported", "its owner's"
		case e.Policy != nil:
			size, exact := e.Policy.Size()
			about := ""
			if !exact {
				about = "about "
			}
			policy = fmt.Sprintf("%s, %s%d of %d", count(len(e.Policy.Statements), "statement"), about, size, iam.MaxSize)
		}
		for i, reason := range e.Reasons {
			if i == 0 {
				rows = append(rows, []string{e.Service, kind, policy, reason})
			} else {
				rows = append(rows, []string{"", "", "", reason})
			}
		}
	}
	table(b, rows)
}

// grantedBy says of a flow that follows from grants what it leads to.
func (p *Plan) grantedBy(f arch.CheckedFlow) string {
	for _, e := range p.VPCEndpoints {
		list, _ := p.Model.Network.PrefixList(e.Service)
		if e.Tier == f.To.Text || e.Gateway && f.Path.Kind == arch.ByGatewayEndpoint && list == f.To.Operand {
			return "granted: " + e.Service
		}
	}
	return ""
}
