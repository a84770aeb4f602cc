package pods_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseks"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseksv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/internal/cdktest/mistakes"
	"github.com/tierwall/tierwall/internal/cli"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/pods"
	"github.com/tierwall/tierwall/tiers/tierstest"
)

func TestMain(m *testing.M) { tierstest.Main(m) }

type shop struct {
	*tiers.Network
	stack           awscdk.Stack
	nodes, web, app *tiers.AppTier
	data            *tiers.DataTier
}

// declare makes a network with two tiers of pods in the subnets of their nodes.
func declare(stack awscdk.Stack) shop {
	network := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{
		CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"}, SkipProof: true, // The cluster is no tier here.
	})
	nodes := tiers.NewAppTier(network, "Nodes", nil)
	on := func(app string) *tiers.TierProps {
		return &tiers.TierProps{SharesWith: nodes, Kubernetes: &tiers.Kubernetes{Namespace: "shop", Labels: map[string]string{"app": app}}}
	}
	s := shop{network, stack, nodes, tiers.NewAppTier(network, "Web", on("web")), tiers.NewAppTier(network, "App", on("app")),
		tiers.NewDataTier(network, "Data", nil)}
	s.web.AllowTo(s.app, tiers.TCP(8080), tiers.Because("orders"))
	s.app.AllowTo(s.data, tiers.PostgreSQL, tiers.Because("orders"))
	s.app.AllowTo(nodes, tiers.DNS, tiers.Because("names"))
	s.web.AllowTo(nodes, tiers.DNS, tiers.Because("names"))
	return s
}

// kubectl stands for the layer with kubectl.
func (s shop) kubectl() awslambda.ILayerVersion {
	return awslambda.LayerVersion_FromLayerVersionArn(s.stack, new("Kubectl"), new("arn:aws:lambda:eu-west-1:111122223333:layer:kubectl:1"))
}

func (s shop) cluster() awseksv2.Cluster {
	return awseksv2.NewCluster(s.stack, new("Cluster"), &awseksv2.ClusterProps{
		Version: awseksv2.KubernetesVersion_V1_33(), Vpc: s.Vpc(), VpcSubnets: &[]*awsec2.SubnetSelection{s.nodes.Subnets()},
		DefaultCapacityType:    awseksv2.DefaultCapacityType_NODEGROUP,
		DefaultCapacity:        new(0.0),
		KubectlProviderOptions: &awseksv2.KubectlProviderOptions{KubectlLayer: s.kubectl()},
	})
}

type resource struct {
	Type       string
	Properties map[string]any
	DependsOn  []string
}

func resources(t *testing.T, stack awscdk.Stack) map[string]resource {
	t.Helper()
	var parsed struct{ Resources map[string]resource }
	require.NoError(t, json.Unmarshal(tierstest.Template(t, stack), &parsed))
	return parsed.Resources
}

// manifests returns the objects in a template as compact JSON, by kind, namespace and name, and the logical ids of their resources. What
// only a deployment knows stands there as CloudFormation's function.
func manifests(t *testing.T, stack awscdk.Stack) (objects, ids map[string]string) {
	t.Helper()
	objects, ids = map[string]string{}, map[string]string{}
	for id, r := range resources(t, stack) {
		if r.Type != "Custom::AWSCDK-EKS-KubernetesResource" {
			continue
		}
		text := joined(r.Properties["Manifest"])
		require.True(t, strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]"), text)
		text = text[1 : len(text)-1]
		var o struct {
			Kind     string
			Metadata struct{ Namespace, Name string }
		}
		require.NoError(t, json.Unmarshal([]byte(text), &o), text)
		key := o.Kind + " " + o.Metadata.Namespace + "/" + o.Metadata.Name
		if objects[key], ids[key] = text, id; strings.Contains(o.Kind, "Policy") {
			assert.NotContains(t, r.Properties, "PruneLabel")
		}
	}
	return objects, ids
}

func joined(v any) string {
	join, ok := v.(map[string]any)
	if !ok {
		return v.(string)
	}
	out := ""
	for _, part := range join["Fn::Join"].([]any)[1].([]any) {
		if text, ok := part.(string); ok {
			out += text
			continue
		}
		reference, _ := json.Marshal(part)
		out += strings.ReplaceAll(string(reference), `"`, `'`)
	}
	return out
}

