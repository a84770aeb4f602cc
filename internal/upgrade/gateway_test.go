package upgrade

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// The gateway of an existing attachment is exchanged in place, by detaching the former one.
func TestGateways(t *testing.T) {
	t.Parallel()
	attached := func(properties string) string {
		return resource("One", "EC2::InternetGateway", "") + resource("Two", "EC2::InternetGateway", "") +
			resource("Attached", "EC2::VPCGatewayAttachment", "VpcId: !Ref Vpc, "+properties)
	}
	for name, c := range map[string]struct {
		before, after string
		want          []string
	}{
		"another internet gateway": {attached("InternetGatewayId: !Ref One"), attached("InternetGatewayId: !Ref Two"),
			[]string{"gateway-exchanged[Shop/Attached:InternetGatewayId]"}},
		"no rule is left": {attached("InternetGatewayId: !Ref One, VpnGatewayId: vgw-1"), attached("VpnGatewayId: vgw-1"),
			[]string{"gateway-exchanged[Shop/Attached:InternetGatewayId]"}},
		"another private gateway": {attached("VpnGatewayId: vgw-1"), attached("VpnGatewayId: vgw-2"),
			[]string{"gateway-exchanged[Shop/Attached:VpnGatewayId]"}},
		"the same":         {attached("InternetGatewayId: !Ref One"), attached("InternetGatewayId: !GetAtt One.InternetGatewayId"), nil},
		"a second gateway": {attached("InternetGatewayId: !Ref One"), attached("InternetGatewayId: !Ref One, VpnGatewayId: vgw-1"), nil},
		"a new one":        {"", attached("InternetGatewayId: !Ref One"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := Check(add(t, c.before), add(t, c.after))
			assert.Equal(t, c.want, ids(found), "%s", found)
		})
	}
}

// Associations and peerings with a new logical id collide with the former ones.
func TestAssociationsWithNewLogicalIDs(t *testing.T) {
	t.Parallel()
	address := func(id, properties string) string { return resource(id, "EC2::EIPAssociation", properties) }
	peering := func(id, properties string) string {
		return resource(id, "EC2::VPCPeeringConnection", "VpcId: !Ref Vpc, "+properties)
	}
	for name, c := range map[string]struct {
		before, after string
		want          []string
	}{
		"an address": {
			address("A", "AllocationId: eip-1, InstanceId: i-1"), address("B", "AllocationId: eip-1, InstanceId: i-1"),
			[]string{"detaches[Shop/B]"},
		},
		"an address of the old form": {
			address("A", "EIP: 192.0.2.1, InstanceId: i-1"), address("B", "EIP: 192.0.2.1, InstanceId: i-1"), []string{"detaches[Shop/B]"},
		},
		"an address that moves": {
			address("A", "AllocationId: eip-1, InstanceId: i-1"), address("B", "AllocationId: eip-1, InstanceId: i-2"), nil,
		},
		"a peering": {
			peering("A", "PeerVpcId: vpc-1"), peering("B", "PeerVpcId: vpc-1"), []string{"key-collision[Shop/B]"},
		},
		"two new peerings": {
			"", peering("A", "PeerVpcId: vpc-1") + peering("B", "PeerVpcId: vpc-1"), []string{"key-collision[Shop/B]"},
		},
		"a peering with another network": {peering("A", "PeerVpcId: vpc-1"), peering("B", "PeerVpcId: vpc-2"), nil},
		"a peering elsewhere":            {peering("A", "PeerVpcId: vpc-1"), peering("B", "PeerVpcId: vpc-1, PeerRegion: eu-west-1"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := Check(add(t, c.before), add(t, c.after))
			assert.Equal(t, c.want, ids(found), "%s", found)
		})
	}
}
