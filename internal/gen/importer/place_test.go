package importer_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/importer"
)

// placeNetwork has public and private subnets. The internet reaches what is in the public ones.
const placeNetwork = `
Resources:
  Vpc: {Type: "AWS::EC2::VPC", Properties: {CidrBlock: 10.20.0.0/16}}
  Gateway: {Type: "AWS::EC2::InternetGateway"}
  Attachment: {Type: "AWS::EC2::VPCGatewayAttachment", Properties: {VpcId: !Ref Vpc, InternetGatewayId: !Ref Gateway}}
  FrontSubnetA:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.20.16.0/24, AvailabilityZone: eu-west-1a,
      MapPublicIpOnLaunch: true, Tags: [{Key: Tier, Value: outer}]}
  FrontSubnetB:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.20.17.0/24, AvailabilityZone: eu-west-1b,
      MapPublicIpOnLaunch: true, Tags: [{Key: Tier, Value: outer}]}
  InnerSubnetA:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.20.48.0/24, AvailabilityZone: eu-west-1a, Tags: [{Key: Tier, Value: inner}]}
  InnerSubnetB:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.20.49.0/24, AvailabilityZone: eu-west-1b, Tags: [{Key: Tier, Value: inner}]}
  Table: {Type: "AWS::EC2::RouteTable", Properties: {VpcId: !Ref Vpc}}
  Route: {Type: "AWS::EC2::Route", Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway}}
  FrontA: {Type: "AWS::EC2::SubnetRouteTableAssociation", Properties: {SubnetId: !Ref FrontSubnetA, RouteTableId: !Ref Table}}
  FrontB: {Type: "AWS::EC2::SubnetRouteTableAssociation", Properties: {SubnetId: !Ref FrontSubnetB, RouteTableId: !Ref Table}}
`

// openGroup is a group without rules, which may send to the internet where a route leads there.
const openGroup = `Group: {Type: "AWS::EC2::SecurityGroup", Properties: {GroupDescription: x, VpcId: !Ref Vpc}}`

// TestPlace imports a group that no interface wears. It is where the templates say, or nothing is proven.
func TestPlace(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ resources, subnets, why string }{
		"mention": {
			strings.ReplaceAll(openGroup, "Group:", "Workers:") +
				"\n  Config: {Type: \"AWS::SSM::Parameter\", Properties: {Value: !Join [\",\", [!Ref Workers, !Ref InnerSubnetA, !Ref InnerSubnetB]]}}",
			"10.20.48.0/24,10.20.49.0/24", "AWS::SSM::Parameter Config names it and them",
		},
		"tag": {
			`Workers: {Type: "AWS::EC2::SecurityGroup", Properties: {GroupDescription: x, VpcId: !Ref Vpc, Tags: [{Key: tier, Value: inner}]}}`,
			"10.20.48.0/24,10.20.49.0/24", "it and they have the tag tier=inner",
		},
		"name": {strings.ReplaceAll(openGroup, "Group:", "InnerSecurityGroup:"), "10.20.48.0/24,10.20.49.0/24", "its name and theirs say so"},
		"rules": {
			`Workers: {Type: "AWS::EC2::SecurityGroup", Properties: {GroupDescription: x, VpcId: !Ref Vpc,
    SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}],
    SecurityGroupEgress: [{IpProtocol: icmp, FromPort: 252, ToPort: 86, CidrIp: 255.255.255.255/32}]}}`,
			"10.20.16.0/24,10.20.17.0/24", "all that its rules allow gets through only there",
		},
		"nothing": {strings.ReplaceAll(openGroup, "Group:", "Workers:"), "", ""},
		"no difference": {
			`Workers: {Type: "AWS::EC2::SecurityGroup", Properties: {GroupDescription: x, VpcId: !Ref Vpc,
    SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.20.48.0/23}]}}`, "", "",
		},
	} {
		d, report := imported(t, placeNetwork+"  "+c.resources+"\n", true)
		require.NotNil(t, d, "%s: %v", name, report.Residual)
		require.Len(t, d.Tiers, 1, name)
		assert.Empty(t, report.Verdict.Wider, name)
		assert.Equal(t, c.subnets, strings.Join(d.Tiers[0].Subnets, ","), name)
		assert.Equal(t, name == "nothing", len(report.Verdict.Unproven) > 0, "%s: %v", name, report.Verdict.Unproven)
		assert.Contains(t, strings.Join(report.Assumptions, "\n"), c.why, name)
	}
}

// imported imports one template.
func imported(t *testing.T, template string, exact bool) (*document.Document, importer.Report) {
	t.Helper()
	a, err := cfn.Read("shop.yaml", []byte(template), nil)
	require.NoError(t, err)
	return importer.Import(a, importer.Options{Exact: exact, Today: today})
}