// generated returns what "tierwall generate --to kubernetes" writes for the app, by kind, namespace and name.
func generated(t *testing.T, stack awscdk.Stack, args ...string) map[string]string {
	t.Helper()
	folder := t.TempDir()
	file := filepath.Join(folder, "architecture.yaml")
	for _, command := range [][]string{
		{"export", "--out", file, *awscdk.Stage_Of(stack).Outdir()},
		append([]string{"generate", "--to", "kubernetes", "--out", filepath.Join(folder, "out"), file}, args...),
	} {
		var out bytes.Buffer
		require.Zero(t, cli.Main(command, os.Stdin, &out, &out), out.String())
	}
	out := map[string]string{}
	files, err := filepath.Glob(filepath.Join(folder, "out", "*", "*.yaml"))
	require.NoError(t, err)
	for _, f := range files {
		data, err := os.ReadFile(f)
		require.NoError(t, err)
		for d := yaml.NewDecoder(bytes.NewReader(data)); ; {
			var o map[string]any
			if d.Decode(&o) != nil {
				break
			}
			text, err := json.Marshal(o)
			require.NoError(t, err)
			metadata := o["metadata"].(map[string]any)
			namespace, _ := metadata["namespace"].(string)
			out[o["kind"].(string)+" "+namespace+"/"+metadata["name"].(string)] = string(text)
		}
	}
	return out
}

// TestSame: the objects are those that the command generates from the same app, byte for byte, in every form. Each is a resource of its
// own, and the baseline comes last.
func TestSame(t *testing.T) {
	for name, c := range map[string]struct {
		props func(s shop) *pods.Props
		args  []string
		want  []string
		last  string // the logical id of the baseline begins with it
	}{
		"nil props": {func(shop) *pods.Props { return nil }, nil, []string{"NetworkPolicy shop/app-tier", "NetworkPolicy shop/web-tier"}, ""},
		"a namespace's baseline": {func(shop) *pods.Props { return &pods.Props{Baseline: pods.NamespaceBaseline} },
			[]string{"--baseline", "namespace"}, []string{"NetworkPolicy shop/tierwall-baseline"},
			"ClustermanifestNetworkPolicynetworkingk8sioshoptierwallbaseline"},
		"Cilium": {func(s shop) *pods.Props {
			s.app.AllowTo(tiers.Domain("api.example.com"), tiers.HTTPS, tiers.Because("payments"))
			firewall.Inspect(s.Network, &firewall.Props{Paths: firewall.Egress})
			return &pods.Props{Cilium: true, Baseline: pods.KubernetesBaseline}
		}, []string{"--cilium", "--baseline", "kubernetes"},
			[]string{"CiliumNetworkPolicy shop/app-tier", "ClusterNetworkPolicy /tierwall-baseline"}, "ClustermanifestClusterNetworkPolicy"},
		"security groups": {func(s shop) *pods.Props {
			return &pods.Props{Baseline: pods.EKSBaseline, SecurityGroups: map[tiers.Tier][]awsec2.ISecurityGroup{
				s.web: nil, s.app: {s.nodes.SecurityGroup()},
			}}
		}, []string{"--baseline", "eks", "--group", "App=sg-0000000a", "--group", "App=sg-0000000b", "--group", "Web=sg-0000000c"},
			[]string{"SecurityGroupPolicy shop/app-tier", "SecurityGroupPolicy shop/web-tier"}, "ClustermanifestClusterNetworkPolicy"},
	} {
		t.Run(name, func(t *testing.T) {
			s := declare(tierstest.Stack(t))
			pods.Apply(s.Network, s.cluster(), c.props(s))
			require.NoError(t, tierstest.Synth(t, s.stack))
			got, resourceIDs := manifests(t, s.stack)
			ids := strings.NewReplacer(groupOf(s.app), "sg-0000000a", groupOf(s.nodes), "sg-0000000b", groupOf(s.web), "sg-0000000c")
			for key, text := range got {
				got[key] = ids.Replace(text)
			}
			assert.Equal(t, generated(t, s.stack, c.args...), got)
			for _, want := range c.want {
				assert.Contains(t, got, want)
			}
			made := resources(t, s.stack)
			for key, id := range resourceIDs {
				waits := made[id].DependsOn
				for other, first := range resourceIDs {
					isLast := c.last != "" && strings.HasPrefix(id, c.last)
					assert.Equal(t, isLast && other != key, slices.Contains(waits, first), "%s waits for %s", key, other)
				}
			}
		})
	}
}

// groupOf returns how a manifest names the group of a tier.
func groupOf(tier tiers.Tier) string {
	id := awscdk.Stack_Of(tier).GetLogicalId(tier.SecurityGroup().Node().DefaultChild().(awscdk.CfnElement))
	return "{'Fn::GetAtt':['" + *id + "','GroupId']}"
}

