package importer_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/gen/importer"
)

// publicServer is a network with a server that the internet reaches.
const publicServer = `Resources:
  Vpc: {Type: "AWS::EC2::VPC", Properties: {CidrBlock: 10.0.0.0/16}}
  Gateway: {Type: "AWS::EC2::InternetGateway"}
  Attachment: {Type: "AWS::EC2::VPCGatewayAttachment", Properties: {VpcId: !Ref Vpc, InternetGatewayId: !Ref Gateway}}
  Subnet:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.128.0/24, AvailabilityZone: eu-west-1a, MapPublicIpOnLaunch: true}
  Table: {Type: "AWS::EC2::RouteTable", Properties: {VpcId: !Ref Vpc}}
  Route: {Type: "AWS::EC2::Route", Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway}}
  InTable: {Type: "AWS::EC2::SubnetRouteTableAssociation", Properties: {SubnetId: !Ref Subnet, RouteTableId: !Ref Table}}
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {Type: network, Subnets: [!Ref Subnet], SecurityGroups: [!Ref BalancerGroup]}
  BalancerGroup:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: x
      VpcId: !Ref Vpc
      SecurityGroupEgress: [{IpProtocol: icmp, FromPort: 252, ToPort: 86, CidrIp: 255.255.255.255/32}]
      `

// TestManyRules imports a group with far more rules than AWS allows. It ends, and what it leaves out is told.
func TestManyRules(t *testing.T) {
	t.Parallel()
	rules := ingress(10_000, func(n int) string { return fmt.Sprintf("CidrIp: 198.51.%d.%d/32", n/256, n%256) })
	d, report := imported(t, publicServer+rules, true)
	assert.Nil(t, d)
	assert.Contains(t, fmt.Sprint(report.Residual), "10000 rules or more, and AWS allows 1000 at most")
}

// TestTooManyGroups imports more groups than a network can have: the report says so, and there is no document.
func TestTooManyGroups(t *testing.T) {
	t.Parallel()
	a, err := cfn.Read("Many.json", []byte(chainOfGroups(600, 0)), nil)
	require.NoError(t, err)
	d, report := importer.Import(a, importer.Options{Today: today})
	assert.Nil(t, d)
	assert.Contains(t, fmt.Sprint(report.Residual), "the network does not fit")
	assert.Contains(t, fmt.Sprint(report.Residual), "no architecture of 600 groups could be made")
}
