package plan_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/iam"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/uses"
)

// granted is a network of tiers with a role and ten grants each: some for what all tiers use, some for resources of their own.
func granted(tiers int, width uses.Width) arch.Architecture {
	a := arch.Architecture{Network: arch.Network{
		Path: "Bench/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a", "eu-west-1b"}, RulesPerGroup: 1000,
		NetworkACLs: arch.NetworkACLsOff,
		Layout:      arch.NestedStacks,
	}}
	for i := range tiers {
		id := fmt.Sprintf("App%03d", i)
		t := arch.Tier{ID: id, Kind: arch.App}
		if i > 0 {
			t.SharesWith = "App000"
		}
		a.Tiers = append(a.Tiers, t)
		a.Roles = append(a.Roles, arch.TierRole{Tier: id, ARN: "arn:aws:iam::111122223333:role/" + id})
		for name, target := range map[string]uses.Target{
			"s3.read": {ARN: "arn:aws:s3:::assets"}, "s3.write": {ARN: "arn:aws:s3:::reports", Keys: id + "/*"},
			"sqs.consume": {ARN: "arn:aws:sqs:eu-west-1:111122223333:" + id}, "sqs.send": {ARN: "arn:aws:sqs:eu-west-1:111122223333:events"},
			"secretsmanager.read": {ARN: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:" + id + "-AbCdEf"},
			"ssm.read":            {ARN: "arn:aws:ssm:eu-west-1:111122223333:parameter/shared/*"},
			"logs.write":          {ARN: "arn:aws:logs:eu-west-1:111122223333:log-group:" + id + ":*"}, "metrics.put": {},
			"ecr.pull":      {ARN: "arn:aws:ecr:eu-west-1:111122223333:repository/app"},
			"dynamodb.read": {ARN: "arn:aws:dynamodb:eu-west-1:111122223333:table/catalogue"},
		} {
			a.Grants = append(a.Grants, arch.Grant{Tier: id, Use: name, Needs: uses.Needs(name, width, target)})
		}
	}
	return a
}

// BenchmarkEndpointPolicies derives the policies of all endpoints. It reports the longest policy, and how long it would be as the
// plain union of the grants, with the actions of the CDK library's grants, and with AnyRole.
func BenchmarkEndpointPolicies(b *testing.B) {
	for _, tiers := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("grants=%d", 10*tiers), func(b *testing.B) {
			anyRole := false
			longest := func(width uses.Width) (derived, union int) {
				a := granted(tiers, width)
				a.Network.Endpoints.AnyRole = anyRole
				m, diags := arch.Check(a, plantest.Today)
				require.NoError(b, diags.Err())
				for key := range keysOf(m) {
					size, _ := plan.Granted(m, key).Size()
					derived = max(derived, size)
					union = max(union, unionOf(b, m, key))
				}
				return derived, union
			}
			m, diags := arch.Check(granted(tiers, uses.Minimal), plantest.Today)
			require.NoError(b, diags.Err())
			keys := keysOf(m)
			for b.Loop() {
				for key := range keys {
					plan.Granted(m, key)
				}
			}
			derived, union := longest(uses.Minimal)
			cdk, _ := longest(uses.AsCDK)
			anyRole = true
			together, _ := longest(uses.Minimal)
			b.ReportMetric(float64(derived), "chars")
			b.ReportMetric(float64(union), "union-chars")
			b.ReportMetric(float64(cdk), "cdk-chars")
			b.ReportMetric(float64(together), "any-role-chars")
		})
	}
}

func keysOf(m *arch.Model) map[arch.EndpointKey]bool {
	keys := map[arch.EndpointKey]bool{}
	for _, g := range m.Grants {
		for _, need := range g.Needs {
			keys[need.Key()] = true
		}
	}
	return keys
}

// unionOf is the length of a policy with a statement for each need.
func unionOf(b *testing.B, m *arch.Model, key arch.EndpointKey) int {
	p := iam.Policy{Version: iam.Version}
	for _, g := range m.Grants {
		for _, need := range g.Needs {
			if need.Key() == key {
				p.Statements = append(p.Statements, iam.Statement{
					Effect: iam.Allow, Principal: iam.Everybody(), Actions: need.Actions, Resources: need.Resources,
					Conditions: []iam.Condition{{Operator: "ArnEquals", Key: iam.PrincipalArn,
						Values: []string{"arn:aws:iam::111122223333:role/" + g.Tier}},
						{Operator: "StringEquals", Key: iam.ResourceAccount, Values: []string{"${AWS::AccountId}"}}},
				})
			}
		}
	}
	data, err := json.Marshal(p.Document(iam.Text))
	require.NoError(b, err)
	return len(data)
}