// TestOrder: the policies wait for what they need, and workloads for the policies. A second synthesis changes nothing.
func TestOrder(t *testing.T) {
	s := declare(tierstest.Stack(t))
	cluster := s.cluster()
	namespace := cluster.AddManifest(new("Shop"), &map[string]any{
		"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": "shop"},
	})
	policies := pods.Apply(s.Network, cluster, nil)
	policies.Ready(namespace)
	workload := cluster.AddManifest(new("Orders"), &map[string]any{
		"apiVersion": "apps/v1", "kind": "Deployment", "metadata": map[string]any{"name": "orders", "namespace": "shop"},
	})
	workload.Node().AddDependency(policies.Applied())
	require.NoError(t, tierstest.Synth(t, s.stack))
	objects, ids := manifests(t, s.stack)
	made := resources(t, s.stack)
	for _, tier := range []string{"NetworkPolicy shop/web-tier", "NetworkPolicy shop/app-tier"} {
		assert.Contains(t, made[ids[tier]].DependsOn, ids["Namespace /shop"], tier)
		assert.Contains(t, made[ids["Deployment shop/orders"]].DependsOn, ids[tier])
	}
	awscdk.Stage_Of(s.stack).Synth(&awscdk.StageSynthesisOptions{Force: new(true)})
	again, _ := manifests(t, s.stack)
	assert.Equal(t, objects, again)
	assert.Panics(t, func() { policies.Ready(namespace) }, "after synthesis")
}

// TestIdentity: the resource of an object depends on the key by which Kubernetes knows the object. Another tier changes nothing of it, and
// the objects of a renamed tier are other resources, so that CloudFormation deletes the old ones.
func TestIdentity(t *testing.T) {
	idsOf := func(baseline pods.Baseline, more func(s shop)) map[string]string {
		s := declare(tierstest.Stack(t))
		more(s)
		pods.Apply(s.Network, s.cluster(), &pods.Props{Baseline: baseline})
		require.NoError(t, tierstest.Synth(t, s.stack))
		_, ids := manifests(t, s.stack)
		return ids
	}
	before := idsOf(pods.EKSBaseline, func(shop) {})
	after := idsOf(pods.EKSBaseline, func(s shop) {
		more := tiers.NewAppTier(s.Network, "Alpha", &tiers.TierProps{SharesWith: s.nodes, Kubernetes: &tiers.Kubernetes{Namespace: "other"}})
		more.AllowTo(s.app, tiers.TCP(8080), tiers.Because("reports"))
	})
	assert.Len(t, after, len(before)+1)
	for key, id := range before {
		assert.Equal(t, id, after[key], key)
	}
	assert.NotEqual(t, before["NetworkPolicy shop/web-tier"], before["NetworkPolicy shop/app-tier"])
	other := idsOf(pods.KubernetesBaseline, func(shop) {})
	assert.NotEqual(t, before["ClusterNetworkPolicy /tierwall-baseline"], other["ClusterNetworkPolicy /tierwall-baseline"],
		"EKS and Kubernetes have different kinds of this name")
}

// TestOldPackage: clusters of awseks take the same objects.
func TestOldPackage(t *testing.T) {
	s := declare(tierstest.Stack(t))
	cluster := awseks.Cluster_FromClusterAttributes(s.stack, new("Imported"), &awseks.ClusterAttributes{
		ClusterName: new("shop"), KubectlRoleArn: new("arn:aws:iam::111122223333:role/kubectl"), Vpc: s.Vpc(),
		KubectlLayer: s.kubectl(),
	})
	pods.Apply(s.Network, cluster, &pods.Props{Baseline: pods.NamespaceBaseline})
	require.NoError(t, tierstest.Synth(t, s.stack))
	got, _ := manifests(t, s.stack)
	assert.Equal(t, generated(t, s.stack, "--baseline", "namespace"), got)
}

