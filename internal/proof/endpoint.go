package proof

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/iam"
	"github.com/tierwall/tierwall/internal/iam/deployed"
)

// Access is a declared use of an AWS service by a tier through an endpoint.
type Access struct {
	Network, Tier string
	Endpoint      string // short name of the service
	Use           string // "read s3"
	Actions       []string
	Resources     []string
	Verdict       Verdict
}

// compareGrants compares the policies of the network's endpoints with the grants. Every granted call must be allowed; any other allowed
// call is a finding.
func (n *network) compareGrants() error {
	grants, err := n.resolvedGrants()
	if err != nil {
		return err
	}
	var keys []arch.EndpointKey
	byKey := map[arch.EndpointKey][]deployed.Endpoint{}
	for _, d := range deployed.Read(n.assembly) {
		if n.top.VPCOf(d.VPC) == n.vpc {
			key := arch.EndpointKey{Service: d.Service, Gateway: d.Gateway}
			if byKey[key] == nil {
				keys = append(keys, key) // In the order of the templates.
			}
			byKey[key] = append(byKey[key], d)
		}
	}
	gateway := slices.ContainsFunc(keys, func(k arch.EndpointKey) bool { return k.Gateway })
	if gateway && slices.ContainsFunc(n.model.Flows, func(f arch.CheckedFlow) bool { return f.To.Kind == arch.Domain }) {
		n.report.assume("%s: names outside of AWS do not lead to buckets: their addresses are in no prefix list of S3", n.name())
	}
	needed := map[arch.EndpointKey]bool{}
	for _, g := range grants {
		for _, need := range g.Needs {
			if need.Service == "" {
				continue
			}
			key := need.Key()
			needed[key] = true
			n.compareGrant(g, need, byKey[key])
		}
	}
	for _, key := range keys {
		for _, d := range byKey[key] {
			n.reportUngranted(key, d, grants, needed[key])
		}
	}
	return nil
}

// resolvedGrants returns the grants with the texts that the templates have.
func (n *network) resolvedGrants() ([]arch.Grant, error) {
	var out []arch.Grant
	for _, g := range n.model.Grants {
		g.Needs = slices.Clone(g.Needs)
		for i := range g.Needs {
			texts, err := n.resolveTexts(g.Needs[i].Resources)
			if err != nil {
				return nil, err
			}
			g.Needs[i].Resources = texts
		}
		roles := g.Roles
		if len(roles) == 0 {
			for _, r := range n.model.Roles {
				if r.Tier == g.Tier {
					roles = append(roles, r.ARN)
				}
			}
		}
		texts, err := n.resolveTexts(roles)
		if err != nil {
			return nil, err
		}
		g.Roles = texts
		out = append(out, g)
	}
	return out, nil
}

// resolveTexts replaces the symbols in texts by their values in the templates.
func (n *network) resolveTexts(texts []string) ([]string, error) {
	var failed error
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = arch.ReplaceSymbols(text, func(written, name string) string {
			if pseudo, ok := strings.CutPrefix(name, "AWS::"); ok {
				return n.pseudo("AWS::" + pseudo)
			}
			if _, ok := n.Symbols[name]; !ok {
				return written // A policy variable of IAM.
			}
			v, err := n.symbol(arch.Operand{Text: name, Symbolic: true})
			if err != nil {
				failed = err
				return written
			}
			return deployed.Text(v)
		})
	}
	return out, failed
}

// pseudo returns the value of a pseudo parameter in the template of the network.
func (n *network) pseudo(name string) string {
	v, err := n.evaluate(Value{Template: n.Vpc.Template, Expression: []byte(`{"Ref":"` + name + `"}`)})
	if err != nil {
		return "${" + name + "}"
	}
	return deployed.Text(v)
}

// compareGrant checks whether the endpoint of a service allows what is granted.
func (n *network) compareGrant(g arch.Grant, need arch.Need, found []deployed.Endpoint) {
	a := Access{Network: n.name(), Tier: g.Tier, Endpoint: need.Service, Use: g.Use, Actions: need.Actions, Resources: need.Resources}
	switch {
	case len(found) == 0 && n.model.Network.Endpoints.IsImported(need.Key()):
		n.report.assume("%s: %s is not in the templates; its policy allows what is granted", n.name(), need.Key())
	case len(found) == 0:
		a.Verdict = Missing
		kind := strings.TrimPrefix(need.Key().String(), "the ")
		n.reportEndpoint(g, need, Missing, "what was granted", fmt.Sprintf("the VPC has no %s for %s", kind, need.Service), nil)
	default:
		a.Verdict = n.compareCalls(g, need, found[0])
	}
	n.report.Accesses = append(n.report.Accesses, a)
}

