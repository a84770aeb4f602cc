package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

// NoOpRules is how many IPv4 egress rules a group has that let nothing through: one, which keeps AWS's allow-all away. It counts
// against the quota.
const NoOpRules = 1

// side is one direction of one group.
type side struct {
	group     string
	direction Direction
}

// RuleCounts counts the rules of each tier's group as its quota does, by direction.
func (p *Plan) RuleCounts() map[string][2]int {
	counts := map[string][2]int{}
	add := func(r Rule) {
		c := counts[r.Group]
		c[r.Direction] += r.Weight()
		counts[r.Group] = c
	}
	for _, g := range p.Groups {
		for _, r := range slices.Concat(g.Ingress, g.Egress) {
			add(r)
		}
	}
	for _, r := range p.Rules {
		add(r.Rule)
	}
	return counts
}

// familyCount counts rules by the address family that EC2 counts them in.
type familyCount struct{ v4, v6 int }

// groupQuotas reports the groups with more rules than a group may hold.
func groupQuotas(m *arch.Model, rules map[RuleKey]*Rule) diag.List {
	counts := countRules(m, rules)
	var diags diag.List
	for _, t := range m.Tiers {
		for _, direction := range []Direction{Ingress, Egress} {
			c := counts[side{t.ID, direction}]
			if c != nil && max(c.v4, c.v6) > m.Network.RulesPerGroup {
				diags.Add(overQuota(m, t, direction, *c))
			}
		}
	}
	return diags
}

// countRules counts as EC2 does: a block in its family, a reference in both, a prefix list with its entries in both. The
// owner of an imported group counts its rules.
func countRules(m *arch.Model, rules map[RuleKey]*Rule) map[side]*familyCount {
	counts := map[side]*familyCount{}
	for _, t := range m.Tiers {
		if t.Imported == nil {
			counts[side{t.ID, Ingress}] = &familyCount{}
			counts[side{t.ID, Egress}] = &familyCount{v4: NoOpRules}
		}
	}
	for key := range rules {
		c := counts[side{key.Group, key.Direction}]
		if c == nil {
			continue
		}
		v4, v6 := key.Peer.Families(true)
		if v4 {
			c.v4 += key.Weight()
		}
		if v6 {
			c.v6 += key.Weight()
		}
	}
	return counts
}

func overQuota(m *arch.Model, t arch.Tier, direction Direction, c familyCount) diag.Diagnostic {
	family, n := "IPv4", c.v4
	if c.v6 > c.v4 {
		family, n = "IPv6", c.v6
	}
	own := ""
	if direction == Egress && family == "IPv4" {
		own = ", one of them the no-op that keeps AWS's allow-all egress away"
	}
	return diag.Diagnostic{
		Rule: "rule-quota", Path: m.Network.PathTo(m.Network.TierPath(t.ID)), At: []diag.Position{t.At},
		Summary: fmt.Sprintf("the security group has more %s rules than a group may hold", strings.ToLower(direction.String())),
		Detail: fmt.Sprintf("%s has %d for %s%s; allowed are %d; a reference to a group counts once in each family, a prefix list "+
			"with all its entries", t.ID, n, family, own, m.Network.RulesPerGroup),
		Fix: "merge ports into ranges or blocks into larger ones, split the tier, or set " +
			m.Network.Say("RulesPerGroup", "`rulesPerGroup`") + " to the account's raised quota",
	}
}
