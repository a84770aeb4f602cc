package endpoints

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/iam"
)

// Policy is the policy of a single endpoint. Make it with [Allow], [Statements] or [Document]. The zero Policy is no policy: AWS then
// allows every call, which is reported if the service's endpoints accept policies.
type Policy struct {
	stated bool
	policy iam.Policy
	// needs are the needs that statements of Allow serve, by the statement's index. An endpoint gets only the statements for its service.
	needs   map[int]arch.Need
	found   diag.List
	problem string
}

// Statement is a statement of a policy.
type Statement struct {
	// Sid is the statement's name, of letters and digits; it may be empty.
	Sid string
	// Deny makes the statement deny the calls that it matches. Otherwise it allows them.
	Deny bool
	// Actions are patterns such as "s3:GetObject", with the wildcards * and ?; required.
	Actions []string
	// Resources are ARNs with the wildcards * and ?, or "*"; required.
	Resources []string
	// Principals are the ARNs of the roles and users that the statement is for. They become a condition on aws:PrincipalArn. None means
	// everyone.
	Principals []string
	// Conditions are further conditions: the values by operator and key, as in
	// {"StringEquals": {"aws:ResourceAccount": {"111122223333"}}}.
	Conditions map[string]map[string][]string
}

// Allow returns a policy that allows everyone the calls that the uses make through the endpoint; limit the callers with [Policy.To]. A use
// may need several services. Each endpoint gets only the statements for its own service.
func Allow(uses ...Use) Policy {
	p := Policy{stated: true, policy: iam.Policy{Version: iam.Version}, needs: map[int]arch.Need{}}
	for _, u := range uses {
		if u.problem != "" {
			p.problem = u.problem
		}
		for _, need := range u.needs() {
			if need.Service == "" {
				continue
			}
			p.needs[len(p.policy.Statements)] = need
			p.policy.Statements = append(p.policy.Statements, iam.Statement{
				Effect: iam.Allow, Principal: iam.Everybody(), Actions: need.Actions, Resources: need.Resources,
			})
		}
	}
	return p
}

// To returns the policy with its Allow statements so far limited to principals, given by the ARNs of roles and users. It does not limit
// requests that do not carry the caller's own credentials, such as the download of an image layer from an address that Amazon ECR signed.
func (p Policy) To(arns ...string) Policy {
	p.policy.Statements = slices.Clone(p.policy.Statements)
	for i, s := range p.policy.Statements {
		if s.Effect == iam.Allow && !p.needs[i].Unsigned {
			p.policy.Statements[i].Conditions = append(slices.Clone(s.Conditions),
				iam.Condition{Operator: "ArnEquals", Key: iam.PrincipalArn, Values: arns})
		}
	}
	return p
}

// Statements returns a policy with the given statements.
func Statements(statements ...Statement) Policy {
	return Policy{stated: true, policy: iam.Policy{Version: iam.Version}}.And(statements...)
}

// And returns the policy with further statements.
func (p Policy) And(statements ...Statement) Policy {
	p.stated = true
	p.policy.Version = iam.Version
	p.policy.Statements = slices.Clone(p.policy.Statements)
	for _, s := range statements {
		out := iam.Statement{Sid: s.Sid, Effect: iam.Allow, Principal: iam.Everybody(), Actions: s.Actions, Resources: s.Resources}
		if s.Deny {
			out.Effect = iam.Deny
		}
		if len(s.Principals) > 0 {
			out.Conditions = append(out.Conditions, iam.Condition{Operator: "ArnEquals", Key: iam.PrincipalArn, Values: s.Principals})
		}
		for operator, keys := range s.Conditions {
			for key, values := range keys {
				out.Conditions = append(out.Conditions, iam.Condition{Operator: operator, Key: key, Values: values})
			}
		}
		slices.SortFunc(out.Conditions, func(a, b iam.Condition) int { return strings.Compare(a.Operator+" "+a.Key, b.Operator+" "+b.Key) })
		p.policy.Statements = append(p.policy.Statements, out)
	}
	return p
}

// Document returns a policy that is written as JSON. It is checked like any other policy; JSON that cannot be read fails synthesis.
func Document(document string) Policy {
	p := Policy{stated: true}
	var value any
	if err := json.Unmarshal([]byte(document), &value); err != nil {
		p.problem = "the policy is not valid JSON: " + err.Error()
		return p
	}
	p.policy, p.found = iam.Read(value)
	return p
}

// check returns what is wrong with the policy for an endpoint.
func (p Policy) check(e iam.Endpoint) diag.List {
	if p.problem != "" {
		return diag.List{{Rule: "policy", Summary: p.problem}}
	}
	policy := p.of(e.Service)
	if !p.stated {
		policy = iam.FullAccess()
		if supports(e.Service) {
			return policy.Check(e)
		}
		return nil
	}
	if len(p.found) > 0 {
		return p.found
	}
	out := policy.Check(e)
	for _, s := range policy.Statements {
		if len(s.Actions) == 0 || len(s.Resources) == 0 {
			out.Add(diag.Diagnostic{Rule: "policy-empty", Summary: "a statement names no action, or no resource",
				Detail: "AWS rejects it", Fix: "set both Actions and Resources"})
		}
	}
	if len(policy.Statements) == 0 {
		out.Add(diag.Diagnostic{Rule: "policy-empty", Summary: "the policy has no statement", Detail: "AWS rejects it",
			Fix: "add a statement, or use the zero Policy to allow every call"})
	}
	return out
}

// of returns the part of the policy for one service.
func (p Policy) of(service string) iam.Policy {
	out := iam.Policy{Version: p.policy.Version}
	for i, s := range p.policy.Statements {
		if about, ok := p.needs[i]; !ok || about.Service == service {
			out.Statements = append(out.Statements, s)
		}
	}
	return out
}

// document returns the policy for one service as the template holds it.
func (p Policy) document(service string) map[string]any {
	return p.of(service).Document(func(t string) any { return *expand(t) })
}
