package importer_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// natNetwork has private subnets that reach the internet by NAT gateways.
const natNetwork = placeNetwork + `  App: {Type: "AWS::EC2::SecurityGroup", Properties: {GroupDescription: x, VpcId: !Ref Vpc}}
  ServerA: {Type: "AWS::EC2::Instance", Properties: {SubnetId: !Ref InnerSubnetA, SecurityGroupIds: [!Ref App]}}
  ServerB: {Type: "AWS::EC2::Instance", Properties: {SubnetId: !Ref InnerSubnetB, SecurityGroupIds: [!Ref App]}}
  NatA: {Type: "AWS::EC2::NatGateway", Properties: {SubnetId: !Ref FrontSubnetA, AllocationId: FIRST}}
  TableA: {Type: "AWS::EC2::RouteTable", Properties: {VpcId: !Ref Vpc}}
  ToNatA: {Type: "AWS::EC2::Route", Properties: {RouteTableId: !Ref TableA, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref NatA}}
  InA: {Type: "AWS::EC2::SubnetRouteTableAssociation", Properties: {SubnetId: !Ref InnerSubnetA, RouteTableId: !Ref TableA}}
  TableB: {Type: "AWS::EC2::RouteTable", Properties: {VpcId: !Ref Vpc}}
  ToNatB: {Type: "AWS::EC2::Route", Properties: {RouteTableId: !Ref TableB, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref NatB}}
  InB: {Type: "AWS::EC2::SubnetRouteTableAssociation", Properties: {SubnetId: !Ref InnerSubnetB, RouteTableId: !Ref TableB}}
`

// TestNATAddresses imports NAT gateways. Their addresses stay if the templates name all of them.
func TestNATAddresses(t *testing.T) {
	t.Parallel()
	const (
		first, second = "eipalloc-0aaaaaaaaaaaaaaa1", "eipalloc-0aaaaaaaaaaaaaaa2"
		arn           = `"arn:aws:ec2:eu-west-1:111122223333:elastic-ip/` + first + `"`
		another       = `  NatB: {Type: "AWS::EC2::NatGateway", Properties: {SubnetId: !Ref FrontSubnetB, AllocationId: SECOND}}` + "\n"
		made          = "!GetAtt Address.AllocationId"
		address       = `  Address: {Type: "AWS::EC2::EIP", Properties: {Domain: vpc}}` + "\n"
	)
	for name, c := range map[string]struct {
		template, nat string
		addresses     []string
		residual      string
	}{
		"one for each zone": {strings.NewReplacer("FIRST", arn, "SECOND", second).Replace(natNetwork + another), "", []string{first, second}, ""},
		"single": {
			strings.NewReplacer("FIRST", first, "NatGatewayId: !Ref NatB", "NatGatewayId: !Ref NatA").Replace(natNetwork),
			"single", []string{first}, "",
		},
		"made": {strings.NewReplacer("FIRST", made, "SECOND", second).Replace(natNetwork + another + address), "", nil, "new public addresses"},
	} {
		d, report := imported(t, c.template, true)
		require.NotNil(t, d, name)
		assert.Equal(t, c.nat, d.Network.NAT, name)
		assert.Equal(t, c.addresses, d.Network.NATAddresses, name)
		assert.True(t, report.Verdict.IsEqual(), "%s: %v", name, report.Verdict)
		text := ""
		for _, r := range report.Residual {
			text += r.Text
		}
		assert.Contains(t, text, c.residual, name)
	}
}
