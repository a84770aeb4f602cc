package kubernetes

// The groups of ClusterNetworkPolicy: that of Kubernetes, and EKS's own with the same kind.
const (
	PolicyGroup = "policy.networking.k8s.io/v1beta1"
	EKSGroup    = "networking.k8s.aws/v1alpha1"
)

// ClusterNetworkPolicy is a policy of the whole cluster. In the tier Baseline it decides about pods that no NetworkPolicy isolates. Its
// rules are here without ports, which the two groups write differently.
type ClusterNetworkPolicy struct {
	Group    string                   `json:"-"` // PolicyGroup or EKSGroup
	Metadata Metadata                 `json:"metadata"`
	Spec     ClusterNetworkPolicySpec `json:"spec"`
}

// ClusterNetworkPolicySpec holds the rules. The first rule that matches decides.
type ClusterNetworkPolicySpec struct {
	Tier     string         `json:"tier"`     // Admin or Baseline
	Priority int            `json:"priority"` // 0 to 1000, lower first
	Subject  ClusterSubject `json:"subject"`
	Ingress  []ClusterRule  `json:"ingress,omitempty"`
	Egress   []ClusterRule  `json:"egress,omitempty"`
}

// ClusterSubject is the pods that a policy is for: all pods of some namespaces.
type ClusterSubject struct {
	Namespaces *Selector `json:"namespaces,omitempty"`
}

// ClusterRule decides about connections from or to peers.
type ClusterRule struct {
	Name   string        `json:"name,omitempty"`
	Action string        `json:"action"`         // Accept, Deny or Pass
	From   []ClusterPeer `json:"from,omitempty"` // of ingress rules
	To     []ClusterPeer `json:"to,omitempty"`   // of egress rules
}

// ClusterPeer is one of its parts: all pods of namespaces, some pods of namespaces, or blocks of addresses. Blocks are for egress rules.
type ClusterPeer struct {
	Namespaces *Selector       `json:"namespaces,omitempty"`
	Pods       *NamespacedPods `json:"pods,omitempty"`
	Networks   []string        `json:"networks,omitempty"`
}

// NamespacedPods are pods in namespaces.
type NamespacedPods struct {
	NamespaceSelector Selector `json:"namespaceSelector"`
	PodSelector       Selector `json:"podSelector"`
}

func (p ClusterNetworkPolicy) kind() (apiVersion, kind string) {
	return p.Group, "ClusterNetworkPolicy"
}
func (p ClusterNetworkPolicy) metadata() Metadata { return p.Metadata }
