package pods

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"

	"github.com/tierwall/tierwall/internal/plan/pods"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
)

// Props are the properties of [Apply]; nil is the zero Props.
type Props struct {
	// Cilium says that Cilium is the network plugin of the cluster, and adds policies with the names of flows to tiers.Domain.
	Cilium bool
	// Baseline denies connections of pods that are of no tier, in the namespaces of the tiers. It is applied after everything else.
	Baseline Baseline
	// SecurityGroups are the tiers whose pods get network interfaces with the tier's security group, and with up to four further groups. A
	// nil list is no further group. Pods that run keep their interfaces until they start again.
	SecurityGroups map[tiers.Tier][]awsec2.ISecurityGroup
}

// Baseline is what denies connections of pods that are of no tier.
type Baseline int

// The baselines.
const (
	// NoBaseline is the zero Baseline: such pods are not restricted.
	NoBaseline Baseline = iota
	// NamespaceBaseline is a NetworkPolicy for all pods of each namespace. It denies everything, DNS too.
	NamespaceBaseline
	// KubernetesBaseline is a ClusterNetworkPolicy of Kubernetes: such pods reach DNS alone, and no pod reaches them.
	KubernetesBaseline
	// EKSBaseline is a ClusterNetworkPolicy of EKS, which says the same.
	EKSBaseline
)

var baselines = []pods.Baseline{pods.NoBaseline, pods.NamespaceBaseline, pods.KubernetesBaseline, pods.EKSBaseline}

// maxFurther is how many groups an interface can have beside that of the tier (Amazon VPC quotas, default).
const maxFurther = 4

// checkProps records what is wrong with the properties.
func (p *Policies) checkProps() {
	if b := p.props.Baseline; b < 0 || int(b) >= len(baselines) {
		p.problems.Add("pods-baseline", "the baseline is not possible", fmt.Sprintf("got Baseline(%d)", b),
			"set Baseline to pods.NamespaceBaseline, pods.KubernetesBaseline or pods.EKSBaseline, or leave it out", p.problems.At)
		p.props.Baseline = NoBaseline
	}
	for tier, more := range p.props.SecurityGroups {
		p.checkGroups(tier, more)
	}
	p.problems.List = p.problems.List.Sorted() // A map has no order.
}

// checkGroups records the groups of a tier's pods, and what is wrong with them.
func (p *Policies) checkGroups(tier tiers.Tier, more []awsec2.ISecurityGroup) {
	of := wiring.PeerOf(tier).Tier
	if of == nil || of.Network() != p.core {
		p.problems.Add("pods-group", "a security group is for no pods of this network", "a tier of SecurityGroups is nil or of another network",
			"name tiers of the network that say which pods they are", p.problems.At)
		return
	}
	if len(more) > maxFurther || slices.Contains(more, nil) {
		p.problems.Add("pods-group", "the security groups of a tier's pods are not possible",
			fmt.Sprintf("SecurityGroups has %d beside that of %s; allowed are %d, and none is nil", len(more), of.ID(), maxFurther),
			"remove those that are too many or nil", p.problems.At)
		return
	}
	groups := []*string{tier.SecurityGroup().SecurityGroupId()}
	for _, g := range more {
		groups = append(groups, g.SecurityGroupId())
	}
	p.groups[of.ID()] = groups
}

// choices returns what the plan needs to know. It knows no CDK tokens, so ids stand in for those of the groups.
func (p *Policies) choices() (pods.Choices, *strings.Replacer) {
	c := pods.Choices{Cilium: p.props.Cilium, Baseline: baselines[p.props.Baseline], Groups: map[string][]string{}}
	var known []string
	for _, tier := range slices.Sorted(maps.Keys(p.groups)) {
		for _, id := range p.groups[tier] {
			i := slices.Index(known, *id)
			if i < 0 {
				i = len(known)
				known = append(known, *id)
			}
			c.Groups[tier] = append(c.Groups[tier], standIn(i))
		}
	}
	var pairs []string
	for i, id := range known {
		pairs = append(pairs, standIn(i), id)
	}
	return c, strings.NewReplacer(pairs...)
}

// standIn is an id that no group has, because the ids of AWS are random.
func standIn(i int) string { return fmt.Sprintf("sg-%017x", i) }
