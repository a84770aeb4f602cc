package plan_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/iam"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/use"
)

func granting() arch.Architecture {
	return arch.Architecture{
		Network: arch.Network{Path: "Test/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a", "eu-west-1b"}},
		Tiers:   []arch.Tier{{ID: "App", Kind: arch.App}, {ID: "Worker", Kind: arch.App, Block: 6}},
		Grants: []arch.Grant{
			{Tier: "App", Use: "read s3", Needs: use.Needs("s3.read", use.Minimal, use.Target{ARN: "arn:aws:s3:::uploads"})},
			{Tier: "App", Use: "assume", Needs: use.Needs("sts.assume", use.Minimal, use.Target{ARN: "arn:aws:iam::999999999999:role/theirs"})},
			{Tier: "Worker", Use: "start on eks", Needs: use.Needs("eks.node", use.Minimal, use.Target{ARN: "arn:aws:eks:eu-west-1:111122223333:cluster/c"})},
			{Tier: "Worker", Use: "make volumes", Needs: []arch.Need{{Service: "ec2", Actions: []string{"ec2:CreateVolume"}, Resources: []string{"arn:aws:ec2:eu-west-1:111122223333:volume/*"}}}},
			{Tier: "Worker", Use: "send", Needs: use.Needs("sqs.send", use.Minimal, use.Target{ARN: "arn:aws:sqs:eu-west-1:*:orders"})},
			{Tier: "Worker", Use: "invoke", Needs: use.Needs("bedrock.invoke", use.Minimal, use.Target{ARN: "arn:aws:bedrock:eu-west-1::foundation-model/m"})},
		},
		Roles: []arch.TierRole{{Tier: "App", ARN: "arn:aws:iam::111122223333:role/app"}},
	}
}

// TestEndpointsTakeTheirOwnWay: calls of AWS services need no NAT gateway and no default route, and pass no firewall.
func TestEndpointsTakeTheirOwnWay(t *testing.T) {
	t.Parallel()
	a := granting()
	a.Network.Inspection = &arch.Inspection{Paths: arch.EgressPath | arch.EastWestPath}
	p, diags := plan.Make(a, plantest.Today)
	require.NotNil(t, p, diags.String())
	assert.Empty(t, p.NAT)
	for _, r := range p.Routes {
		assert.NotEqual(t, "0.0.0.0/0", r.Destination.Text, "%v", r)
		assert.Empty(t, r.ToSubnet, "%v", r)
	}
	require.Len(t, p.Model.Flows, 10)
	for _, f := range p.Model.Flows {
		assert.NotEqual(t, arch.Inspected, f.Path.Kind, f.SubjectString())
	}
	for _, g := range p.FirewallGroups {
		for _, r := range g.Rules {
			assert.Empty(t, r.Flows)
		}
	}
}

// TestOwners: resources must be of whom they are said to be, those of buckets of the account.
func TestOwners(t *testing.T) {
	t.Parallel()
	p, diags := plan.Make(granting(), plantest.Today)
	require.NotNil(t, p, diags.String())
	owners := map[string][]string{}
	for _, e := range p.VPCEndpoints {
		for _, s := range e.Policy.Statements {
			values := []string{}
			for _, c := range s.Conditions {
				if c.Key == iam.ResourceAccount {
					values = c.Values
				}
			}
			owners[e.Service+" "+s.Actions[0]] = values
		}
	}
	assert.Equal(t, map[string][]string{
		"s3 s3:GetObject": {"${AWS::AccountId}"}, "s3 s3:GetBucketLocation": {"${AWS::AccountId}"}, "sts sts:AssumeRole": {"999999999999"}, "bedrock-runtime bedrock:InvokeModel": {},
		"ecr.dkr ecr:BatchCheckLayerAvailability": {}, "eks eks:DescribeCluster": {"111122223333"}, "ec2 ec2:CreateVolume": {}, "sqs sqs:GetQueueUrl": {"${AWS::AccountId}"},
	}, only(owners, "s3 s3:GetObject", "s3 s3:GetBucketLocation", "sts sts:AssumeRole", "bedrock-runtime bedrock:InvokeModel", "ecr.dkr ecr:BatchCheckLayerAvailability", "eks eks:DescribeCluster", "ec2 ec2:CreateVolume", "sqs sqs:GetQueueUrl"))
}

func only(all map[string][]string, keys ...string) map[string][]string {
	out := map[string][]string{}
	for _, k := range keys {
		out[k] = all[k]
	}
	return out
}

// TestUnknownSupport: a policy for a service of which nobody says whether it takes any is a warning, and none if that is said.
func TestUnknownSupport(t *testing.T) {
	t.Parallel()
	a := granting()
	a.Grants = append(a.Grants, arch.Grant{Tier: "App", Use: "use airflow.api", Needs: []arch.Need{{Service: "airflow.api", Actions: []string{"airflow:GetEnvironment"}, Resources: []string{"*"}}}})
	p, diags := plan.Make(a, plantest.Today)
	require.NotNil(t, p, diags.String())
	assert.Contains(t, diags.String(), `if it is false, AWS refuses the endpoint: name it in endpoints.Configure, NoPolicy: []string{"airflow.api"}`)
	assert.Equal(t, "policy-support-unknown[Test/Network:endpoint airflow.api]", diags.With(diag.Warning)[0].ID())
	a.Network.Endpoints.NoPolicy = []string{"airflow.api"}
	p, diags = plan.Make(a, plantest.Today)
	require.NotNil(t, p, diags.String())
	assert.NotContains(t, diags.String(), "airflow")
	assert.Contains(t, p.Summary(), "NoPolicy says that endpoints of this service take none")
	for _, e := range p.VPCEndpoints {
		assert.Equal(t, e.Service == "airflow.api", e.Policy == nil, e.Service)
	}
}
