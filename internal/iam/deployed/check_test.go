package deployed_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/iam"
	"github.com/tierwall/tierwall/internal/iam/deployed"
)

// endpointsOf reads the endpoints of a template with the given resources, in YAML.
func endpointsOf(t *testing.T, resources string) []deployed.Endpoint {
	t.Helper()
	a, err := cfn.Read("t.yaml", []byte("Resources:\n"+resources), nil)
	require.NoError(t, err)
	return deployed.Read(a)
}

// endpoint returns an endpoint with properties, in YAML on one line.
func endpoint(id, properties string) string {
	return fmt.Sprintf("  %s: {Type: AWS::EC2::VPCEndpoint, Properties: {VpcId: vpc-1, %s}}\n", id, properties)
}

// rulesOf returns the findings, as "rule line".
func rulesOf(all []deployed.Endpoint) []string {
	out := []string{}
	for _, list := range deployed.Check(all) {
		for _, d := range list {
			out = append(out, fmt.Sprintf("%s %s", d.Rule, strings.TrimPrefix(d.Where(), "t.yaml:")))
		}
	}
	return out
}

func TestCheck(t *testing.T) {
	t.Parallel()
	const (
		open = `PolicyDocument: {Version: "2012-10-17", Statement: {Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: ` +
			`"arn:aws:s3:::b/*"}}`
		inside = "VpcEndpointType: Interface, PrivateDnsEnabled: true, ServiceName: com.amazonaws.eu-west-1.s3, " + open
		s3     = "ServiceName: com.amazonaws.eu-west-1.s3, RouteTableIds: [rtb-1], " + open
		v6     = "  Six: {Type: AWS::EC2::VPCCidrBlock, Properties: {VpcId: vpc-1, AmazonProvidedIpv6CidrBlock: true}}\n"
		other6 = "  Six: {Type: AWS::EC2::VPCCidrBlock, Properties: {VpcId: vpc-2, AmazonProvidedIpv6CidrBlock: true}}\n"
		subnet = "  Six: {Type: AWS::EC2::Subnet, Properties: {VpcId: vpc-1, CidrBlock: 10.0.0.0/24, Ipv6CidrBlock: \"2001:db8::/64\"}}\n"
		table  = `ServiceName: com.amazonaws.eu-west-1.dynamodb, RouteTableIds: [rtb-1], ` +
			`PolicyDocument: {Version: "2012-10-17", Statement: {Effect: Allow, Principal: "*", Action: "dynamodb:GetItem", Resource: "*"}}`
		ecr = `VpcEndpointType: Interface, ServiceName: com.amazonaws.eu-west-1.ecr.api, ` +
			`PolicyDocument: {Version: "2012-10-17", Statement: {Effect: Allow, Principal: "*", Action: "ecr:BatchGetImage", Resource: "*"}}`
	)
	for name, row := range map[string]struct {
		resources string
		want      []string
	}{
		"right": {endpoint("E", s3), []string{}},
		"a name that is no service": {endpoint("E", "VpcEndpointType: Interface, ServiceName: com.amazonaws.eu-west-1.smm"),
			[]string{"endpoint-service-unknown 2"}},
		"an interface's service": {endpoint("E", "ServiceName: com.amazonaws.eu-west-1.pipes"), []string{"endpoint-type 2"}},
		"somebody's own service": {endpoint("E", "VpcEndpointType: Interface, ServiceName: com.amazonaws.vpce.eu-west-1.vpce-svc-1"),
			[]string{}},
		"somebody's own policy": {endpoint("E", `VpcEndpointType: Interface, ServiceName: com.amazonaws.vpce.eu-west-1.vpce-svc-1, `+
			`PolicyDocument: {Version: "2012-10-17", Statement: {Effect: Deny, Principal: "*", Action: "*", Resource: "*"}}`),
			[]string{"policy-deny-only 2"}},
		"no service before the deployment": {endpoint("E", "VpcEndpointType: Interface, ServiceName: !ImportValue service"), []string{}},
		"two in a table":                   {endpoint("E", s3) + endpoint("F", s3), []string{"endpoint-twice 3"}},
		"two in two tables":                {endpoint("E", s3) + endpoint("F", strings.ReplaceAll(s3, "rtb-1", "rtb-2")), []string{}},
		"IPv6 goes around":                 {endpoint("E", s3) + v6, []string{"endpoint-ipv6 2"}},
		"IPv6 of a subnet goes around":     {endpoint("E", s3+", IpAddressType: ipv4") + subnet, []string{"endpoint-ipv6 2"}},
		"both go through":                  {endpoint("E", s3+", IpAddressType: dualstack") + v6, []string{}},
		"IPv6 of another VPC":              {endpoint("E", s3) + other6, []string{}},
		"DynamoDB is for IPv4":             {endpoint("E", table+", IpAddressType: dualstack"), []string{"endpoint-address-type 2"}},
		"IPv6 around DynamoDB":             {endpoint("E", table) + v6, []string{"endpoint-ipv6 2"}},
		"an interface is no route":         {endpoint("E", ecr) + v6, []string{}},
		"records of what it has not": {endpoint("E", ecr+", IpAddressType: ipv4, DnsOptions: {DnsRecordIpType: dualstack}"),
			[]string{"endpoint-record-type 2"}},
		"private names of S3":                  {endpoint("E", inside), []string{"endpoint-private-names 2"}},
		"private names of S3 beside a gateway": {endpoint("E", inside) + endpoint("F", s3), []string{}},
		"private names of S3 for all": {
			endpoint("E", inside+", DnsOptions: {PrivateDnsOnlyForInboundResolverEndpoint: AllResolvers}"), []string{},
		},
		"records of what it has": {endpoint("E", ecr+", IpAddressType: dualstack, DnsOptions: {DnsRecordIpType: ipv6}"), []string{}},
	} {
		assert.Equal(t, row.want, rulesOf(endpointsOf(t, row.resources)), name)
	}
}

