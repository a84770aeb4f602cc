package proof_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/arch"
)

// TestEKS: an app whose nodes have a group of their own is exact. EKS makes a group for each cluster, for the interfaces of the control
// plane and for nodes without groups of their own. It allows all traffic from itself and all outgoing traffic (Amazon EKS User Guide, "View
// Amazon EKS security group requirements for clusters").
func TestEKS(t *testing.T) {
	t.Parallel()
	a := shop()
	a.Tiers = append(a.Tiers, arch.Tier{ID: "Control", Kind: arch.App, Block: 6})
	a.Flows = append(a.Flows,
		arch.Flow{From: arch.TierPeer(arch.App, "App"), To: arch.TierPeer(arch.App, "Control"), Service: "https"},
		arch.Flow{From: arch.TierPeer(arch.App, "Control"), To: arch.TierPeer(arch.App, "App"), Service: "tcp/10250"})
	template, declared := planned(t, a)
	subnets := func(block string) []any {
		return []any{ref("SubnetsBlock" + block + "Slot0Subnet"), ref("SubnetsBlock" + block + "Slot1Subnet")}
	}
	cluster := put("Cluster", "AWS::EKS::Cluster", object{"ResourcesVpcConfig": object{"SubnetIds": subnets("6"),
		"SecurityGroupIds": []any{groupOf("Control")}, "EndpointPrivateAccess": true}})
	nodes := func(more object) func(map[string]object) {
		p := object{"ClusterName": ref("Cluster"), "Subnets": subnets("3")}
		for key, value := range more {
			p[key] = value
		}
		return put("Nodes", "AWS::EKS::Nodegroup", p)
	}
	template6 := func(groups ...any) func(map[string]object) {
		return put("Template", "AWS::EC2::LaunchTemplate", object{"LaunchTemplateData": object{"SecurityGroupIds": groups}})
	}
	own := object{"LaunchTemplate": object{"Id": ref("Template"), "Version": object{"Fn::GetAtt": []string{"Template",
		"LatestVersionNumber"}}}}
	both := []any{groupOf("App"), object{"Fn::GetAtt": []string{"Cluster", "ClusterSecurityGroupId"}}}
	rule := put("Rule", "AWS::EC2::SecurityGroupIngress", object{"GroupId": object{"Fn::GetAtt": []string{"Cluster",
		"ClusterSecurityGroupId"}}, "IpProtocol": "tcp", "FromPort": 9443, "ToPort": 9443, "SourceSecurityGroupId": groupOf("App")})
	for name, c := range map[string]struct {
		changes []func(map[string]object)
		want    []string
	}{
		"nodes with the tier's group": {[]func(map[string]object){cluster, nodes(own), template6(groupOf("App"))}, nil},
		"nodes with the cluster's group": {[]func(map[string]object){cluster, nodes(nil)},
			[]string{"missing[Shop/Network:App->Test/Nodes:membership]"}},
		"nodes with both": {[]func(map[string]object){cluster, nodes(own), template6(both...)},
			[]string{"excess[Shop/Network:App (Test/Nodes)->Control (Test/Cluster):alltrafficexcepttcp/443,icmpv6]"}},
		"a rule for the cluster's own one": {[]func(map[string]object){cluster, nodes(own), template6(both...), rule},
			[]string{"excess[Shop/Network:App (Test/Nodes)->Control (Test/Cluster):alltrafficexcepttcp/443,icmpv6]"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := ids(t, changed(t, template, func(r map[string]object) {
				for _, change := range c.changes {
					change(r)
				}
			}), declared)
			if c.want == nil {
				assert.Empty(t, found)
			}
			assert.Subset(t, found, c.want)
		})
	}
}
