package upgrade

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/cfn"
)

// ruleQuota is Amazon VPC's quota of rules for a security group, for each direction and family of addresses.
var ruleQuota = quota{
	rule: "rule-quota", name: "Inbound or outbound rules per security group", limit: catalog.RulesPerGroup,
	counting: "a rule with a group counts in both families, and a rule with a prefix list counts as all entries that the list may hold; ",
	answer:   "RulesPerSecurityGroupLimitExceeded", merge: "merge ports into ranges or blocks into larger ones, split the group",
}

// groupRules holds the rules of one group and direction, by rule.key: before, at the peak during the update, and after.
type groupRules struct{ before, peak, after map[string]rule }

// checkRuleQuotas finds groups with too many rules, after the update or during it. Removed inline rules are revoked
// before new ones are authorised, but removed standalone rules are deleted last.
func (u *update) checkRuleQuotas() {
	groups := u.largeGroups()
	for b := range resources(u.before) {
		for _, r := range u.rulesOf(b) {
			g := groups[r.groupDirection()]
			if g == nil {
				continue
			}
			g.before[r.key()] = r
			if r.owner.Type != groupType {
				g.peak[r.key()] = r
			}
		}
	}
	for a := range resources(u.after) {
		for _, r := range u.rulesOf(a) {
			if g := groups[r.groupDirection()]; g != nil {
				g.after[r.key()], g.peak[r.key()] = r, r
			}
		}
	}
	for _, place := range slices.Sorted(maps.Keys(groups)) {
		u.checkRuleQuota(groups[place])
	}
}

// largeGroups prepares an entry for each group and direction with so many rules, before and after together, that it may
// exceed the quota.
func (u *update) largeGroups() map[string]*groupRules {
	count, out := map[string]int{}, map[string]*groupRules{}
	for _, a := range []*cfn.Assembly{u.before, u.after} {
		for x := range resources(a) {
			for _, r := range u.rulesOf(x) {
				place := r.groupDirection()
				if count[place] += max(u.weight(r, "IPv4"), u.weight(r, "IPv6")); count[place] > ruleQuota.limit && out[place] == nil {
					out[place] = &groupRules{map[string]rule{}, map[string]rule{}, map[string]rule{}}
				}
			}
		}
	}
	return out
}

func (u *update) checkRuleQuota(g *groupRules) {
	for _, family := range []string{"IPv4", "IPv6"} {
		c := counts{before: u.countRules(g.before, family), peak: u.countRules(g.peak, family), after: u.countRules(g.after, family)}
		if !c.exceeds(ruleQuota.limit) {
			continue
		}
		at, way := g.newest(), "inbound"
		if at.egress {
			way = "outbound"
		}
		u.reportQuota(ruleQuota, c, at.owner, at.line, "the security group "+at.groupName(), way+" "+family+" rules")
		return // Most groups exceed it in both families: one finding is enough.
	}
}

// newest returns the first new rule of the state after, or its first rule if none is new.
func (g *groupRules) newest() rule {
	var added []rule
	for key, r := range g.after {
		if _, old := g.before[key]; !old {
			added = append(added, r)
		}
	}
	if len(added) == 0 {
		added = slices.Collect(maps.Values(g.after))
	}
	return slices.MinFunc(added, func(r, s rule) int {
		return cmp.Or(strings.Compare(r.owner.Stack.Name, s.owner.Stack.Name), r.line-s.line, strings.Compare(r.key(), s.key()))
	})
}

// groupName returns the group of a rule as messages name it.
func (r rule) groupName() string {
	if r.owner.Type == groupType {
		return r.owner.String()
	}
	return plainText(groupOf(r.owner))
}

// countRules counts rules of a family as EC2 does. Rules under different conditions may not exist together: only the
// largest set under one condition counts.
func (u *update) countRules(rules map[string]rule, family string) int {
	certain, under := 0, map[string]int{}
	for _, r := range rules {
		switch n := u.weight(r, family); r.condition {
		case "":
			certain += n
		default:
			under[r.condition] += n
		}
	}
	return certain + slices.Max(append(slices.Collect(maps.Values(under)), 0))
}

// weight returns how many rules of a family EC2 counts a rule as.
func (u *update) weight(r rule, family string) int {
	for _, name := range peerProperties {
		v := r.property(name)
		if v.IsMissing() {
			continue
		}
		switch {
		case name == "CidrIp":
			return countIf(family == "IPv4")
		case name == "CidrIpv6":
			return countIf(family == "IPv6")
		case strings.HasSuffix(name, "PrefixListId"):
			return u.entriesOf(v, r.owner.Stack.Region, family)
		}
		return 1
	}
	return 0
}

func countIf(counts bool) int {
	if counts {
		return 1
	}
	return 0
}
