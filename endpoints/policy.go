package endpoints

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/iam"
)

// Policy is what an endpoint that is made by hand lets through. Make it with Allow, Statements or Document. The zero Policy lets everything
// through, as AWS does, which is a finding where the service takes policies.
type Policy struct {
	stated bool
	policy iam.Policy
	// needs are what statements of Allow are for, by the statement's place; an endpoint gets those about its own service.
	needs   map[int]arch.Need
	found   diag.List
	problem string
}

// Statement is a statement of a policy.
type Statement struct {
	// Sid names it, with letters and digits; may be empty.
	Sid string
	// Deny has it deny; else it allows.
	Deny bool
	// Actions are as in "s3:GetObject", with * and ?; Resources are ARNs, with * and ?.
	Actions, Resources []string
	// Principals are the ARNs of roles and users, as conditions on aws:PrincipalArn; nil is anybody.
	Principals []string
	// Conditions are further ones, by operator and key: {"StringEquals": {"aws:ResourceAccount": {"111122223333"}}}.
	Conditions map[string]map[string][]string
}

// Allow lets through what uses need of the endpoint, for anybody: limit it with To. What they need of other endpoints is theirs.
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
			p.policy.Statements = append(p.policy.Statements, iam.Statement{Effect: iam.Allow, Principal: iam.Everybody(), Actions: need.Actions,
				Resources: need.Resources})
		}
	}
	return p
}

// To limits the statements so far to principals, by the ARNs of roles and users, but for requests that come without credentials of ours:
// that for a layer of an image has an address that Amazon ECR signed.
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

// Statements is a policy of statements.
func Statements(statements ...Statement) Policy {
	return Policy{stated: true, policy: iam.Policy{Version: iam.Version}}.And(statements...)
}

// And adds statements.
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

// Document is a policy as JSON, which is checked like any other.
func Document(document string) Policy {
	p := Policy{stated: true}
	var value any
	if err := json.Unmarshal([]byte(document), &value); err != nil {
		p.problem = "the policy is no JSON: " + err.Error()
		return p
	}
	p.policy, p.found = iam.Read(value)
	return p
}

// check is what is wrong with the policy for an endpoint.
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
			out.Add(diag.Diagnostic{Rule: "policy-empty", Summary: "a statement names no action, or no resource"})
		}
	}
	if len(policy.Statements) == 0 {
		out.Add(diag.Diagnostic{Rule: "policy-empty", Summary: "the policy has no statement", Detail: "AWS refuses it"})
	}
	return out
}

// of is what the policy says of one service.
func (p Policy) of(service string) iam.Policy {
	out := iam.Policy{Version: p.policy.Version}
	for i, s := range p.policy.Statements {
		if about, ok := p.needs[i]; !ok || about.Service == service {
			out.Statements = append(out.Statements, s)
		}
	}
	return out
}

// document is the policy as the template holds it.
func (p Policy) document(service string) map[string]any {
	return p.of(service).Document(func(t string) any { return *expand(t) })
}

func replacer() *strings.Replacer {
	return strings.NewReplacer(iam.OwnPartition, *awscdk.Aws_PARTITION(), iam.OwnRegion, *awscdk.Aws_REGION(), iam.OwnAccount, *awscdk.Aws_ACCOUNT_ID())
}
