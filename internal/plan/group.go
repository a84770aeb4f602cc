package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
)

// Group is the security group of one tier, with the rules that are part of it.
type Group struct {
	Tier            string
	Ingress, Egress []Rule
}

// noEgress matches no packet: its ICMP type and code do not exist, and its destination is the limited broadcast address. CDK uses the same
// rule. AWS adds a rule that allows all outbound traffic to a group without egress rules; noEgress prevents this.
var noEgress = Rule{
	RuleKey:     RuleKey{Direction: Egress, Ports: arch.Ports{Protocol: arch.ICMP, From: 252, To: 86}, Peer: blockPeer("255.255.255.255/32")},
	Description: "Matches nothing: keeps the default egress rule away",
}

// AllEgress returns the egress rules that a template has: those of the plan behind one that keeps the default rule of AWS away.
func (g Group) AllEgress() []Rule { return append([]Rule{noEgress}, g.Egress...) }

// GroupDescription is the description of the group of a tier. It contains only the tier's id, because a change of the description replaces
// the group.
func GroupDescription(tier string) string { return "Security group of tier " + tier }

// groupPlan holds all security groups with all their rules.
type groupPlan struct {
	groups []Group
	rules  []StandaloneRule
	notes
}

// groupsOf derives the groups with all their rules and checks their quotas.
func groupsOf(m *arch.Model, tenants tenants) groupPlan {
	rules := rulesOf(m)
	out := groupPlan{notes: notes{widenings: groupWidenings(m, tenants), diags: groupQuotas(m, rules)}}
	inline := map[side][]*Rule{}
	var alone []*Rule
	for _, r := range rules {
		if t, _ := m.Tier(r.Group); t.Imported != nil || r.Peer.Kind.IsTier() && !later(m, r.Group, r.Peer.Text) {
			alone = append(alone, r)
		} else {
			at := side{r.Group, r.Direction}
			inline[at] = append(inline[at], r)
		}
	}
	for _, t := range m.Tiers {
		if t.Imported == nil {
			out.groups = append(out.groups, Group{t.ID, sortedRules(inline[side{t.ID, Ingress}]), sortedRules(inline[side{t.ID, Egress}])})
		}
	}
	out.rules = make([]StandaloneRule, len(alone))
	for i, r := range alone {
		out.rules[i] = standalone(m, *r)
	}
	slices.SortFunc(out.rules, func(a, b StandaloneRule) int {
		return cmp.Or(strings.Compare(a.Scope, b.Scope), strings.Compare(a.ID, b.ID))
	})
	return out
}

// sortedRules returns the rules of one side of a group. Rules are large, so it sorts where they are.
func sortedRules(rules []*Rule) []Rule {
	if len(rules) == 0 {
		return nil
	}
	slices.SortFunc(rules, compareRules)
	out := make([]Rule, len(rules))
	for i, r := range rules {
		out[i] = *r
	}
	return out
}

// rulesOf derives the rules of all groups.
func rulesOf(m *arch.Model) map[RuleKey]*Rule {
	b := groupBuilder{m: m, rules: make(map[RuleKey]*Rule, 2*len(m.Flows))} // most flows have a rule at each end
	for i, f := range m.Flows {
		b.flow(i, f)
	}
	return b.rules
}

type groupBuilder struct {
	m     *arch.Model
	rules map[RuleKey]*Rule
}

// flow adds the rules at both ends of one flow.
func (b *groupBuilder) flow(index int, f arch.CheckedFlow) {
	for _, ports := range f.Ports {
		if f.From.Kind.IsTier() {
			for _, peer := range halved(peersOf(b.m, f.To, f.Path, ports), ports) {
				b.rule(index, f, RuleKey{f.From.Text, Egress, ports, peer})
			}
		}
		if f.To.Kind.IsTier() {
			for _, peer := range peersOf(b.m, f.From, f.Path, ports) {
				b.rule(index, f, RuleKey{f.To.Text, Ingress, ports, peer})
			}
		}
	}
}

func (b *groupBuilder) rule(index int, f arch.CheckedFlow, key RuleKey) {
	if t, _ := b.m.Tier(key.Group); t.Imported != nil && t.Imported.Egress == arch.EgressOpen && key.Direction == Egress {
		return // Adding a rule would make CloudFormation remove the one that lets everything out.
	}
	if r, ok := b.rules[key]; ok {
		r.Flows = append(r.Flows, index)
		return
	}
	b.rules[key] = &Rule{RuleKey: key, Description: b.description(f, key), Flows: []int{index}}
}

// description is the flow's reason or, if it has none, its ends. It holds no service name and no source line, and no
// name that can change while the rule stays: a changed description takes the rule away for a moment.
func (b *groupBuilder) description(f arch.CheckedFlow, key RuleKey) string {
	lowered := key.Peer.Kind == arch.CIDR && (f.To.Kind == arch.Domain || betweenTiers(f))
	if f.Reason != "" && !lowered { // Several flows may be lowered to one block, each with a reason of its own.
		return f.Reason
	}
	from, to := b.name(f.From, key), b.name(f.To, key)
	text := arch.CleanDescription(fmt.Sprintf("%s from %s to %s", key.Ports, from, to))
	return text[:min(len(text), arch.MaxDescription)]
}

// name names an end of a flow by what the rule's key says of it: an imported tier by its group, and a tier that is lowered
// to its addresses by those.
func (b *groupBuilder) name(end arch.Peer, key RuleKey) string {
	switch {
	case end.Kind == arch.Domain:
		return "domains by name"
	case !end.Kind.IsTier():
		return end.String()
	case end.Text != key.Group && !key.Peer.Kind.IsTier():
		return key.Peer.String()
	}
	t, _ := b.m.Tier(end.Text)
	switch {
	case t.Imported == nil:
		return end.Text
	case t.Imported.Group.Symbolic:
		return "an imported group"
	}
	return t.Imported.Group.Text
}
