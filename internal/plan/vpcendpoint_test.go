package plan_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/iam"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/plan/summary"
	"github.com/tierwall/tierwall/internal/uses"
)

func granting() arch.Architecture {
	return arch.Architecture{
		Network: arch.Network{Path: "Test/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a", "eu-west-1b"}},
		Tiers:   []arch.Tier{{ID: "App", Kind: arch.App}, {ID: "Worker", Kind: arch.App, Block: 6}},
		Grants: []arch.Grant{
			{Tier: "App", Use: "read s3", Needs: uses.Needs("s3.read", uses.Minimal, uses.Target{ARN: "arn:aws:s3:::uploads"})},
			{Tier: "App", Use: "assume", Needs: uses.Needs("sts.assume", uses.Minimal, uses.Target{ARN: "arn:aws:iam::999999999999:role/theirs"})},
			{Tier: "Worker", Use: "start on eks", Needs: uses.Needs("eks.node", uses.Minimal,
				uses.Target{ARN: "arn:aws:eks:eu-west-1:111122223333:cluster/c"})},
			{Tier: "Worker", Use: "make volumes", Needs: []arch.Need{{Service: "ec2", Actions: []string{"ec2:CreateVolume"},
				Resources: []string{"arn:aws:ec2:eu-west-1:111122223333:volume/*"}}}},
			{Tier: "Worker", Use: "send", Needs: uses.Needs("sqs.send", uses.Minimal, uses.Target{ARN: "arn:aws:sqs:eu-west-1:*:orders"})},
			{Tier: "Worker", Use: "invoke", Needs: uses.Needs("bedrock.invoke", uses.Minimal,
				uses.Target{ARN: "arn:aws:bedrock:eu-west-1::foundation-model/m"})},
		},
		Roles: []arch.TierRole{{Tier: "App", ARN: "arn:aws:iam::111122223333:role/app"}},
	}
}

// TestEndpointsTakeTheirOwnWay: calls of AWS services need no NAT gateway and no default route, and do not pass the firewall.
func TestEndpointsTakeTheirOwnWay(t *testing.T) {
	t.Parallel()
	a := granting()
	a.Network.Inspection = &arch.Inspection{Paths: arch.EgressPath | arch.EastWestPath}
	p := plantest.Make(t, a)
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

// TestOwners: policies require that a resource belongs to the account that its ARN names, or for a bucket to the own account.
func TestOwners(t *testing.T) {
	t.Parallel()
	p := plantest.Make(t, granting())
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
		"s3 s3:GetObject": {"${AWS::AccountId}"}, "s3 s3:GetBucketLocation": {"${AWS::AccountId}"}, "sts sts:AssumeRole": {"999999999999"},
		"bedrock-runtime bedrock:InvokeModel":     {},
		"ecr.dkr ecr:BatchCheckLayerAvailability": {}, "eks eks:DescribeCluster": {"111122223333"}, "ec2 ec2:CreateVolume": {},
		"sqs sqs:GetQueueUrl": {"${AWS::AccountId}"},
	}, only(owners, "s3 s3:GetObject", "s3 s3:GetBucketLocation", "sts sts:AssumeRole", "bedrock-runtime bedrock:InvokeModel",
		"ecr.dkr ecr:BatchCheckLayerAvailability", "eks eks:DescribeCluster", "ec2 ec2:CreateVolume", "sqs sqs:GetQueueUrl"))
}

func only(all map[string][]string, keys ...string) map[string][]string {
	out := map[string][]string{}
	for _, k := range keys {
		out[k] = all[k]
	}
	return out
}

// TestWebIdentity: a caller with a token has no credentials yet, so conditions can be only about the role that it assumes.
func TestWebIdentity(t *testing.T) {
	t.Parallel()
	const pod = "arn:aws:iam::111122223333:role/pod"
	a := granting()
	a.Network.Endpoints.Organization = "o-a1b2c3d4e5"
	a.Grants = []arch.Grant{{Tier: "App", Use: "assume", Needs: uses.Needs("sts.webidentity", uses.Minimal, uses.Target{ARN: pod})}}
	p := plantest.Make(t, a)
	policy := *p.VPCEndpoints[0].Policy
	ask := func(action, role string) iam.Decision {
		return policy.Evaluate(iam.Request{Action: action, Resource: role, Keys: map[string][]string{}}).Decision
	}
	assert.Equal(t, iam.Allowed, ask("sts:AssumeRoleWithWebIdentity", pod))
	assert.NotEqual(t, iam.Allowed, ask("sts:AssumeRoleWithWebIdentity", "arn:aws:iam::111122223333:role/admin"))
	assert.NotEqual(t, iam.Allowed, ask("sts:AssumeRole", pod))
	assert.Empty(t, p.Widenings)
}

