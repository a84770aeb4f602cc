package kubernetes

import (
	"encoding/json"
	"reflect"
)

// NetworkPolicy is a networking.k8s.io/v1 NetworkPolicy.
type NetworkPolicy struct {
	Metadata Metadata          `json:"metadata"`
	Spec     NetworkPolicySpec `json:"spec"`
}

// Metadata names an object.
type Metadata struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace,omitempty"` // empty for objects of the whole cluster
}

// The directions in which a policy isolates pods.
const (
	Ingress = "Ingress"
	Egress  = "Egress"
)

// NetworkPolicySpec says which pods a policy isolates, and what it allows them.
type NetworkPolicySpec struct {
	PodSelector Selector `json:"podSelector"`
	// PolicyTypes are the directions that the policy isolates. None means Ingress, and Egress too if there are egress rules.
	PolicyTypes []string      `json:"policyTypes,omitempty"`
	Ingress     []IngressRule `json:"ingress,omitempty"`
	Egress      []EgressRule  `json:"egress,omitempty"`
}

// IngressRule allows connections from any of its peers to any of its ports. No peers means everyone, no ports means every port of every
// protocol.
type IngressRule struct {
	From  []Peer `json:"from,omitempty"`
	Ports []Port `json:"ports,omitempty"`
}

// EgressRule allows connections to any of its peers, on any of its ports. What is empty means all, as in [IngressRule].
type EgressRule struct {
	To    []Peer `json:"to,omitempty"`
	Ports []Port `json:"ports,omitempty"`
}

// Peer is a block of addresses, or pods. PodSelector alone selects pods in the policy's own namespace; NamespaceSelector alone selects all
// pods of namespaces; both together must match.
type Peer struct {
	PodSelector       *Selector `json:"podSelector,omitempty"`
	NamespaceSelector *Selector `json:"namespaceSelector,omitempty"`
	IPBlock           *IPBlock  `json:"ipBlock,omitempty"`
}

// IPBlock is a block of addresses without others that are in it.
type IPBlock struct {
	CIDR   string   `json:"cidr"`
	Except []string `json:"except,omitempty"`
}

// Port is a protocol with ports: one number, a range of numbers, the name of a port of the destination's pod, or every port.
type Port struct {
	Protocol string // TCP, UDP or SCTP; empty is TCP
	Number   int    // 0 is no number
	Name     string // empty is no name
	End      int    // the last port of a range that begins with Number; 0 is no range
}

// MarshalJSON writes the port as Kubernetes has it.
func (p Port) MarshalJSON() ([]byte, error) {
	out := map[string]any{}
	if p.Protocol != "" {
		out["protocol"] = p.Protocol
	}
	switch {
	case p.Name != "":
		out["port"] = p.Name
	case p.Number != 0:
		out["port"] = p.Number
	}
	if p.End != 0 {
		out["endPort"] = p.End
	}
	return json.Marshal(out)
}

// Isolates reports whether the policy isolates pods in a direction.
func (s NetworkPolicySpec) Isolates(direction string) bool {
	if len(s.PolicyTypes) > 0 {
		return contains(s.PolicyTypes, direction)
	}
	return direction == Ingress || len(s.Egress) > 0
}

func (NetworkPolicy) kind() (apiVersion, kind string) { return "networking.k8s.io/v1", "NetworkPolicy" }
func (p NetworkPolicy) metadata() Metadata            { return p.Metadata }

// Equal reports whether two peers are the same.
func (p Peer) Equal(q Peer) bool { return reflect.DeepEqual(p, q) }