// TestMistakes: each mistake fails synthesis with its reason and its line.
func TestMistakes(t *testing.T) {
	var all mistakes.Cases
	for name, c := range map[string]struct {
		make func(s shop)
		want []string
	}{
		"no kubectl": {func(s shop) {
			pods.Apply(s.Network, awseksv2.NewCluster(s.stack, new("Cluster"), &awseksv2.ClusterProps{
				Version: awseksv2.KubernetesVersion_V1_33(), Vpc: s.Vpc(), VpcSubnets: &[]*awsec2.SubnetSelection{s.nodes.Subnets()},
			}), nil)
		}, []string{"Test/Cluster: the cluster takes no manifests", "Kubectl Provider is not defined in this cluster", "KubectlLayer"}},
		"another VPC": {func(s shop) {
			pods.Apply(s.Network, awseksv2.NewCluster(s.stack, new("Cluster"), &awseksv2.ClusterProps{Version: awseksv2.KubernetesVersion_V1_33(),
				KubectlProviderOptions: &awseksv2.KubectlProviderOptions{KubectlLayer: s.kubectl()}}), nil)
		}, []string{"the cluster is not known to be in the network's VPC", "is another object than that of the network"}},
		"an imported cluster without VPC": {func(s shop) {
			pods.Apply(s.Network, awseksv2.Cluster_FromClusterAttributes(s.stack, new("Cluster"), &awseksv2.ClusterAttributes{
				ClusterName: new("shop"),
			}), nil)
		}, []string{"the cluster does not state its VPC", "Vpc: network.Vpc() in its attributes", "the cluster takes no manifests"}},
		"IPv6": {func(s shop) {
			pods.Apply(s.Network, awseksv2.Cluster_FromClusterAttributes(s.stack, new("Cluster"), &awseksv2.ClusterAttributes{
				ClusterName: new("shop"), Vpc: s.Vpc(), IpFamily: awseksv2.IpFamily_IP_V6,
			}), nil)
		}, []string{"the pods of the cluster have IPv6 addresses"}},
		"a baseline": {func(s shop) { pods.Apply(s.Network, s.cluster(), &pods.Props{Baseline: 9}) }, []string{"got Baseline(9)"}},
		"groups": {func(s shop) {
			pods.Apply(s.Network, s.cluster(), &pods.Props{SecurityGroups: map[tiers.Tier][]awsec2.ISecurityGroup{
				nil: nil, (*tiers.AppTier)(nil): nil, s.nodes: nil, s.web: {nil},
				s.app: {s.data.SecurityGroup(), s.web.SecurityGroup(), s.nodes.SecurityGroup(), s.data.SecurityGroup(), s.data.SecurityGroup()},
			}})
		}, []string{"is nil or of another network", "has 1 beside that of Web; allowed are 4, and none is nil", `got a group for "Nodes"`,
			"has 5 beside that of App; allowed are 4"}},
		"no pods": {func(s shop) {
			none := tiers.NewNetwork(s.stack, "None", &tiers.NetworkProps{CIDR: "10.1.0.0/16",
				AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"}})
			vms := tiers.NewAppTier(none, "VMs", nil)
			vms.AllowTo(vms, tiers.HTTPS, tiers.Because("cluster"))
			pods.Apply(none, shop{Network: none, stack: s.stack, nodes: vms}.cluster(), nil)
		}, []string{"no tier says which pods it is", "set Kubernetes: "}},
		"twice": {func(s shop) {
			cluster := s.cluster()
			pods.Apply(s.Network, cluster, nil)
			pods.Apply(s.Network, cluster, nil)
		}, []string{"the cluster has the policies of the network already"}},
		"two networks": {func(s shop) {
			other := tiers.NewNetwork(s.stack, "Other", &tiers.NetworkProps{Vpc: s.Vpc(), SkipProof: true})
			web := tiers.NewAppTier(other, "Web", &tiers.TierProps{Kubernetes: &tiers.Kubernetes{Namespace: "shop"},
				VpcSubnets: s.nodes.Subnets()})
			web.AllowTo(tiers.CIDR("192.168.0.0/24"), tiers.HTTPS, tiers.Because("branch"))
			cluster := s.cluster()
			pods.Apply(s.Network, cluster, nil)
			pods.Apply(other, cluster, nil)
		}, []string{"two networks have the same policy in a cluster", "NetworkPolicy shop/web-tier"}},
		"an unknown address": {func(s shop) {
			far := tiers.ImportAppTier(s.Network, "Far", &tiers.ImportProps{SecurityGroupID: "sg-0123456789abcdef0", Egress: tiers.EgressOpen})
			s.app.AllowTo(far, tiers.HTTPS, tiers.Because("ledger"))
			pods.Apply(s.Network, s.cluster(), nil)
		}, []string{"a policy for pods cannot name Far", "its addresses are not known here"}},
	} {
		all.Add(name, func(s awscdk.Stack) { c.make(declare(s)) }, c.want...)
	}
	all.Require(t, "tiers/pods/pods_test.go:")
	s := declare(tierstest.Stack(t))
	cluster := s.cluster()
	assert.Panics(t, func() { pods.Apply(nil, cluster, nil) })
	assert.Panics(t, func() { pods.Apply(&tiers.Network{}, cluster, nil) })
	assert.Panics(t, func() { pods.Apply(s.Network, awseksv2.ICluster(nil), nil) })
}