// TestEndpointQuota: a VPC has 50 interface endpoints; gateway endpoints do not count.
func TestEndpointQuota(t *testing.T) {
	t.Parallel()
	a := granting()
	grants := a.Grants[:1] // S3.
	for _, name := range catalog.Endpoints() {
		e, _ := catalog.EndpointNamed(name)
		actions := catalog.Actions(e.IAM + ":*")
		if len(grants) == 52 || len(actions) == 0 || catalog.PolicySupport(name) != catalog.Supported {
			continue
		}
		grants = append(grants, arch.Grant{Tier: "App", Use: "use " + name,
			Needs: []arch.Need{{Service: name, Actions: []string{actions[0].Name}, Resources: []string{"*"}}}})
	}
	require.Len(t, grants, 52)
	for n, says := range map[int]string{51: "", 52: "it has 51; AWS allows 50, which can be raised"} {
		a.Grants, a.Network.RulesPerGroup = grants[:n], 100
		p, diags := plantest.MakeBoth(t, a)
		require.NotNil(t, p, diags.String())
		assert.Equal(t, says != "", strings.Contains(diags.String(), "interface endpoints than"), diags)
		assert.Contains(t, diags.String(), says)
	}
}

// TestEndpointTotals: the totals count the endpoints that are made and paid for.
func TestEndpointTotals(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*arch.Architecture){
		", 9 VPC endpoints with 16 interfaces;": func(*arch.Architecture) {},
		", 8 VPC endpoints with 14 interfaces;": func(a *arch.Architecture) {
			a.Network.Endpoints.Imported = []arch.ImportedEndpoint{{Service: "sqs", Group: arch.Operand{Text: "sg-0123456789abcdef0"}}}
		},
		", 1 VPC endpoint;":        func(a *arch.Architecture) { a.Grants = a.Grants[:1] },
		" NAT gateways; ":          func(a *arch.Architecture) { a.Grants, a.Roles = nil, nil },
		"routes, 0 NAT gateways, ": func(*arch.Architecture) {},
	} {
		a := granting()
		change(&a)
		p, diags := plantest.MakeBoth(t, a)
		require.NotNil(t, p, diags.String())
		assert.Contains(t, strings.Join(strings.Fields(summary.Text(p)), " "), want, "without line breaks")
	}
}

// TestUnknownSupport: a policy is a warning if nobody knows whether the service accepts policies, unless NoPolicy names the service.
func TestUnknownSupport(t *testing.T) {
	t.Parallel()
	a := granting()
	a.Grants = append(a.Grants, arch.Grant{Tier: "App", Use: "use airflow.api",
		Needs: []arch.Need{{Service: "airflow.api", Actions: []string{"airflow:GetEnvironment"}, Resources: []string{"*"}}}})
	p, diags := plantest.MakeBoth(t, a)
	require.NotNil(t, p, diags.String())
	assert.Contains(t, diags.String(),
		`if it is false, AWS refuses the endpoint: name it in endpoints.Configure, NoPolicy: []string{"airflow.api"}`)
	assert.Equal(t, "policy-support-unknown[Test/Network:endpoint airflow.api]", diags.With(diag.Warning)[0].ID())
	a.Network.Endpoints.NoPolicy = []string{"airflow.api"}
	p, diags = plantest.MakeBoth(t, a)
	require.NotNil(t, p, diags.String())
	assert.NotContains(t, diags.String(), "airflow")
	assert.Contains(t, summary.Text(p), "NoPolicy says that endpoints of this service take none")
	for _, e := range p.VPCEndpoints {
		assert.Equal(t, e.Service == "airflow.api", e.Policy == nil, e.Service)
	}
}
