package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/tiers/tierstest"
)

func TestMain(m *testing.M) { tierstest.Main(m) }

func TestWorkloads(t *testing.T) {
	stack := tierstest.Stack(t)
	workloads(stack)
	tierstest.Snapshot(t, stack)
}

type object = map[string]any

// TestOriginal compares our template with the original's calls, field by field. The comments say where they differ, and why.
func TestOriginal(t *testing.T) {
	stack := tierstest.Stack(t)
	workloads(stack)
	var template struct {
		Resources map[string]struct {
			Type       string
			Properties object
		}
	}
	require.NoError(t, json.Unmarshal(tierstest.Template(t, stack), &template))
	byService := map[any]object{}
	tables := 0
	for _, r := range template.Resources {
		switch r.Type {
		case "AWS::EC2::VPCEndpoint":
			byService[r.Properties["ServiceName"]] = r.Properties
		case "AWS::EC2::RouteTable":
			tables++
		}
	}
	require.Len(t, byService, 4, "the original's three, and ssmmessages")
	one := func(service string) (properties, statement object) {
		p := byService["com.amazonaws.us-west-2."+service]
		require.NotNil(t, p, service)
		statements := p["PolicyDocument"].(object)["Statement"].([]any)
		require.Len(t, statements, 1, service)
		assert.Equal(t, "2012-10-17", p["PolicyDocument"].(object)["Version"])
		s := statements[0].(object)
		assert.Equal(t, "Allow", s["Effect"])
		assert.Equal(t, "*", s["Principal"])
		// The original allows every caller in the VPC. Here the policy names the role of the tier and resources of the account.
		assert.Equal(t, object{"aws:PrincipalArn": role}, s["Condition"].(object)["ArnEquals"])
		return p, s
	}

	// create-vpc-endpoint --service-name com.amazonaws.us-west-2.s3 --vpc-endpoint-type Gateway
	s3, policy := one("s3")
	assert.Equal(t, "Gateway", s3["VpcEndpointType"])
	assert.Len(t, s3["RouteTableIds"], 2, "the tables of the tier that uses it")
	assert.Equal(t, 4, tables, "the endpoints' own subnets have tables without this route")
	assert.Equal(t, []any{"s3:GetObject", "s3:PutObject"}, policy["Action"])
	assert.Equal(t, "arn:aws:s3:::my-secure-bucket/*", policy["Resource"])
	assert.Equal(t, object{"aws:ResourceAccount": object{"Ref": "AWS::AccountId"}}, policy["Condition"].(object)["StringEquals"])

	// create-vpc-endpoint --service-name com.amazonaws.us-west-2.ec2 --vpc-endpoint-type Interface
	ec2, policy := one("ec2")
	assert.ElementsMatch(t, []any{"ec2:DescribeInstances", "ec2:DescribeImages", "ec2:DescribeSnapshots"}, policy["Action"])
	assert.Equal(t, "*", policy["Resource"])

	// create-vpc-endpoint --service-name com.amazonaws.us-west-2.ssm: the original gives it no policy. It also lacks the endpoint ssmmessages,
	// without which no session opens.
	ssm, policy := one("ssm")
	assert.Contains(t, policy["Action"], "ssm:UpdateInstanceInformation")
	messages, policy := one("ssmmessages")
	assert.Contains(t, policy["Action"], "ssmmessages:OpenControlChannel")
	for _, p := range []object{ec2, ssm, messages} {
		assert.Equal(t, "Interface", p["VpcEndpointType"])
		assert.Equal(t, true, p["PrivateDnsEnabled"])
		assert.Len(t, p["SubnetIds"], 2)
		assert.Len(t, p["SecurityGroupIds"], 1)
	}

	// tag-specifications: names are made from paths, so that two networks have different names.
	assert.Equal(t, []any{object{"Key": "Name", "Value": "Test/Network/Gateway-s3"}}, s3["Tags"])

	// create-security-group VPCEndpoint-SG, authorize-security-group-ingress --protocol tcp --port 443 --source-group: here each endpoint has
	// a group of its own. The group admits the groups of the tiers that use the endpoint on port 443, and nothing else.
	rules := 0
	for id, r := range template.Resources {
		ingress, _ := r.Properties["SecurityGroupIngress"].([]any)
		if r.Type != "AWS::EC2::SecurityGroup" || len(ingress) == 0 {
			continue
		}
		for _, rule := range ingress {
			rules++
			rule := rule.(object)
			assert.Equal(t, []any{"tcp", 443.0, 443.0}, []any{rule["IpProtocol"], rule["FromPort"], rule["ToPort"]}, id)
			assert.Contains(t, rule["SourceSecurityGroupId"].(object)["Fn::GetAtt"].([]any)[0], "App")
		}
	}
	assert.Equal(t, 3, rules)
}

// TestCalls: the app may get and put objects of its bucket and may make no other calls.
func TestCalls(t *testing.T) {
	stack := tierstest.Stack(t)
	workloads(stack)
	const object = "arn:aws:s3:::my-secure-bucket/report"
	tierstest.RequireCalls(t, stack, "s3", []tierstest.Call{
		{As: role, Action: "s3:GetObject", Resource: object},
		{As: role, Action: "s3:PutObject", Resource: object},
		{As: role, Action: "s3:DeleteObject", Resource: object, Denied: true},
		{As: role, Action: "s3:PutObject", Resource: "arn:aws:s3:::somebody-elses/report", Denied: true},
		{As: role, Action: "s3:GetObject", Resource: object, Keys: map[string]string{"aws:ResourceAccount": "another account"}, Denied: true},
		{As: "arn:aws:iam::999999999999:role/theirs", Action: "s3:PutObject", Resource: object, Denied: true},
		{Action: "s3:GetObject", Resource: object, Denied: true},
	})
	tierstest.RequireNoOtherCalls(t, stack, "s3", []tierstest.Call{
		{As: role, Action: "s3:GetObject", Resource: "arn:aws:s3:::my-secure-bucket/*"},
		{As: role, Action: "s3:PutObject", Resource: "arn:aws:s3:::my-secure-bucket/*"},
	})
}