// TestLines: findings name their line, in YAML and in JSON.
func TestLines(t *testing.T) {
	t.Parallel()
	const head, statement = `{"Resources": {"E": {"Type": "AWS::EC2::VPCEndpoint",
"Properties": {"VpcId": "vpc-1", "VpcEndpointType": "Interface", "ServiceName": "com.amazonaws.eu-west-1.sqs",
"PolicyDocument": {"Version": "2012-10-17", "Statement": `, `{
"Effect": "Allow", "Principal": "*",
"Action": ["sqs:SendMessage",
"sqs:SendMesage"],
"Resource": "*",
"Condition": {"StringEquals":
{"cognito-identity.amazonaws.com:aud": "x", "SourceVpc":
"vpc-1"}}}`
	for text, want := range map[string]string{
		head + statement + "}}}}}":             "policy-action-unknown 6, policy-key 9",
		head + "[\n" + statement + "\n]}}}}}":  "policy-action-unknown 7, policy-key 10",
		head + `{"Effect": "Allow"` + "}}}}}}": "policy-principal 3, policy-syntax 3, policy-syntax 3",
	} {
		a, err := cfn.Read("t.yaml", []byte(text), nil)
		require.NoError(t, err)
		got := rulesOf(deployed.Read(a))
		assert.ElementsMatch(t, strings.Split(want, ", "), got, text)
	}
}

// TestIDs: each finding has its own id.
func TestIDs(t *testing.T) {
	t.Parallel()
	all := endpointsOf(t, endpoint("E", `VpcEndpointType: Interface, ServiceName: com.amazonaws.eu-west-1.sqs,
		PolicyDocument: {Version: "2012-10-17",
    Statement: {Effect: Allow, Principal: "*", Action: ["sqs:A", "sqs:B"], Resource: "*"}}`))
	var ids []string
	for _, d := range deployed.Check(all)[0] {
		ids = append(ids, d.ID())
	}
	assert.Equal(t, []string{"policy-action-unknown[t/E:Statement[0].Action[0]]", "policy-action-unknown[t/E:Statement[0].Action[1]]"}, ids)
}

