// Package pods derives the policies of the tiers that are pods of a Kubernetes cluster: NetworkPolicies from the declared flows, and, where
// asked, CiliumNetworkPolicies with names, SecurityGroupPolicies, and a baseline that denies what no policy allows.
//
// It knows the declared architecture and its addresses. It must not know templates, CDK, or what other controls of the plan hold. Package
// kubernetes has the language of policies.
package pods

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/kubernetes"
)

// Choices are the choices beyond the architecture.
type Choices struct {
	// Cilium says that Cilium is the network plugin, which knows names.
	Cilium bool
	// Baseline is what denies connections of pods that are of no tier.
	Baseline Baseline
	// Groups are the ids of the security groups that the pods of a tier get, by tier id. The first is the tier's own.
	Groups map[string][]string
}

// Baseline is what denies connections of pods that are of no tier, in the namespaces of the tiers.
type Baseline string

// The baselines.
const (
	NoBaseline         Baseline = ""           // nothing
	NamespaceBaseline  Baseline = "namespace"  // a NetworkPolicy for all pods of each namespace
	KubernetesBaseline Baseline = "kubernetes" // a ClusterNetworkPolicy of Kubernetes
	EKSBaseline        Baseline = "eks"        // a ClusterNetworkPolicy of EKS
)

// Plan is the policies of a network.
type Plan struct {
	Tiers    []Tier                // by id: those that are pods and that nobody else owns
	Baseline []kubernetes.Document // of the namespaces; none if not asked for
}

// Tier is the policies of a tier.
type Tier struct {
	ID        string
	Documents []kubernetes.Document // its NetworkPolicy comes first
}

// Of derives the policies. The diagnostics say which flows no policy can hold, as errors, and where policies let through more or less than
// the flows, as warnings. With errors the plan may be used for nothing.
func Of(m *arch.Model, choices Choices) (Plan, diag.List) {
	b := &builder{m: m, choices: choices}
	var out Plan
	for _, t := range m.Tiers {
		if t.Kubernetes != nil && t.Imported == nil {
			out.Tiers = append(out.Tiers, Tier{t.ID, b.tier(t)})
		}
	}
	if len(out.Tiers) == 0 {
		b.add(diag.Error, "pods-none", nil, m.Network.Path, "no tier says which pods it is",
			"policies are for tiers that run on Kubernetes; containers of Amazon ECS, ECS Service Connect and functions need none, because "+
				"security groups and the other controls hold for them", b.declareFix())
	}
	b.checkGroups()
	out.Baseline = b.baseline(out)
	b.checkAll(out)
	return out, b.diags.Sorted()
}

type builder struct {
	m       *arch.Model
	choices Choices
	diags   diag.List
}

func (b *builder) add(severity diag.Severity, rule string, at []diag.Position, path, summary, detail, fix string) {
	b.diags.Add(diag.Diagnostic{
		Severity: severity, Rule: rule, Subject: b.m.Network.Subject(path), Summary: summary, Detail: detail, Fix: fix,
		Path: b.m.Network.PathTo(path), At: at,
	})
}

func (b *builder) declareFix() string {
	return b.m.Network.Say(
		`set Kubernetes: &tiers.Kubernetes{Namespace: "shop", Labels: map[string]string{"app": "web"}} in the props of a tier`,
		"write which pods a tier is:\ntiers:\n  Web: {kind: web, kubernetes: {namespace: shop, labels: {app: web}}}")
}

// policyName is the name of a tier's policies. Ids of tiers differ in more than case.
func policyName(tier string) string { return strings.ToLower(tier) + "-tier" }

// selects is the selector of a tier's pods in their namespace.
func selects(k arch.Kubernetes) kubernetes.Selector {
	return kubernetes.Selector{MatchLabels: maps.Clone(k.Labels)}
}

// tier returns the policies of a tier.
func (b *builder) tier(t arch.Tier) []kubernetes.Document {
	meta := kubernetes.Metadata{Name: policyName(t.ID), Namespace: t.Kubernetes.Namespace}
	p := &policy{b: b, tier: t, network: kubernetes.NetworkPolicy{Metadata: meta, Spec: kubernetes.NetworkPolicySpec{
		PodSelector: selects(*t.Kubernetes), PolicyTypes: []string{kubernetes.Ingress, kubernetes.Egress},
	}}}
	for _, f := range b.m.Flows {
		if f.To.Kind.IsTier() && f.To.Text == t.ID {
			p.ingress(f)
		}
		if f.From.Kind.IsTier() && f.From.Text == t.ID {
			p.egress(f)
		}
	}
	p.clients()
	p.dns()
	if crowded := kubernetes.CrowdedBlocks(p.network); len(crowded) > 0 && !b.choices.Cilium {
		b.add(diag.Warning, "pods-limit", []diag.Position{t.At}, b.m.Network.TierPath(t.ID), "the VPC CNI may not hold a policy",
			fmt.Sprintf("%s: more than %d pairs of port and protocol", strings.Join(crowded, ", "), kubernetes.MaxPortsOfBlock),
			"name ranges of ports in place of single ports")
	}
	return p.documents(meta)
}

