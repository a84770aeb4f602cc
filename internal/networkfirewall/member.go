package networkfirewall

import (
	"cmp"
	"fmt"
	"slices"
)

// members checks the groups of a policy beside each other.
func (p *problems) members(policy *Policy) {
	if !IsToken(policy.Order) {
		p.places(policy.Members, policy.strict(), "rule group")
	}
	p.places(policy.Stateless, true, "stateless rule group")
	for i, m := range policy.Members {
		p.memberOrder(policy, i, m)
		p.allowList(policy, i, m)
		if m.AlertOnly && m.Managed == "" && m.Group != nil {
			p.member("override", i, "the actions of a group that is not managed are overridden",
				m.Path+" has an Override; AWS takes it for managed groups alone", "leave it out")
		}
		if m.Group != nil && m.Group.IsStateless {
			p.member("policy-group", i, "a stateless rule group stands among the stateful ones", m.Path, "name it in StatelessRuleGroupReferences")
		}
	}
	for _, m := range policy.Stateless {
		if m.Group != nil && !m.Group.IsStateless && !m.Group.Open {
			p.fail("policy-group", m.Where, "a stateful rule group stands among the stateless ones", m.Path,
				"name it in StatefulRuleGroupReferences")
		}
	}
}

func (p *problems) member(kind string, i int, summary, detail, fix string) {
	p.add(Problem{Kind: kind, Members: []int{i}, Summary: summary, Detail: detail, Fix: fix})
}

// places checks the priorities of groups, and that none is there twice.
func (p *problems) places(members []Member, ordered bool, what string) {
	byPriority, byKey := map[int]int{}, map[string]int{}
	for i, m := range members {
		add := func(kind, summary, detail, fix string, other ...int) {
			p.add(Problem{Kind: kind, Where: m.Where, Members: append([]int{i}, other...), Summary: summary, Detail: detail, Fix: fix})
		}
		other, twice := byPriority[m.Priority]
		switch {
		case m.OpenPriority:
		case ordered && m.NoPriority:
			add("priority", "a "+what+" has no priority", m.Path+"; in this order AWS asks for one", "state a Priority")
		case !ordered && !m.NoPriority:
			add("priority", "a "+what+" has a priority and the policy no strict order",
				fmt.Sprintf("got %d for %s; AWS takes priorities in STRICT_ORDER alone", m.Priority, m.Path),
				"leave it out, or set RuleOrder to STRICT_ORDER")
		case ordered && (m.Priority < 1 || m.Priority > maxPriority):
			add("priority", "the priority of a "+what+" is out of range", fmt.Sprintf("got %d for %s; allowed are 1 to %d", m.Priority, m.Path,
				maxPriority), "")
		}
		if ordered && !m.OpenPriority && !m.NoPriority {
			if twice {
				add("priority", fmt.Sprintf("two %ss have priority %d", what, m.Priority), m.Path+" and "+members[other].Path,
					"give one of them another", other)
			}
			byPriority[m.Priority] = i
		}
		if other, twice := byKey[m.Key]; twice && m.Key != "" {
			add("policy-group", "a "+what+" is in the policy twice", m.Path, "add it once", other)
		}
		byKey[m.Key] = i
	}
}

// memberOrder holds the order of a group's rules against the policy's.
func (p *problems) memberOrder(policy *Policy, i int, m Member) {
	own := m.ManagedOrder
	if m.Group != nil && !m.Group.IsStateless {
		own = cmp.Or(m.Group.Order, ActionOrder)
	}
	want := cmp.Or(policy.Order, ActionOrder)
	if own == "" || own == want || IsToken(own+want) {
		return
	}
	p.member("rule-order", i, "the rule order of a group is another than the policy's",
		fmt.Sprintf("%s has %s, and the policy %s; AWS takes equal ones alone", m.Path, own, want),
		"set RuleOrder to STRICT_ORDER in both; neither can be changed after it is made, so change the name with it")
}

// allowList refuses lists that can pass nothing: a strict default drops connections before they name anybody.
func (p *problems) allowList(policy *Policy, i int, m Member) {
	if m.Group == nil || m.Group.List == nil || m.Group.List.Action != allowList || !slices.Contains(policy.Defaults, dropStrict) {
		return
	}
	p.member("domain-list-strict", i, "a domain list in a policy that drops strictly",
		m.Path+" passes connections by name, and the first packets, which name nobody, are dropped",
		"use aws:drop_established_app_layer_to_server with its alert")
}

// budget counts groups and rules against the quotas of a policy.
func (p *problems) budget(policy *Policy) {
	for _, set := range []struct {
		members     []Member
		where, what string
	}{{policy.Members, "FirewallPolicy.StatefulRuleGroupReferences", "rule groups"}, {policy.Stateless,
		"FirewallPolicy.StatelessRuleGroupReferences", "stateless rule groups"}} {
		if n := len(set.members); n > maxPolicyGroups {
			p.fail("group-quota", set.where, "the policy has too many "+set.what, fmt.Sprintf("it has %d with managed ones; AWS takes %d", n,
				maxPolicyGroups), "join groups of one concern")
		}
		if rules := room(set.members); rules > maxPolicyRules {
			p.fail("rule-quota", set.where, "the policy reserves room for too many rules",
				fmt.Sprintf("its groups reserve %d with managed ones; AWS takes %d unless the quota is raised", rules, maxPolicyRules),
				"leave out managed groups, or state smaller capacities")
		}
	}
}

// room is how many rules groups reserve room for, as far as that is known.
func room(members []Member) int {
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
