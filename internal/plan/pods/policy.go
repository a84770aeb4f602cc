package pods

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/kubernetes"
)

// policy collects the rules of a tier's pods.
type policy struct {
	b       *builder
	tier    arch.Tier
	network kubernetes.NetworkPolicy
	names   []kubernetes.CiliumEgressRule
	flows   []string // in words, for comments
	wider   []string // what the policy lets through beyond the flows
}

// ingress adds what a flow to the tier needs.
func (p *policy) ingress(f arch.CheckedFlow) {
	ports, ok := p.ports(f)
	if !ok {
		return
	}
	p.flow(f)
	if peers := p.peers(f, f.From); len(peers) > 0 {
		p.addIngress(kubernetes.IngressRule{From: peers, Ports: ports})
	}
}

func (p *policy) addIngress(r kubernetes.IngressRule) {
	same := func(have kubernetes.IngressRule) bool { return equalRules(have.From, r.From, have.Ports, r.Ports) }
	if !slices.ContainsFunc(p.network.Spec.Ingress, same) {
		p.network.Spec.Ingress = append(p.network.Spec.Ingress, r)
	}
}

// egress adds what a flow from the tier needs.
func (p *policy) egress(f arch.CheckedFlow) {
	ports, ok := p.ports(f)
	if !ok {
		return
	}
	p.flow(f)
	if f.To.Kind == arch.Domain && p.b.choices.Cilium {
		p.names = append(p.names, nameRule(f.To.Text, ports))
		return
	}
	if peers := p.peers(f, f.To); len(peers) > 0 {
		p.addEgress(kubernetes.EgressRule{To: peers, Ports: ports})
	}
}

func (p *policy) addEgress(r kubernetes.EgressRule) {
	same := func(have kubernetes.EgressRule) bool { return equalRules(have.To, r.To, have.Ports, r.Ports) }
	if !slices.ContainsFunc(p.network.Spec.Egress, same) {
		p.network.Spec.Egress = append(p.network.Spec.Egress, r)
	}
}

// equalRules reports whether two rules have the same peers and ports.
func equalRules(peers, others []kubernetes.Peer, ports, otherPorts []kubernetes.Port) bool {
	return slices.Equal(ports, otherPorts) && slices.EqualFunc(peers, others, kubernetes.Peer.Equal)
}

// flow notes a flow for the comment. A flow within the tier is noted once.
func (p *policy) flow(f arch.CheckedFlow) {
	text := f.From.String() + " -> " + f.To.String() + " " + arch.FormatService(f.Ports)
	if !slices.Contains(p.flows, text) {
		p.flows = append(p.flows, text)
	}
}

// ports returns the ports of a flow as a policy has them; none are all. ok is false if a policy cannot hold any of them.
func (p *policy) ports(f arch.CheckedFlow) (out []kubernetes.Port, ok bool) {
	var icmp []arch.Ports
	for _, one := range f.Ports {
		switch {
		case one.IsAll():
			return nil, true
		case one.IsICMP():
			icmp = append(icmp, one)
		default:
			port := kubernetes.Port{Protocol: map[arch.Protocol]string{arch.TCP: "TCP", arch.UDP: "UDP"}[one.Protocol], Number: one.From}
			if one.To != one.From {
				port.End = one.To
			}
			out = append(out, port)
		}
	}
	if len(icmp) > 0 {
		p.b.warnFlow("pods-icmp", f, "a policy for pods cannot hold "+arch.FormatService(icmp),
			"a NetworkPolicy knows TCP, UDP and SCTP; whether ICMP passes is left to the network plugin", "")
	}
	return out, len(out) > 0
}

// widen states what the policy lets through beyond a flow.
func (p *policy) widen(f arch.CheckedFlow, carries, reason string) {
	text := carries + ": " + reason
	if slices.Contains(p.wider, text) {
		return
	}
	p.wider = append(p.wider, text)
	p.b.warnFlow("pods-wider", f, "the policy of "+p.tier.ID+" allows "+carries, reason, "")
}

// warnFlow warns of a flow.
func (b *builder) warnFlow(rule string, f arch.CheckedFlow, summary, detail, fix string) {
	b.diags.Add(diag.Diagnostic{
		Severity: diag.Warning, Rule: rule, Subject: b.m.Network.Subject(f.SubjectString()), Summary: summary, Detail: detail, Fix: fix,
		Path: b.m.Network.PathTo(b.m.Network.FlowPath(f.Flow)), At: f.At,
	})
}

// clients adds what pods need behind a load balancer that keeps the addresses of its clients.
func (p *policy) clients() {
	for _, a := range p.b.m.ClientAddresses {
		if a.To != p.tier.ID {
			continue
		}
		for _, f := range p.b.m.Flows {
			if !a.IsClient(f) {
				continue
			}
			kept := f
			kept.Ports = a.Ports
			ports, ok := p.ports(kept)
			peers := p.peers(f, f.From)
			if !ok || len(peers) == 0 {
				continue
			}
			p.widen(f, fmt.Sprintf("%s from %s", arch.FormatService(a.Ports), f.From),
				"a load balancer of "+a.From+" keeps its clients' addresses; the security groups let through only what comes by it")
			p.addIngress(kubernetes.IngressRule{From: peers, Ports: ports})
		}
	}
}

// documents returns the policies with their comments.
func (p *policy) documents(meta kubernetes.Metadata) []kubernetes.Document {
	comment := []string{"Pods of the tier " + p.tier.ID + ". Everything else is denied, in both directions."}
	for _, f := range p.flows {
		comment = append(comment, "  "+f)
	}
	comment = append(comment, "Every pod may ask the DNS of the cluster.")
	for _, w := range p.wider {
		comment = append(comment, "Wider than the flows: "+w)
	}
	out := []kubernetes.Document{{Comment: comment, Object: p.network}}
	if len(p.names) > 0 {
		out = append(out, p.cilium(meta))
	}
	if groups := p.b.choices.Groups[p.tier.ID]; len(groups) > 0 {
		out = append(out, kubernetes.Document{
			Comment: []string{"EKS gives the pods these security groups. Pods that run already keep their interfaces until they start again."},
			Object: kubernetes.SecurityGroupPolicy{Metadata: meta, Spec: kubernetes.SecurityGroupPolicySpec{
				PodSelector: selects(*p.tier.Kubernetes), SecurityGroups: kubernetes.SecurityGroups{GroupIDs: groups},
			}},
		})
	}
	return out
}
