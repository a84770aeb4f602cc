// Package evaluate says which connections the NetworkPolicies of a cluster let through, by the documentation of Kubernetes: a connection
// needs the egress rules of its source and the ingress rules of its destination, for each pod that some policy isolates in that direction.
//
// It takes blocks of addresses for pods as well, as the VPC CNI does; other network plugins do not. Traffic between a node and its own
// pods, of pods in the network of their node, and ICMP are not its business: the documentation leaves them to the network plugin, or lets
// them through always. It must not know where policies come from.
package evaluate

import (
	"net/netip"
	"slices"

	"github.com/tierwall/tierwall/internal/kubernetes"
)

// Pod is a pod of a cluster.
type Pod struct {
	Namespace string
	Labels    map[string]string
	Address   netip.Addr
	// Ports are the named ports of its containers.
	Ports []NamedPort
}

// NamedPort is a port of a container that has a name.
type NamedPort struct {
	Name, Protocol string // Protocol is TCP, UDP or SCTP
	Number         int
}

// End is one end of a connection: a pod, or an address outside of the cluster if Pod is nil.
type End struct {
	Pod     *Pod
	Address netip.Addr // of an end without a pod
}

// Service is what a connection is for.
type Service struct {
	Protocol string // TCP, UDP, SCTP or another one, which only rules without ports allow
	Port     int
}

// Cluster is what decides about connections.
type Cluster struct {
	Namespaces map[string]map[string]string // their labels, by name; kubernetes.io/metadata.name is added
	Policies   []kubernetes.NetworkPolicy
}

// Allows reports whether the policies let a connection through. The answers to it pass as well.
func (c Cluster) Allows(from, to End, service Service) bool {
	if from.Pod != nil && from.Pod == to.Pod {
		return true // A pod always reaches itself.
	}
	return c.passes(kubernetes.Egress, from, to, to, service) && c.passes(kubernetes.Ingress, to, from, to, service)
}

// passes reports whether the policies of a pod let its side of a connection through. destination is where the connection leads.
func (c Cluster) passes(direction string, own, other, destination End, service Service) bool {
	if own.Pod == nil {
		return true
	}
	isolated := false
	for _, p := range c.Policies {
		if p.Metadata.Namespace != own.Pod.Namespace || !p.Spec.PodSelector.Matches(own.Pod.Labels) || !p.Spec.Isolates(direction) {
			continue
		}
		isolated = true
		if slices.ContainsFunc(rules(p.Spec, direction), func(r rule) bool {
			return c.peers(r.peers, own.Pod.Namespace, other) && ports(r.ports, destination, service)
		}) {
			return true
		}
	}
	return !isolated
}

// rule is an ingress or egress rule.
type rule struct {
	peers []kubernetes.Peer
	ports []kubernetes.Port
}

func rules(s kubernetes.NetworkPolicySpec, direction string) []rule {
	var out []rule
	if direction == kubernetes.Ingress {
		for _, r := range s.Ingress {
			out = append(out, rule{r.From, r.Ports})
		}
		return out
	}
	for _, r := range s.Egress {
		out = append(out, rule{r.To, r.Ports})
	}
	return out
}

// peers reports whether an end is one of the peers. namespace is that of the policy.
func (c Cluster) peers(peers []kubernetes.Peer, namespace string, e End) bool {
	return len(peers) == 0 || slices.ContainsFunc(peers, func(p kubernetes.Peer) bool { return c.peer(p, namespace, e) })
}

func (c Cluster) peer(p kubernetes.Peer, namespace string, e End) bool {
	if p.IPBlock != nil {
		return inBlock(*p.IPBlock, e.address())
	}
	if e.Pod == nil || p.NamespaceSelector == nil && p.PodSelector == nil {
		return false
	}
	if p.NamespaceSelector == nil {
		return e.Pod.Namespace == namespace && p.PodSelector.Matches(e.Pod.Labels)
	}
	return p.NamespaceSelector.Matches(c.labels(e.Pod.Namespace)) && (p.PodSelector == nil || p.PodSelector.Matches(e.Pod.Labels))
}

// labels returns the labels of a namespace.
func (c Cluster) labels(namespace string) map[string]string {
	out := map[string]string{}
	for key, value := range c.Namespaces[namespace] {
		out[key] = value
	}
	out[kubernetes.NamespaceLabel] = namespace
	return out
}

func (e End) address() netip.Addr {
	if e.Pod != nil {
		return e.Pod.Address
	}
	return e.Address
}

func inBlock(b kubernetes.IPBlock, address netip.Addr) bool {
	return within(b.CIDR, address) && !slices.ContainsFunc(b.Except, func(e string) bool { return within(e, address) })
}

// within reports whether an address is in a block. No address is in a text that is no block.
func within(block string, address netip.Addr) bool {
	prefix, err := netip.ParsePrefix(block)
	return err == nil && prefix.Contains(address)
}

// ports reports whether a connection is for one of the ports. A name is that of a port of the destination's pod.
func ports(ports []kubernetes.Port, destination End, s Service) bool {
	return len(ports) == 0 || slices.ContainsFunc(ports, func(p kubernetes.Port) bool {
		if protocolOf(p) != s.Protocol {
			return false
		}
		switch {
		case p.Name != "":
			return destination.Pod != nil && slices.Contains(destination.Pod.Ports, NamedPort{p.Name, s.Protocol, s.Port})
		case p.Number == 0:
			return true
		case p.End != 0:
			return p.Number <= s.Port && s.Port <= p.End
		}
		return p.Number == s.Port
	})
}

func protocolOf(p kubernetes.Port) string {
	if p.Protocol == "" {
		return "TCP"
	}
	return p.Protocol
}
