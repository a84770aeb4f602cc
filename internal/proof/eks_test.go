package proof_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/arch"
)

// TestEKS: EKS makes a group for each cluster, which the interfaces of the control plane and nodes without groups of their own have. It
// lets in everything from itself and lets everything out (Amazon EKS User Guide, "View Amazon EKS security group requirements for
// clusters"). As long as that group is not known here, nothing about a cluster is exact.
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
	for name, changes := range map[string][]func(map[string]object){
		"nodes with the cluster's group": {cluster, nodes(nil)},
		"nodes with the tier's group":    {cluster, nodes(own), template6(groupOf("App"))},
		"nodes with both": {cluster, nodes(own), template6(groupOf("App"), object{"Fn::GetAtt": []string{"Cluster",
			"ClusterSecurityGroupId"}})},
		"a rule for the cluster's own one": {cluster, put("Rule", "AWS::EC2::SecurityGroupIngress",
			object{"GroupId": object{"Fn::GetAtt": []string{"Cluster", "ClusterSecurityGroupId"}}, "IpProtocol": "tcp", "FromPort": 443,
				"ToPort": 443, "SourceSecurityGroupId": groupOf("App")})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := ids(t, changed(t, template, func(r map[string]object) {
				for _, change := range changes {
					change(r)
				}
			}), declared)
			assert.Contains(t, found, "unknown[Shop/Network:Test/Cluster->the network:alltraffic]", found)
			t.Log(found)
		})
	}
}
