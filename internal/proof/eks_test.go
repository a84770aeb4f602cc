package proof_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/proof"
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

// TestPods: a SecurityGroupPolicy gives pods the group of their tier, in the subnets of the nodes. Network policies change nothing outside
// the cluster. Other objects may.
func TestPods(t *testing.T) {
	t.Parallel()
	a := shop()
	a.Tiers = append(a.Tiers, arch.Tier{ID: "Pods", Kind: arch.App, SharesWith: "App",
		Kubernetes: &arch.Kubernetes{Namespace: "shop", Labels: map[string]string{"app": "pods"}}})
	a.Flows = append(a.Flows, arch.Flow{From: arch.TierPeer(arch.App, "Pods"), To: arch.TierPeer(arch.App, "App"), Service: "dns"})
	template, declared := planned(t, a)
	subnets := []any{ref("SubnetsBlock3Slot0Subnet"), ref("SubnetsBlock3Slot1Subnet")}
	cluster := put("Cluster", "AWS::EKS::Cluster", object{"ResourcesVpcConfig": object{
		"SubnetIds": []any{"subnet-0123456789abcdef0", "subnet-0123456789abcdef1"}}})
	nodes := put("Nodes", "AWS::EKS::Nodegroup", object{"ClusterName": ref("Cluster"), "Subnets": subnets, "LaunchTemplate": object{
		"Id": ref("Template"), "Version": object{"Fn::GetAtt": []string{"Template", "LatestVersionNumber"}}}})
	machine := put("Template", "AWS::EC2::LaunchTemplate", object{"LaunchTemplateData": object{"SecurityGroupIds": []any{groupOf("App")}}})
	manifest := func(parts ...any) func(map[string]object) {
		return put("Policy", "Custom::AWSCDK-EKS-KubernetesResource", object{"ServiceToken": "arn:aws:lambda:eu-west-1:111122223333:function:k",
			"ClusterName": ref("Cluster"), "Manifest": object{"Fn::Join": []any{"", parts}}})
	}
	const begin, end = `[{"kind":"SecurityGroupPolicy","spec":{"securityGroups":{"groupIds":["`, `"]}}}]`
	for name, c := range map[string]struct {
		nodes  func(map[string]object)
		policy func(map[string]object)
		want   []string // nil: exact
	}{
		"the tier's group": {nodes, manifest(begin, groupOf("Pods"), end), nil},
		"the nodes' as well": {nodes, manifest(begin, groupOf("Pods"), `","`, groupOf("App"), end),
			[]string{"excess[Shop/Network:App+Pods (Test/Policy)->Data:tcp/3306]"}},
		"the database's": {nodes, manifest(begin, groupOf("Data"), end), []string{"weakened[Shop/Network:Data->Test/Policy:place]"}},
		"unknown nodes": {func(map[string]object) {}, manifest(begin, groupOf("Pods"), end),
			[]string{"unknown[Shop/Network:Pods (Test/Policy)->App:tcp/53,udp/53]"}},
		"a foreign group": {nodes, manifest(begin, "sg-0123456789abcdef0", end),
			[]string{"unknown[Shop/Network:Test/Policy->0.0.0.0/0 except 10.0.0.0/16:alltraffic]"}},
		"no group":         {nodes, manifest(begin, end), []string{"unknown[Shop/Network:Test/Policy->the network:alltraffic]"}},
		"network policies": {nodes, manifest(`[{"kind":"NetworkPolicy"},{"kind":"ClusterNetworkPolicy"},{"kind":"CiliumNetworkPolicy"}]`), nil},
		"a policy and others": {nodes, manifest(begin, groupOf("Pods"), end, `[{"kind":"Service"}]`),
			[]string{"unknown[Shop/Network:Test/Policy->the network:alltraffic]"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := ids(t, changed(t, template, func(r map[string]object) {
				cluster(r)
				machine(r)
				c.nodes(r)
				c.policy(r)
			}), declared)
			if c.want == nil {
				assert.Empty(t, found)
			}
			assert.Subset(t, found, c.want, found)
		})
	}
}

// notesOf returns the notes of a proof.
func notesOf(t *testing.T, template []byte, declared *proof.Declaration) string {
	t.Helper()
	report, err := proof.Prove(read(t, template), declared)
	require.NoError(t, err)
	return strings.Join(report.Notes, "\n")
}

// TestPodNotes: the proof says that it reads no network policies, and to which pods no policy in the templates gives the group of their
// tier.
func TestPodNotes(t *testing.T) {
	t.Parallel()
	a := shop()
	a.Tiers = append(a.Tiers, arch.Tier{ID: "Pods", Kind: arch.App, SharesWith: "App", Kubernetes: &arch.Kubernetes{Namespace: "shop"}})
	a.Flows = append(a.Flows, arch.Flow{From: arch.TierPeer(arch.App, "Pods"), To: arch.TierPeer(arch.App, "App"), Service: "dns"})
	template, declared := planned(t, a)
	const read, without = "network policies of pods are not read", "no SecurityGroupPolicy in the templates gives pods of "
	assert.Contains(t, notesOf(t, template, declared), read)
	assert.Contains(t, notesOf(t, template, declared), without+"Pods")
	policy := put("Policy", "Custom::AWSCDK-EKS-KubernetesResource", object{"ClusterName": "shop", "Manifest": object{"Fn::Join": []any{"",
		[]any{`[{"kind":"SecurityGroupPolicy","spec":{"securityGroups":{"groupIds":["`, groupOf("Pods"), `"]}}}]`}}}})
	given := notesOf(t, changed(t, template, policy), declared)
	assert.Contains(t, given, read)
	assert.NotContains(t, given, without)
}