// checkGroups reports groups of tiers that are no pods, and pods whose groups keep DNS away from them.
func (b *builder) checkGroups() {
	for _, id := range slices.Sorted(maps.Keys(b.choices.Groups)) {
		t, ok := b.m.Tier(id)
		if !ok || t.Kubernetes == nil || t.Imported != nil {
			b.add(diag.Error, "pods-group", []diag.Position{t.At}, b.m.Network.TierPath(id), "a security group is for no pods of this network",
				fmt.Sprintf("got a group for %.80q", id), "name a tier that says which pods it is")
			continue
		}
		if len(b.choices.Groups[id]) == 1 && !b.asksDNS(t) {
			b.add(diag.Warning, "pods-dns", []diag.Position{t.At}, b.m.Network.TierPath(id), "pods with the tier's security group cannot ask DNS",
				"its group has no rule for the DNS of the cluster, whose pods have the group of the nodes or the cluster's",
				"if the nodes are a tier that shares its subnets with the pods, declare a flow of dns to it; or "+
					b.m.Network.Say("import the cluster's group as a tier that is the pods of DNS, and declare a flow of dns to it",
						"import the cluster's group as a tier, and declare the flow:\ntiers:\n  ClusterDNS:\n    kind: app\n"+
							"    import: {securityGroup: sg-0123456789abcdef0}\n    kubernetes: {namespace: kube-system, labels: {k8s-app: kube-dns}}\n"+
							"flows:\n  "+t.ID+" -> ClusterDNS dns: names")+"; or name a second group with such a rule")
		}
	}
}

// asksDNS reports whether a flow leads from a tier to the DNS of the cluster, or to the nodes, whose group the pods of DNS have.
func (b *builder) asksDNS(t arch.Tier) bool {
	return slices.ContainsFunc(b.m.Flows, func(f arch.CheckedFlow) bool {
		return f.From.Kind.IsTier() && f.From.Text == t.ID && f.Allows(arch.Ports{Protocol: arch.UDP, From: dnsPort, To: dnsPort}) &&
			(b.isDNS(f.To) || b.areNodes(f.To, t))
	})
}

// areNodes reports whether a peer is a tier that is no pods, in the subnets of a tier of pods.
func (b *builder) areNodes(p arch.Peer, pods arch.Tier) bool {
	if !p.Kind.IsTier() {
		return false
	}
	t, _ := b.m.Tier(p.Text)
	return t.Kubernetes == nil && t.Imported == nil && t.SubnetOwner() == pods.SubnetOwner()
}

// isDNS reports whether a peer is the DNS of the cluster.
func (b *builder) isDNS(p arch.Peer) bool {
	if !p.Kind.IsTier() {
		return false
	}
	t, _ := b.m.Tier(p.Text)
	return t.Kubernetes != nil && t.Kubernetes.Namespace == dnsNamespace && t.Kubernetes.Labels[dnsLabel] == dnsApp
}

// checkAll reports what Kubernetes would reject: a mistake of this package.
func (b *builder) checkAll(p Plan) {
	all := slices.Clone(p.Baseline)
	for _, t := range p.Tiers {
		all = append(all, t.Documents...)
	}
	for _, d := range all {
		for _, err := range kubernetes.Check(d.Object) {
			b.add(diag.Error, "pods-policy", nil, b.m.Network.Path, "Kubernetes rejects a policy", d.Title()+": "+err.Error(), "")
		}
	}
}

// namespaces returns the namespaces of the tiers, in order.
func (b *builder) namespaces() []string {
	var out []string
	for _, t := range b.m.Tiers {
		if t.Kubernetes != nil && t.Imported == nil && !slices.Contains(out, t.Kubernetes.Namespace) {
			out = append(out, t.Kubernetes.Namespace)
		}
	}
	slices.SortFunc(out, cmp.Compare[string])
	return out
}
