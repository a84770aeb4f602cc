package proof_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestOutsiders: the proof reports outsiders that have the group of a tier through a VPN, an endpoint service or a link.
func TestOutsiders(t *testing.T) {
	t.Parallel()
	template, declared := planned(t, shop())
	subnets := []any{ref("SubnetsBlock3Slot0Subnet"), ref("SubnetsBlock3Slot1Subnet")}
	balancer := put("Balancer", "AWS::ElasticLoadBalancingV2::LoadBalancer", object{
		"Type": "network", "Scheme": "internal", "Subnets": subnets, "SecurityGroups": []any{groupOf("App")},
	})
	for name, c := range map[string]struct {
		changes []func(map[string]object)
		want    string
	}{
		"a VPN with the group of a tier": {[]func(map[string]object){
			put("Vpn", "AWS::EC2::ClientVpnEndpoint", object{"SecurityGroupIds": []any{groupOf("App")}, "VpcId": ref("VpcResource")}),
			put("Join", "AWS::EC2::ClientVpnTargetNetworkAssociation", object{"ClientVpnEndpointId": ref("Vpn"), "SubnetId": subnets[0]}),
		}, "weakened[Shop/Network:Test/Join->App:outsiders]"},
		"an endpoint service": {[]func(map[string]object){balancer,
			put("Service", "AWS::EC2::VPCEndpointService", object{"NetworkLoadBalancerArns": []any{ref("Balancer")}}),
		}, "weakened[Shop/Network:Test/Service->App:outsiders]"},
		"a link of an API": {[]func(map[string]object){
			put("Link", "AWS::ApiGatewayV2::VpcLink", object{"SubnetIds": subnets, "SecurityGroupIds": []any{groupOf("App")}}),
		}, "weakened[Shop/Network:Test/Link->App:outsiders]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := ids(t, changed(t, template, func(r map[string]object) {
				for _, change := range c.changes {
					change(r)
				}
			}), declared)
			assert.Contains(t, found, c.want)
		})
	}
	edge := ids(t, changed(t, template, put("Link", "AWS::ApiGatewayV2::VpcLink", object{
		"SubnetIds": []any{ref("SubnetsBlock1Slot0Subnet")}, "SecurityGroupIds": []any{groupOf("Edge")}})), declared)
	assert.NotContains(t, edge, "weakened[Shop/Network:Test/Link->Edge:outsiders]", "the internet reaches Edge as declared")
}
