package reach_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/reach"
)

// TestMatrixFollowsTheCaller: a matrix is kept until the caller says something else about the topology.
func TestMatrixFollowsTheCaller(t *testing.T) {
	t.Parallel()
	const template = twoSubnets + `
  Gw: {Type: AWS::EC2::InternetGateway}
  At: {Type: AWS::EC2::VPCGatewayAttachment, Properties: {VpcId: !Ref Vpc, InternetGatewayId: !Ref Gw}}
  T: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Ta: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref A, RouteTableId: !Ref T}}
  R: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref T, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gw}}
  E: {Type: AWS::EC2::VPCEndpoint, Properties: {VpcId: !Ref Vpc, ServiceName: com.amazonaws.eu-west-1.s3, RouteTableIds: [!Ref T]}}
  G: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: g, VpcId: !Ref Vpc, SecurityGroupEgress: [
    {IpProtocol: tcp, FromPort: 443, ToPort: 443, DestinationPrefixListId: pl-1},
    {IpProtocol: tcp, FromPort: 25, ToPort: 25, CidrIp: 198.51.100.0/24}]}}
`
	rows := func(top *reach.Topology) (out []string) {
		for _, r := range top.Matrix().Rows {
			out = append(out, fmt.Sprintln(r.From, r.To, r.Carried))
		}
		return out
	}
	for name, say := range map[string]func(*reach.Topology){
		"the place of a group":  func(top *reach.Topology) { top.Place(top.Groups[0], top.Subnets[1:]) },
		"the list of a gateway": func(top *reach.Topology) { top.AssumeList("s3", reach.Peer{List: "pl-1"}) },
	} {
		asked, fresh := build(t, template), build(t, template)
		before := rows(asked)
		say(asked)
		say(fresh)
		assert.Equal(t, rows(fresh), rows(asked), name)
		assert.NotEqual(t, before, rows(asked), name)
	}
}
