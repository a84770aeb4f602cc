package kubernetes

import "strconv"

// CiliumNetworkPolicy is a cilium.io/v2 CiliumNetworkPolicy with the part of Cilium that a NetworkPolicy cannot say: connections to names.
// Cilium allows what any of its policies and any NetworkPolicy allow.
type CiliumNetworkPolicy struct {
	Metadata Metadata   `json:"metadata"`
	Spec     CiliumSpec `json:"spec"`
}

// CiliumSpec says which pods of the policy's namespace may connect where.
type CiliumSpec struct {
	EndpointSelector Selector           `json:"endpointSelector"`
	Egress           []CiliumEgressRule `json:"egress"`
}

// CiliumEgressRule allows connections to pods or names. Exactly one of ToEndpoints and ToFQDNs is set, and there are ports.
type CiliumEgressRule struct {
	ToEndpoints []Selector    `json:"toEndpoints,omitempty"`
	ToFQDNs     []CiliumName  `json:"toFQDNs,omitempty"`
	ToPorts     []CiliumPorts `json:"toPorts,omitempty"`
}

// CiliumName is a name, or a pattern of names.
type CiliumName struct {
	MatchName    string `json:"matchName,omitempty"`
	MatchPattern string `json:"matchPattern,omitempty"`
}

// CiliumPorts are ports, and which names may be asked for on them if they are DNS.
type CiliumPorts struct {
	Ports []CiliumPort `json:"ports"`
	Rules *CiliumRules `json:"rules,omitempty"`
}

// CiliumPort is a port or a range of ports.
type CiliumPort struct {
	Port     string `json:"port"`
	EndPort  int    `json:"endPort,omitempty"`
	Protocol string `json:"protocol"`
}

// CiliumRules make Cilium read the DNS answers of pods, by which it knows the addresses of names.
type CiliumRules struct {
	DNS []CiliumName `json:"dns"`
}

// Cilium returns a port with a number as Cilium has it.
func (p Port) Cilium() CiliumPort {
	return CiliumPort{Port: strconv.Itoa(p.Number), EndPort: p.End, Protocol: p.Protocol}
}

func (CiliumNetworkPolicy) kind() (apiVersion, kind string) {
	return "cilium.io/v2", "CiliumNetworkPolicy"
}
func (p CiliumNetworkPolicy) metadata() Metadata { return p.Metadata }