// compareCalls evaluates all calls of a need against the policy of one endpoint, and returns the worst answer.
func (n *network) compareCalls(g arch.Grant, need arch.Need, d deployed.Endpoint) Verdict {
	if !d.Gateway && !d.PrivateDNS {
		n.reportEndpoint(g, need, Missing, "calls by the service's own name",
			"PrivateDnsEnabled is not set, so the name leads to the public addresses of the service", &d)
		return Missing
	}
	if d.Unknown != "" {
		n.reportEndpoint(g, need, Unknown, "what was granted", d.Unknown, &d)
		return Unknown
	}
	if i := slices.IndexFunc(d.Policy.Statements, func(s iam.Statement) bool { return s.Principal.Missing }); i >= 0 {
		n.reportEndpoint(g, need, Missing, "what was granted", fmt.Sprintf("Statement[%d] has no principal, so AWS rejects "+
			"the policy", i), &d)
		return Missing
	}
	for _, r := range n.sampleCalls(g, need) {
		switch e := d.Evaluate(r); e.Decision {
		case iam.Allowed:
		case iam.Unknown:
			n.reportEndpoint(g, need, Unknown, r.Action+" on "+r.Resource, "it depends on "+strings.Join(e.Unknown, ", "), &d)
			return Unknown
		default:
			reason := e.Decision.String()
			for _, i := range e.Statements {
				reason += fmt.Sprintf(": Statement[%d]", i)
			}
			reason = "for " + cmp.Or(r.Principal, "a caller without credentials") + ", the call is " + reason
			n.reportEndpoint(g, need, Missing, r.Action+" on "+r.Resource, reason, &d)
			return Missing
		}
	}
	return Exact
}

// sampleCalls returns sample calls for a need: each action, by each principal, on each resource that fits the action. Wildcards are
// replaced by a letter.
func (n *network) sampleCalls(g arch.Grant, need arch.Need) []iam.Request {
	account := n.pseudo("AWS::AccountId")
	principals := g.Roles
	if len(principals) == 0 {
		principals = []string{"arn:" + n.pseudo("AWS::Partition") + ":iam::" + account + ":role/any"}
	}
	if need.Unsigned {
		principals = append(slices.Clone(principals), "")
	}
	var out []iam.Request
	for _, who := range principals {
		for _, pattern := range need.Actions {
			for _, action := range catalog.Actions(pattern) {
				for _, resource := range need.Resources {
					if resource != "*" && !iam.IsFor(action, resource) {
						continue
					}
					r := iam.Request{Principal: who, Action: action.Name, Resource: matchingText(resource), Keys: map[string][]string{
						iam.SourceVpc: {deployed.Text(n.vpcValue())}, iam.IsAWSService: {"false"}, iam.ViaAWSService: {"false"},
					}}
					if who != "" {
						r.Keys[iam.PrincipalAccount] = []string{account}
					}
					if organization := n.model.Network.Endpoints.Organization; organization != "" && !need.Unsigned {
						r.Keys[iam.PrincipalOrgID], r.Keys[iam.ResourceOrgID] = []string{organization}, []string{organization}
					}
					if owner := ownerOf(resource, account); owner != "" && !need.Unsigned && !need.AnyOwner {
						r.Keys[iam.ResourceAccount] = []string{owner}
					}
					out = append(out, r)
				}
			}
		}
	}
	return out
}

// vpcValue returns the VPC of the network as it is in the templates.
func (n *network) vpcValue() cfn.Value {
	v, _ := n.evaluate(n.Vpc)
	return v
}

// matchingText returns a text that matches a pattern.
func matchingText(pattern string) string {
	return strings.NewReplacer("*", "x", "?", "x").Replace(pattern)
}

// ownerOf returns the account of a resource. It is the given account if the ARN has none, and empty for resources of AWS or of nobody.
func ownerOf(arn, account string) string {
	if arn == "*" {
		return ""
	}
	fields := iam.CutARN(arn)
	switch {
	case fields == nil || fields[2] == "s3" || fields[4] == "*":
		return account
	case fields[4] == "aws":
		return ""
	}
	return fields[4]
}

