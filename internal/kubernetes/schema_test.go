package kubernetes_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/kubernetes"
)

// definitions are the definitions of the published schemas, by what they are of.
var definitions = map[string]string{
	"NetworkPolicy":        "io.k8s.api.networking.v1.NetworkPolicy",
	"ClusterNetworkPolicy": "ClusterNetworkPolicy",
	"SecurityGroupPolicy":  "SecurityGroupPolicy",
}

// published returns a schema that Kubernetes or AWS publishes.
func published(t *testing.T, kind string) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile("testdata/schema.json")
	require.NoError(t, err)
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("schema.json", value))
	s, err := c.Compile("schema.json#/components/schemas/" + definitions[kind])
	require.NoError(t, err)
	return s
}

// TestPublishedSchema: what Write makes of each kind is as the published schema has it, without a field that the schema does not know.
func TestPublishedSchema(t *testing.T) {
	t.Parallel()
	for kind, d := range map[string]kubernetes.Document{
		"NetworkPolicy": {Object: full()}, "ClusterNetworkPolicy": {Object: baseline()}, "SecurityGroupPolicy": {Object: groups()},
	} {
		require.Empty(t, kubernetes.Check(d.Object), kind)
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(d.JSON()))
		require.NoError(t, err)
		schema := published(t, kind)
		assert.NoError(t, schema.Validate(value), kind)
		value.(map[string]any)["spec"].(map[string]any)["podselector"] = map[string]any{}
		assert.Error(t, schema.Validate(value), "%s: an unknown field", kind)
	}
}

func full() kubernetes.NetworkPolicy {
	web := kubernetes.Selector{MatchLabels: map[string]string{"app": "web"}}
	return kubernetes.NetworkPolicy{
		Metadata: kubernetes.Metadata{Name: "web-tier", Namespace: "shop"},
		Spec: kubernetes.NetworkPolicySpec{
			PodSelector: kubernetes.Selector{MatchExpressions: []kubernetes.Requirement{
				{Key: "app", Operator: "In", Values: []string{"web", "true"}}, {Key: "example.com/old", Operator: "DoesNotExist"},
			}},
			PolicyTypes: []string{kubernetes.Ingress, kubernetes.Egress},
			Ingress: []kubernetes.IngressRule{{
				From: []kubernetes.Peer{
					{NamespaceSelector: kubernetes.InNamespace("shop"), PodSelector: &web},
					{IPBlock: &kubernetes.IPBlock{CIDR: "10.0.0.0/16", Except: []string{"10.0.1.0/24"}}},
				},
				Ports: []kubernetes.Port{{Protocol: "TCP", Number: 8000, End: 8100}, {Protocol: "UDP"}, {Name: "http"}},
			}},
			Egress: []kubernetes.EgressRule{{To: []kubernetes.Peer{{PodSelector: &kubernetes.Selector{}}}}},
		},
	}
}

func baseline() kubernetes.ClusterNetworkPolicy {
	all := &kubernetes.Selector{}
	return kubernetes.ClusterNetworkPolicy{
		Group: kubernetes.PolicyGroup, Metadata: kubernetes.Metadata{Name: "tierwall-baseline"},
		Spec: kubernetes.ClusterNetworkPolicySpec{
			Tier: "Baseline", Priority: 1000, Subject: kubernetes.ClusterSubject{Namespaces: kubernetes.InNamespace("shop")},
			Ingress: []kubernetes.ClusterRule{{Name: "deny-pods", Action: "Deny", From: []kubernetes.ClusterPeer{{Namespaces: all}}}},
			Egress: []kubernetes.ClusterRule{
				{Action: "Accept", To: []kubernetes.ClusterPeer{{Pods: &kubernetes.NamespacedPods{
					NamespaceSelector: *kubernetes.InNamespace("kube-system"),
				}}}},
				{Action: "Deny", To: []kubernetes.ClusterPeer{{Networks: []string{"0.0.0.0/0"}}}},
			},
		},
	}
}

func groups() kubernetes.SecurityGroupPolicy {
	return kubernetes.SecurityGroupPolicy{
		Metadata: kubernetes.Metadata{Name: "web-tier", Namespace: "shop"},
		Spec: kubernetes.SecurityGroupPolicySpec{
			PodSelector:    kubernetes.Selector{MatchLabels: map[string]string{"app": "web"}},
			SecurityGroups: kubernetes.SecurityGroups{GroupIDs: []string{"sg-0123456789abcdef0"}},
		},
	}
}

func names() kubernetes.CiliumNetworkPolicy {
	return kubernetes.CiliumNetworkPolicy{
		Metadata: kubernetes.Metadata{Name: "web-tier", Namespace: "shop"},
		Spec: kubernetes.CiliumSpec{Egress: []kubernetes.CiliumEgressRule{{
			ToFQDNs: []kubernetes.CiliumName{{MatchName: "example.com"}, {MatchPattern: "**.example.com"}},
			ToPorts: []kubernetes.CiliumPorts{{
				Ports: []kubernetes.CiliumPort{{Port: "443", Protocol: "TCP"}},
			}},
		}}},
	}
}