// TestEvaluate: the endpoint's properties in the template are part of each request.
func TestEvaluate(t *testing.T) {
	t.Parallel()
	policy := func(rest string) string {
		return `PolicyDocument: {Version: "2012-10-17", Statement: {Effect: Allow, Action: "*", Resource: "*", ` + rest + `}}`
	}
	const role = "arn:aws:iam::111122223333:role/app"
	for name, row := range map[string]struct {
		properties string
		want       iam.Decision
	}{
		"the VPC": {"ServiceName: com.amazonaws.eu-west-1.s3, " +
			policy(`Principal: "*", Condition: {StringEquals: {"aws:SourceVpc": vpc-1}}`), iam.Allowed},
		"another VPC": {"ServiceName: com.amazonaws.eu-west-1.s3, " +
			policy(`Principal: "*", Condition: {StringEquals: {"aws:SourceVpc": vpc-2}}`), iam.Unmatched},
		"the Region": {"ServiceName: com.amazonaws.eu-west-1.s3, " +
			policy(`Principal: "*", Condition: {StringEquals: {"aws:RequestedRegion": eu-west-1}}`), iam.Allowed},
		"the Region's name": {"ServiceName: com.amazonaws.eu-west-1.ecr.api, VpcEndpointType: Interface, " +
			policy(`Principal: "*", Condition: {StringEquals: {"aws:RequestedRegion": eu-west-1}}`), iam.Allowed},
		"the other Region": {"ServiceName: com.amazonaws.eu-west-1.kms, VpcEndpointType: Interface, ServiceRegion: us-west-2, " +
			policy(`Principal: "*", Condition: {StringEquals: {"aws:RequestedRegion": us-west-2}}`), iam.Allowed},
		"a gateway's account": {"ServiceName: com.amazonaws.eu-west-1.s3, " + policy(`Principal: {AWS: "111122223333"}`), iam.Unmatched},
		"an account": {"ServiceName: com.amazonaws.eu-west-1.s3, VpcEndpointType: Interface, " +
			policy(`Principal: {AWS: "111122223333"}`), iam.Allowed},
		"no policy": {"ServiceName: com.amazonaws.eu-west-1.s3", iam.Allowed},
	} {
		all := endpointsOf(t, endpoint("E", row.properties))
		require.Len(t, all, 1)
		got := all[0].Evaluate(iam.Request{Principal: role, Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k"})
		assert.Equal(t, row.want, got.Decision, "%s: %s", name, got.Decision)
	}
}

// TestUnknownPolicies: a policy that may be another one at deployment decides nothing.
func TestUnknownPolicies(t *testing.T) {
	t.Parallel()
	const call = "arn:aws:s3:::b/k"
	const s3 = "ServiceName: com.amazonaws.eu-west-1.s3"
	const atDeployment = "the policy is known only at deployment"
	for text, why := range map[string]string{
		"Transform: Theirs\nResources:\n" +
			endpoint("E", s3): "the macro Theirs may replace it at deployment",
		"Resources:\n" + endpoint("E", s3+", PolicyDocument: {'Fn::Transform': {Name: Theirs}}"):       atDeployment,
		"Parameters: {P: {Type: String}}\nResources:\n" + endpoint("E", s3+", PolicyDocument: !Ref P"): atDeployment,
	} {
		a, err := cfn.Read("t.yaml", []byte(text), nil)
		require.NoError(t, err)
		all := deployed.Read(a)
		require.Len(t, all, 1, text)
		got := all[0].Evaluate(iam.Request{Action: "s3:GetObject", Resource: call})
		assert.Equal(t, iam.Unknown, got.Decision, text)
		assert.Equal(t, []string{why}, got.Unknown, text)
		assert.Empty(t, rulesOf(all), text)
	}
}

func TestNotes(t *testing.T) {
	t.Parallel()
	signal := func(condition string) string {
		return `VpcEndpointType: Interface, ServiceName: com.amazonaws.eu-west-1.cloudformation, PolicyDocument: {Version: "2012-10-17", ` +
			`Statement: {Effect: Allow, Principal: "*", Action: "cloudformation:SignalResource", Resource: "*"` + condition + `}}`
	}
	for properties, says := range map[string][]string{
		"VpcEndpointType: Interface, ServiceName: com.amazonaws.eu-west-1.sts": {"sts.amazonaws.com, the global name of AWS STS, does not lead " +
			"here"},
		"ServiceName: com.amazonaws.eu-west-1.s3":                              {"buckets of eu-west-1 alone"},
		"ServiceName: !Sub 'com.amazonaws.${AWS::Region}.dynamodb'":            {"tables of its Region alone"},
		"VpcEndpointType: Interface, ServiceName: com.amazonaws.eu-west-1.sqs": {},
		signal(""): {"cloudformation-waitcondition-eu-west-1"},
		signal(`, Condition: {ArnEquals: {"aws:PrincipalArn": "arn:aws:iam::1:role/a"}}`): {"cloudformation-waitcondition-eu-west-1",
			"identity document"},
	} {
		notes := endpointsOf(t, endpoint("E", properties))[0].Notes()
		require.Len(t, notes, len(says), properties)
		for i, n := range notes {
			assert.Contains(t, n, says[i])
		}
	}
}
