package proof_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/proof"
)

// TestMembers: a resource must have the group of a tier if it was made as a part of the tier, if a grant needs it, or if it is alone in the
// subnets of the tier. No machine may belong to two tiers.
func TestMembers(t *testing.T) {
	t.Parallel()
	template, declared := planned(t, shop())
	edge := object{"Type": "application", "Subnets": []any{ref("SubnetsBlock1Slot0Subnet"), ref("SubnetsBlock1Slot1Subnet")},
		"SecurityGroups": []any{groupOf("Edge")}}
	balancer := func(path string, groups ...any) func(map[string]object) {
		return func(r map[string]object) {
			p := object{"Type": edge["Type"], "Subnets": edge["Subnets"], "SecurityGroups": groups}
			put("Balancer", "AWS::ElasticLoadBalancingV2::LoadBalancer", p)(r)
			r["Balancer"]["Metadata"] = object{"aws:cdk:path": path}
			put("Closed", "AWS::EC2::SecurityGroup", object{"VpcId": ref("VpcResource"), "GroupDescription": "x",
				"SecurityGroupEgress": []any{object{"IpProtocol": "icmp", "FromPort": 252, "ToPort": 86, "CidrIp": "255.255.255.255/32"}}})(r)
		}
	}
	host := func(interfaces ...any) func(map[string]object) {
		return put("Host", "AWS::EC2::Instance", object{"NetworkInterfaces": interfaces})
	}
	on := func(tier, block string) object {
		return object{"GroupSet": []any{groupOf(tier)}, "SubnetId": ref("SubnetsBlock" + block + "Slot0Subnet")}
	}
	const dual = "weakened[Shop/Network:App+Web->Test/Host:host]"
	for name, c := range map[string]struct {
		change func(map[string]object)
		want   string
		not    string
	}{
		"a balancer of the tier": {balancer("Shop/Network/Edge/Balancer/Resource", groupOf("Edge"), ref("Closed")), "", "missing["},
		"a balancer that lost its group": {balancer("Shop/Network/Edge/Balancer/Resource", ref("Closed")),
			"missing[Shop/Network:Edge->Test/Balancer:membership]", ""},
		"a function without a VPC": {func(r map[string]object) {
			put("Job", "AWS::Lambda::Function", object{"Runtime": "provided.al2023"})(r)
			r["Job"]["Metadata"] = object{"aws:cdk:path": "Shop/Network/Edge/Job/Resource"}
		}, "", "missing["},
		"a member elsewhere": {put("Host", "AWS::EC2::Instance", object{"SubnetId": ref("SubnetsBlock4Slot0Subnet"),
			"SecurityGroupIds": []any{groupOf("Web")}}),
			"weakened[Shop/Network:Web->Test/Host:place]", ""},
		"alone in the subnets of the tier": {balancer("Shop/Own/Resource", ref("Closed")), "missing[Shop/Network:Edge->Test/Balancer:membership]",
			""},
		"a machine of one tier":  {host(on("App", "3")), "", "weakened["},
		"a machine of two tiers": {host(on("App", "3"), on("Web", "2")), dual, ""},
		"a machine with an interface attached": {func(r map[string]object) {
			host(on("App", "3"))(r)
			put("Interface", "AWS::EC2::NetworkInterface", on("Web", "2"))(r)
			put("Attached", "AWS::EC2::NetworkInterfaceAttachment", object{"InstanceId": ref("Host"), "NetworkInterfaceId": ref("Interface"),
				"DeviceIndex": "1"})(r)
		}, dual, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := ids(t, changed(t, template, c.change), declared)
			if c.want != "" {
				assert.Contains(t, found, c.want)
			}
			for _, id := range found {
				if c.not != "" {
					assert.NotContains(t, id, c.not)
				}
			}
		})
	}
}

// TestEndpointsAreMembers: nobody reaches an endpoint without its group, whatever rules the group has.
func TestEndpointsAreMembers(t *testing.T) {
	t.Parallel()
	report := prove(t, granting(), func(r object) { delete(properties(r, sqsEndpoint), "SecurityGroupIds") })
	require.NotEmpty(t, report.Findings)
	second := prove(t, granting(), func(r object) {
		p := object{}
		for key, value := range properties(r, sqsEndpoint) {
			p[key] = value
		}
		delete(p, "SecurityGroupIds")
		r["Second"] = object{"Type": "AWS::EC2::VPCEndpoint", "Properties": p}
	})
	assert.NotContains(t, second.Diagnostics().String(), "does not have its security group", "a second endpoint may be anybody's")
	assert.Contains(t, report.Diagnostics().String(), "Test/EndpointsqsEndpointResource was made as a part of Endpoint-sqs, but does "+
		"not have its security group")
	assert.Equal(t, "missing[Test/Network:Endpoint-sqs->Test/EndpointsqsEndpointResource:membership]", report.Findings[0].ID())
	assert.Equal(t, "without the group, these flows do not work: Worker->Endpoint-sqs:tcp/443", report.Findings[0].Diagnostic().Detail)
}

// TestServicesWithoutInterfaces: an endpoint service has no interfaces of its own, so it is not a guest. Its load balancer is one.
func TestServicesWithoutInterfaces(t *testing.T) {
	t.Parallel()
	template, declared := planned(t, shop())
	report, err := proof.Prove(read(t, changed(t, template, func(r map[string]object) {
		put("Balancer", "AWS::ElasticLoadBalancingV2::LoadBalancer", object{"Type": "network", "Scheme": "internal",
			"Subnets": []any{ref("SubnetsBlock4Slot0Subnet")}, "SecurityGroups": []any{ref("Own")}})(r)
		put("Own", "AWS::EC2::SecurityGroup", object{"VpcId": ref("VpcResource"), "GroupDescription": "x"})(r)
		put("Service", "AWS::EC2::VPCEndpointService", object{"NetworkLoadBalancerArns": []any{ref("Balancer")}})(r)
	})), declared)
	require.NoError(t, err)
	lost := 0
	for _, f := range report.Findings {
		assert.NotContains(t, f.Diagnostic().String(), "Test/Service is in the subnets")
		if f.What == "membership" {
			lost++
		}
	}
	assert.Equal(t, 1, lost, "one finding for the balancer, whatever flows its tier has")
}
