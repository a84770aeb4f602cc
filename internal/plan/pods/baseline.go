package pods

import "github.com/tierwall/tierwall/internal/kubernetes"

// baselineName is the name of the policies that deny the rest.
const baselineName = "tierwall-baseline"

// The tier and the priority of the ClusterNetworkPolicy: the last word of all.
const (
	baselineTier     = "Baseline"
	baselinePriority = 1000
)

// baseline returns what denies connections of pods that are of no tier, in the namespaces of the tiers.
func (b *builder) baseline(p Plan) []kubernetes.Document {
	switch {
	case len(p.Tiers) == 0:
		return nil
	case b.choices.Baseline == NamespaceBaseline:
		return b.namespaceBaseline()
	case b.choices.Baseline == KubernetesBaseline:
		return []kubernetes.Document{b.clusterBaseline(kubernetes.PolicyGroup)}
	case b.choices.Baseline == EKSBaseline:
		return []kubernetes.Document{b.clusterBaseline(kubernetes.EKSGroup)}
	}
	return nil
}

// namespaceBaseline returns a policy for all pods of each namespace that allows nothing. What a tier's policy allows stays allowed.
func (b *builder) namespaceBaseline() []kubernetes.Document {
	var out []kubernetes.Document
	for _, namespace := range b.namespaces() {
		out = append(out, kubernetes.Document{
			Comment: []string{"All pods of the namespace " + namespace + ": what no other policy allows is denied, DNS too."},
			Object: kubernetes.NetworkPolicy{
				Metadata: kubernetes.Metadata{Name: baselineName, Namespace: namespace},
				Spec:     kubernetes.NetworkPolicySpec{PolicyTypes: []string{kubernetes.Ingress, kubernetes.Egress}},
			},
		})
	}
	return out
}

// clusterBaseline returns the policy of the cluster. A ClusterNetworkPolicy cannot deny what comes from outside of the cluster.
func (b *builder) clusterBaseline(group string) kubernetes.Document {
	dns := kubernetes.ClusterPeer{Pods: &kubernetes.NamespacedPods{
		NamespaceSelector: *kubernetes.InNamespace(dnsNamespace), PodSelector: dnsPods(),
	}}
	pods := kubernetes.ClusterPeer{Namespaces: &kubernetes.Selector{}}
	everywhere := kubernetes.ClusterPeer{Networks: []string{"0.0.0.0/0"}}
	return kubernetes.Document{
		Comment: []string{
			"Pods in the namespaces of tiers that no NetworkPolicy selects: they reach the DNS of the cluster alone, and no pod reaches them.",
			"Connections to them from outside of the cluster are not denied: a ClusterNetworkPolicy has no word for that.",
		},
		Object: kubernetes.ClusterNetworkPolicy{
			Group: group, Metadata: kubernetes.Metadata{Name: baselineName},
			Spec: kubernetes.ClusterNetworkPolicySpec{
				Tier: baselineTier, Priority: baselinePriority,
				Subject: kubernetes.ClusterSubject{Namespaces: &kubernetes.Selector{MatchExpressions: []kubernetes.Requirement{
					{Key: kubernetes.NamespaceLabel, Operator: "In", Values: b.namespaces()},
				}}},
				Ingress: []kubernetes.ClusterRule{{Name: "deny-pods", Action: "Deny", From: []kubernetes.ClusterPeer{pods}}},
				Egress: []kubernetes.ClusterRule{
					{Name: "accept-dns", Action: "Accept", To: []kubernetes.ClusterPeer{dns}},
					{Name: "deny-all", Action: "Deny", To: []kubernetes.ClusterPeer{pods, everywhere}},
				},
			},
		},
	}
}
