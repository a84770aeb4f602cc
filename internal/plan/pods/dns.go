package pods

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/kubernetes"
)

// The DNS of a cluster: CoreDNS, as EKS runs it.
const (
	dnsNamespace = "kube-system"
	dnsLabel     = "k8s-app"
	dnsApp       = "kube-dns"
	dnsPort      = 53
)

func dnsPods() kubernetes.Selector {
	return kubernetes.Selector{MatchLabels: map[string]string{dnsLabel: dnsApp}}
}

func dnsPorts() []kubernetes.Port {
	return []kubernetes.Port{{Protocol: "TCP", Number: dnsPort}, {Protocol: "UDP", Number: dnsPort}}
}

// dns lets the pods ask the DNS of the cluster. With names it is Cilium's policy that does: a second rule for the same port, without names,
// would keep Cilium from reading the answers.
func (p *policy) dns() {
	if len(p.names) > 0 {
		p.withoutDNS()
		return
	}
	p.addEgress(kubernetes.EgressRule{
		To:    []kubernetes.Peer{{NamespaceSelector: kubernetes.InNamespace(dnsNamespace), PodSelector: new(dnsPods())}},
		Ports: dnsPorts(),
	})
}

// withoutDNS removes port 53 from the rules of declared flows to pods that may be the DNS of the cluster.
func (p *policy) withoutDNS() {
	var kept []kubernetes.EgressRule
	for _, r := range p.network.Spec.Egress {
		if !mayBeDNS(r.To) {
			kept = append(kept, r)
			continue
		}
		inRange := func(port kubernetes.Port) bool { return port.Number <= dnsPort && dnsPort <= port.End }
		if len(r.Ports) == 0 || slices.ContainsFunc(r.Ports, inRange) {
			p.b.add(diag.Error, "pods-names", []diag.Position{p.tier.At}, p.b.m.Network.TierPath(p.tier.ID),
				"Cilium cannot read names beside a flow of many ports to the DNS of the cluster",
				"a rule for port 53 without names keeps Cilium from reading the answers of DNS", "name the ports of the flow without a range or all")
		}
		r.Ports = slices.DeleteFunc(slices.Clone(r.Ports), func(port kubernetes.Port) bool { return port.Number == dnsPort })
		if len(r.Ports) > 0 {
			kept = append(kept, r)
		}
	}
	p.network.Spec.Egress = kept
}

// mayBeDNS reports whether a peer may be the DNS of the cluster.
func mayBeDNS(peers []kubernetes.Peer) bool {
	return slices.ContainsFunc(peers, func(p kubernetes.Peer) bool {
		if p.NamespaceSelector == nil || p.NamespaceSelector.MatchLabels[kubernetes.NamespaceLabel] != dnsNamespace {
			return false
		}
		name, named := p.PodSelector.MatchLabels[dnsLabel]
		return !named || name == dnsApp
	})
}

// nameRule returns Cilium's rule for a domain. A leading dot means the domain and all names below it.
func nameRule(domain string, ports []kubernetes.Port) kubernetes.CiliumEgressRule {
	names := []kubernetes.CiliumName{{MatchName: domain}}
	if below, ok := strings.CutPrefix(domain, "."); ok {
		names = []kubernetes.CiliumName{{MatchName: below}, {MatchPattern: "*." + below}, {MatchPattern: "**." + below}}
	}
	return kubernetes.CiliumEgressRule{ToFQDNs: names, ToPorts: []kubernetes.CiliumPorts{{Ports: ciliumPorts(ports)}}}
}

func ciliumPorts(ports []kubernetes.Port) []kubernetes.CiliumPort {
	var out []kubernetes.CiliumPort
	for _, p := range ports {
		out = append(out, p.Cilium())
	}
	return out
}

// cilium returns the policy with the names that the pods may connect to, and with the rule for DNS that this needs.
func (p *policy) cilium(meta kubernetes.Metadata) kubernetes.Document {
	comment := []string{"The names that pods of the tier " + p.tier.ID + " may connect to. Cilium learns their addresses from answers of DNS."}
	for _, f := range p.b.m.Flows {
		if f.To.Kind == arch.Domain && strings.HasPrefix(f.To.Text, ".") && f.From.Text == p.tier.ID {
			comment = append(comment, "Releases of Cilium that do not know **. match one level of names below "+f.To.Text[1:]+" only.")
		}
	}
	pods := dnsPods()
	pods.MatchLabels["k8s:io.kubernetes.pod.namespace"] = dnsNamespace
	rules := []kubernetes.CiliumEgressRule{{
		ToEndpoints: []kubernetes.Selector{pods},
		ToPorts: []kubernetes.CiliumPorts{{
			Ports: ciliumPorts(dnsPorts()), Rules: &kubernetes.CiliumRules{DNS: []kubernetes.CiliumName{{MatchPattern: "*"}}},
		}},
	}}
	return kubernetes.Document{Comment: comment, Object: kubernetes.CiliumNetworkPolicy{Metadata: meta, Spec: kubernetes.CiliumSpec{
		EndpointSelector: selects(*p.tier.Kubernetes), Egress: append(rules, p.names...),
	}}}
}
