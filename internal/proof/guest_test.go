package proof_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/proof"
)

// TestGuests: a resource with another group in the subnets of a tier reaches the outside through the routes of the tier, which is a
// finding.
func TestGuests(t *testing.T) {
	t.Parallel()
	template, declared := planned(t, shop())
	group := func(id string, properties object) func(map[string]object) {
		return func(r map[string]object) {
			properties["VpcId"], properties["GroupDescription"] = ref("VpcResource"), "its own"
			put(id, "AWS::EC2::SecurityGroup", properties)(r)
		}
	}
	everybody, nothing := []any{object{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}}, []any{object{"IpProtocol": "icmp", "FromPort": 252,
		"ToPort": 86, "CidrIp": "255.255.255.255/32"}}
	function := func(subnet string) func(map[string]object) {
		return put("Job", "AWS::Lambda::Function", object{"VpcConfig": object{"SubnetIds": []any{ref(subnet)},
			"SecurityGroupIds": []any{ref("Own")}}})
	}
	member := func(tier, block string) func(map[string]object) {
		return put("Member", "AWS::EC2::Instance", object{"SubnetId": ref("SubnetsBlock" + block + "Slot0Subnet"),
			"SecurityGroupIds": []any{groupOf(tier)}})
	}
	for name, c := range map[string]struct {
		changes []func(map[string]object)
		want    string // of the findings; empty for none
	}{
		"a function with the group that CDK makes": {[]func(map[string]object){group("Own", object{}), function("SubnetsBlock3Slot0Subnet")},
			"excess[Shop/Network:Test/Job->0.0.0.0/0 except 10.0.0.0/16:alltraffic]"},
		"a load balancer with an open listener": {[]func(map[string]object){
			group("Own", object{"SecurityGroupIngress": everybody, "SecurityGroupEgress": nothing}),
			put("Balancer", "AWS::ElasticLoadBalancingV2::LoadBalancer", object{"Type": "application",
				"Subnets": []any{ref("SubnetsBlock1Slot0Subnet"), ref("SubnetsBlock1Slot1Subnet")}, "SecurityGroups": []any{ref("Own")}}),
		}, "excess[Shop/Network:0.0.0.0/0 except 10.0.0.0/16->Test/Balancer:alltraffic]"},
		"a function with a closed group": {[]func(map[string]object){group("Own", object{"SecurityGroupEgress": nothing}),
			function("SubnetsBlock3Slot0Subnet"), member("App", "3")}, ""},
		"a function without a way out": {[]func(map[string]object){group("Own", object{}), function("SubnetsBlock4Slot0Subnet"),
			member("Data", "4")}, ""},
		"an endpoint, which only answers": {[]func(map[string]object){group("Own", object{}), put("Job", "AWS::EC2::VPCEndpoint",
			object{"VpcEndpointType": "Interface", "VpcId": ref("VpcResource"), "ServiceName": "com.amazonaws.eu-west-1.unheardof",
				"SubnetIds": []any{ref("SubnetsBlock3Slot0Subnet")}, "SecurityGroupIds": []any{ref("Own")}})}, ""},
		"a function in a subnet of no one": {[]func(map[string]object){group("Own", object{}), function("NAT"), put("NAT", "AWS::EC2::Subnet",
			object{"VpcId": ref("VpcResource"), "CidrBlock": "10.0.240.0/24"})}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report, err := proof.Prove(read(t, changed(t, template, func(r map[string]object) {
				for _, change := range c.changes {
					change(r)
				}
			})), declared)
			require.NoError(t, err)
			if c.want == "" {
				assert.Empty(t, report.Diagnostics().String())
				return
			}
			var found []string
			for _, f := range report.Findings {
				found = append(found, f.ID())
			}
			assert.Contains(t, found, c.want)
			assert.Contains(t, report.Diagnostics().String(), "but has no group of a tier: give it the group of the tier")
		})
	}
	_, wrapped := planned(t, shop())
	wrapped.Networks[0].Architecture.Network.Wrapped = true
	report, err := proof.Prove(read(t, changed(t, template, func(r map[string]object) {
		group("Own",
			object{})(r)
		function("SubnetsBlock3Slot0Subnet")(r)
	})), wrapped)
	require.NoError(t, err)
	assert.Contains(t, strings.Join(report.Notes, "\n"), "Test/Job; their traffic with the outside is not checked")
}