// reportUngranted finds calls that an endpoint allows but nobody is granted. Conditions can only restrict a policy.
func (n *network) reportUngranted(key arch.EndpointKey, d deployed.Endpoint, grants []arch.Grant, needed bool) {
	g := arch.Grant{Tier: "anybody", At: n.model.Network.At}
	need := arch.Need{Service: key.Service, Gateway: key.Gateway}
	full := d.Unknown == "" && d.Policy.IsFullAccess()
	switch {
	case !d.IsAWS():
		return
	case n.model.Network.Endpoints.IsImported(key), needed && !n.model.Network.Derived(key.Service),
		full && catalog.PolicySupport(key.Service) != catalog.Supported:
		return // The endpoint is declared to allow everything, or its service supports no policies.
	case full:
		policy := map[bool]string{true: "a policy that allows", false: "no policy, which allows"}[d.Stated]
		reason := fmt.Sprintf("%s has %s everybody everything; the service supports endpoint policies", d.Resource, policy)
		n.reportEndpoint(g, need, Excess, "every action on every resource", reason, &d)
		return
	case !needed:
		return // The endpoint serves another purpose; the groups decide who reaches it.
	case d.Unknown != "":
		return // Already reported once per grant.
	}
	declared := n.grantedPolicy(key, grants)
	var extra []iam.Access
	for _, a := range d.Policy.Beyond(declared) {
		if len(extra) < 5 {
			extra = append(extra, a)
		}
	}
	for _, a := range extra {
		n.reportEndpoint(g, need, Excess, a.Action+" on "+a.Resource, fmt.Sprintf("Statement[%d] of %s allows it", a.Statement, d.Resource), &d)
	}
}

// grantedPolicy returns the grants at an endpoint as the statements of a policy.
func (n *network) grantedPolicy(key arch.EndpointKey, grants []arch.Grant) iam.Policy {
	var everyone []string
	anybody := false
	p := iam.Policy{}
	var needs []arch.Need // the need of each statement
	for _, g := range grants {
		for _, need := range g.Needs {
			if need.Key() != key {
				continue
			}
			s := iam.Statement{Effect: iam.Allow, Principal: iam.Everybody(), Actions: need.Actions, Resources: need.Resources}
			if !need.Unsigned {
				anybody = anybody || len(g.Roles) == 0
				everyone = append(everyone, g.Roles...)
				s.Conditions = n.callerConditions(g.Roles)
			}
			s.Conditions = append(s.Conditions, n.ownerConditions(need)...)
			p.Statements, needs = append(p.Statements, s), append(needs, need)
		}
	}
	if n.model.Network.Endpoints.AnyRole {
		if anybody {
			everyone = nil
		}
		for i, need := range needs {
			if !need.Unsigned {
				p.Statements[i].Conditions = slices.Concat(n.callerConditions(everyone), n.ownerConditions(need))
			}
		}
	}
	return p
}

// ownerConditions returns the conditions on the owner of a resource whose ARN has no account. Without them, somebody could take the name of
// a deleted bucket and receive what is written to it.
func (n *network) ownerConditions(need arch.Need) []iam.Condition {
	switch organization := n.model.Network.Endpoints.Organization; {
	case need.Unsigned, need.AnyOwner, need.Service != "s3", slices.Contains(need.Resources, "*"):
		return nil
	case organization != "":
		return []iam.Condition{{Operator: "StringEquals", Key: iam.ResourceOrgID, Values: []string{organization}}}
	}
	return []iam.Condition{{Operator: "StringEquals", Key: iam.ResourceAccount, Values: append([]string{n.pseudo("AWS::AccountId")},
		n.model.Network.Endpoints.Accounts...)}}
}

// callerConditions returns the conditions on the caller that a policy needs at least.
func (n *network) callerConditions(roles []string) []iam.Condition {
	switch organization := n.model.Network.Endpoints.Organization; {
	case len(roles) > 0:
		return []iam.Condition{{Operator: "ArnEquals", Key: iam.PrincipalArn, Values: roles}}
	case organization != "":
		return []iam.Condition{{Operator: "StringEquals", Key: iam.PrincipalOrgID, Values: []string{organization}}}
	}
	return []iam.Condition{{Operator: "StringEquals", Key: iam.PrincipalAccount, Values: []string{n.pseudo("AWS::AccountId")}}}
}

// reportEndpoint reports a difference at an endpoint.
func (n *network) reportEndpoint(g arch.Grant, need arch.Need, verdict Verdict, what, reason string, d *deployed.Endpoint) {
	f := Finding{
		Network: n.name(), From: g.Tier, To: need.Key().String(), Verdict: verdict, What: what, Reason: reason, At: []diag.Position{g.At},
	}
	if d != nil {
		at := d.Resource.String()
		if d.Resource.Path != "" {
			at += ", " + d.Resource.Path
		}
		if d.Resource.Line > 0 {
			at += fmt.Sprintf(", %s:%d", d.Resource.Stack.File, d.Resource.Line)
		}
		f.Reason += " [" + at + "]"
	}
	n.report.Findings = append(n.report.Findings, f)
}
