package importer_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// manyGroups returns a template with n groups with an instance each, which call each other in a chain, and with more resources.
func manyGroups(n int, rules func(group int) string) string {
	var b strings.Builder
	b.WriteString(placeNetwork)
	for g := range n {
		fmt.Fprintf(&b, `  T%dGroup:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: x, VpcId: !Ref Vpc, %s}
  T%dServer: {Type: "AWS::EC2::Instance", Properties: {SubnetId: !Ref InnerSubnetA, SecurityGroupIds: [!Ref T%dGroup]}}
`, g, rules(g), g, g)
	}
	return b.String()
}

// ingress writes rules on several ports, each with its own peer.
func ingress(count int, peer func(n int) string) string {
	var in []string
	for n := range count {
		in = append(in, fmt.Sprintf("{IpProtocol: tcp, FromPort: %d, ToPort: %d, %s}", 8000+2*n, 8000+2*n, peer(n)))
	}
	return "SecurityGroupIngress: [" + strings.Join(in, ", ") + "]"
}

// TestNestedFallback imports a network that does not fit into one template.
func TestNestedFallback(t *testing.T) {
	t.Parallel()
	d, report := imported(t, manyGroups(60, func(group int) string {
		return ingress(12, func(n int) string { return fmt.Sprintf("SourceSecurityGroupId: !Ref T%dGroup", (group+n+1)%60) })
	}), false)
	require.NotNil(t, d, "%v", report.Residual)
	assert.Equal(t, "nested-stacks", d.Network.Layout)
	assert.Empty(t, report.Verdict.Wider)
	assert.Len(t, d.Tiers, 60)
	assert.Len(t, d.Flows, 60*12)
}

// TestRaisedQuota imports a group with more rules than AWS allows without a request: the account has a higher quota.
func TestRaisedQuota(t *testing.T) {
	t.Parallel()
	d, report := imported(t, manyGroups(2, func(group int) string {
		if group == 1 {
			return "SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 1, ToPort: 65535, DestinationSecurityGroupId: !Ref T0Group}]"
		}
		return ingress(80, func(int) string { return "SourceSecurityGroupId: !Ref T1Group" })
	}), true)
	require.NotNil(t, d, "%v", report.Residual)
	assert.Equal(t, 81, d.Network.RulesPerGroup)
	assert.Contains(t, strings.Join(report.Assumptions, "\n"), "at least 81")
	assert.Empty(t, report.Verdict.Wider)
}

// TestIncidentalQuota imports 70 groups that may reach one that is open to all: what no rule means does not fit, and the report says so.
func TestIncidentalQuota(t *testing.T) {
	t.Parallel()
	d, report := imported(t, manyGroups(70, func(group int) string {
		if group > 0 {
			return "Tags: []"
		}
		return "SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}]"
	}), true)
	require.NotNil(t, d, "%v", report.Residual)
	assert.Zero(t, d.Network.RulesPerGroup)
	assert.Empty(t, report.Verdict.Wider)
	assert.Len(t, report.Verdict.Narrower, 70)
	for _, less := range report.Verdict.Narrower {
		assert.Contains(t, less.Reason, "more rules than AWS allows", less.String())
	}
}

// TestOneFamily imports a dual-stack network with rules on one family. A flow is open in both, so IPv6 cannot be kept.
func TestOneFamily(t *testing.T) {
	t.Parallel()
	const dual = `  Six: {Type: "AWS::EC2::VPCCidrBlock", Properties: {VpcId: !Ref Vpc, AmazonProvidedIpv6CidrBlock: true}}
  Route6: {Type: "AWS::EC2::Route", Properties: {RouteTableId: !Ref Table, DestinationIpv6CidrBlock: "::/0", GatewayId: !Ref Gateway}}
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: x
      VpcId: !Ref Vpc
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}]
      SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIpv6: "::/0"}]
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {Type: application, Scheme: internet-facing, Subnets: [!Ref FrontSubnetA, !Ref FrontSubnetB], SecurityGroups: [!Ref Web]}
`
	six := ", Ipv6CidrBlock: !Select [0, !Cidr [!Select [0, !GetAtt Vpc.Ipv6CidrBlocks], 4, 64]], Tags: [{Key: Tier, Value: outer}]"
	d, report := imported(t, strings.ReplaceAll(placeNetwork, ", Tags: [{Key: Tier, Value: outer}]", six)+dual, true)
	require.NotNil(t, d, "%v", report.Residual)
	assert.Empty(t, report.Verdict.Wider)
	assert.NotEmpty(t, report.Verdict.Narrower)
	assert.False(t, d.Network.IPv6)
}
