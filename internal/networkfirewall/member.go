package networkfirewall

import (
	"cmp"
	"fmt"
	"slices"
)

// members checks the groups of a policy, each by itself and together with the others.
func (p *problems) members(policy *Policy) {
	if !IsToken(policy.Order) {
		p.priorities(policy.Members, policy.strict(), "rule group")
	}
	p.priorities(policy.Stateless, true, "stateless rule group")
	for i, m := range policy.Members {
		p.memberOrder(policy, i, m)
		p.allowList(policy, i, m)
		if m.AlertOnly && m.Managed == "" && m.Group != nil {
			p.member("override", i, "a group that is not managed has an override",
				m.Path+" has an Override; AWS accepts it only for managed groups", "remove it")
		}
		if m.Group != nil && m.Group.IsStateless {
			p.member("policy-group", i, "a stateless rule group is listed as stateful", m.Path, "name it in StatelessRuleGroupReferences")
		}
	}
	for _, m := range policy.Stateless {
		if m.Group != nil && !m.Group.IsStateless && !m.Group.Open {
			p.fail("policy-group", m.Where, "a stateful rule group is listed as stateless", m.Path,
				"name it in StatefulRuleGroupReferences")
		}
	}
}

// member records a problem with the i-th member.
func (p *problems) member(kind string, i int, summary, detail, fix string) {
	p.add(Problem{Kind: kind, Members: []int{i}, Summary: summary, Detail: detail, Fix: fix})
}

// priorities checks the priorities of groups, and that no group is listed twice.
func (p *problems) priorities(members []Member, ordered bool, what string) {
	byPriority, byKey := map[int]int{}, map[string]int{}
	for i, m := range members {
		add := func(kind, summary, detail, fix string, other ...int) {
			p.add(Problem{Kind: kind, Where: m.Where, Members: append([]int{i}, other...), Summary: summary, Detail: detail, Fix: fix})
		}
		other, twice := byPriority[m.Priority]
		switch {
		case m.OpenPriority:
		case ordered && m.NoPriority:
			add("priority", "a "+what+" has no priority", m.Path+"; AWS requires one in this order", "set Priority")
		case !ordered && !m.NoPriority:
			add("priority", "a "+what+" has a priority, but the policy has no strict order",
				fmt.Sprintf("got %d for %s; AWS accepts priorities only in STRICT_ORDER", m.Priority, m.Path),
				"remove it, or set RuleOrder to STRICT_ORDER")
		case ordered && (m.Priority < 1 || m.Priority > maxPriority):
			add("priority", "the priority of a "+what+" is out of range",
				fmt.Sprintf("got %d for %s; allowed are 1 to %d", m.Priority, m.Path, maxPriority), "")
		}
		if ordered && !m.OpenPriority && !m.NoPriority {
			if twice {
				add("priority", fmt.Sprintf("two %ss have priority %d", what, m.Priority), m.Path+" and "+members[other].Path,
					"give one of them another priority", other)
			}
			byPriority[m.Priority] = i
		}
		if other, twice := byKey[m.Key]; twice && m.Key != "" {
			add("policy-group", "a "+what+" is in the policy twice", m.Path, "add it once", other)
		}
		byKey[m.Key] = i
	}
}

// memberOrder checks that a group has the rule order of the policy.
func (p *problems) memberOrder(policy *Policy, i int, m Member) {
	own := m.ManagedOrder
	if m.Group != nil && !m.Group.IsStateless {
		own = cmp.Or(m.Group.Order, ActionOrder)
	}
	want := cmp.Or(policy.Order, ActionOrder)
	if own == "" || own == want || IsToken(own+want) {
		return
	}
	p.member("rule-order", i, "a group and the policy have different rule orders",
		fmt.Sprintf("%s has %s, and the policy has %s; AWS requires the same order", m.Path, own, want),
		"set RuleOrder to STRICT_ORDER in both; AWS cannot change the order of an existing group or policy, so change the name as well")
}

// allowList reports allow lists that can pass nothing: a strict default action drops connections before their name is known.
func (p *problems) allowList(policy *Policy, i int, m Member) {
	if m.Group == nil || m.Group.List == nil || m.Group.List.Action != allowList || !slices.Contains(policy.Defaults, dropStrict) {
		return
	}
	p.member("domain-list-strict", i, "an allow list can pass nothing in a policy with "+dropStrict,
		m.Path+" passes connections by name, but the policy drops their first packets, which carry no name",
		"use aws:drop_established_app_layer_to_server with its alert")
}

// quotas checks the numbers of groups and rules against the quotas of a policy.
func (p *problems) quotas(policy *Policy) {
	for _, set := range []struct {
		members     []Member
		where, what string
	}{
		{policy.Members, "FirewallPolicy.StatefulRuleGroupReferences", "rule groups"},
		{policy.Stateless, "FirewallPolicy.StatelessRuleGroupReferences", "stateless rule groups"},
	} {
		if n := len(set.members); n > maxPolicyGroups {
			p.fail("group-quota", set.where, "the policy has too many "+set.what,
				fmt.Sprintf("it has %d including managed groups; AWS allows %d", n, maxPolicyGroups), "join groups that belong together")
		}
		if rules := reservedRules(set.members); rules > maxPolicyRules {
			p.fail("rule-quota", set.where, "the policy reserves room for too many rules",
				fmt.Sprintf("its groups reserve %d including managed groups; AWS allows %d unless the quota is raised", rules, maxPolicyRules),
				"remove managed groups, or set smaller capacities")
		}
	}
}

// reservedRules returns the number of rules that groups reserve room for, as far as it is known.
func reservedRules(members []Member) int {
	rules, unknown := 0, 0
	for _, m := range members {
		switch {
		case m.Group != nil:
			rules += m.Group.Capacity
		case m.Capacity == 0 && isUnpublished(m.Managed):
			unknown++
		case m.Capacity == 0:
			rules += ManagedCapacity(m.Managed)
		default:
			rules += m.Capacity
		}
	}
	if unknown == unpublished {
		rules += unpublishedCapacity
	}
	return rules
}
