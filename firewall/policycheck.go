package firewall

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/suricata"
)

// check finds what AWS refuses, and what opens the policy or closes it by mistake, once everything is wired.
func (p *Policy) check() {
	p.checkDefaults()
	p.checkMembers()
	p.checkBudget()
	p.checkShadows()
	p.checkOrder()
	p.checkGaps()
	p.checkPathMTU()
	p.checkHomeNet()
	at := p.problems.At
	if t := p.props.IdleTimeout; t != 0 && (t < 60 || t > 6000) {
		p.problems.Add("idle-timeout", "the idle timeout is out of range", fmt.Sprintf("got %d seconds; allowed are 60 to 6000, and 0 for AWS's 350", t), "", at)
	}
	if !slices.Contains([]Midstream{MidstreamReject, MidstreamDrop, MidstreamContinue}, p.props.Midstream) {
		p.problems.Add("midstream", "what becomes of connections in mid-stream is unknown", fmt.Sprintf("got %q; allowed are REJECT, DROP and CONTINUE", p.props.Midstream), "", at)
	}
}

// checkHomeNet checks the blocks that are one's own. Both families may stand side by side: EXTERNAL_NET is what is in neither.
func (p *Policy) checkHomeNet() {
	for _, block := range p.props.HomeNet {
		prefix, err := netip.ParsePrefix(block)
		if !arch.IsToken(block) && (err != nil || prefix != prefix.Masked()) {
			p.problems.Add("home-net", "a block of HomeNet is not usable", fmt.Sprintf("got %.60q; allowed are blocks in CIDR notation without host bits, as in 10.0.0.0/8", block), "", p.problems.At)
		}
	}
}

var managedName = regexp.MustCompile(`^[A-Za-z0-9]{1,100}$`)

func (p *Policy) checkMembers() {
	byPriority := map[int]member{}
	byGroup := map[string]member{}
	for _, m := range p.members {
		name, key := m.managed.name, m.managed.name
		if m.group != nil {
			name, key = m.group.problems.Path, *m.group.arn
		} else if !managedName.MatchString(name) || strings.HasSuffix(name, "Order") {
			p.problems.Add("managed-group", "the name of a managed group is not usable", fmt.Sprintf("got %.120q; allowed are letters and digits, without the suffix StrictOrder", name), "", m.at)
		}
		if m.priority < 1 || m.priority > 65535 {
			p.problems.Add("priority", "the priority of a rule group is out of range", fmt.Sprintf("got %d for %s; allowed are 1 to 65535", m.priority, name), "", m.at)
		}
		if other, twice := byPriority[m.priority]; twice {
			p.problems.List.Add(diag.Diagnostic{Rule: "priority", Path: p.problems.Path, Summary: fmt.Sprintf("two rule groups have priority %d", m.priority),
				Detail: name + " and " + other.name(), Fix: "give one of them another", At: []diag.Position{m.at, other.at}})
		}
		if other, twice := byGroup[key]; twice {
			p.problems.List.Add(diag.Diagnostic{Rule: "policy-group", Path: p.problems.Path, Summary: "a rule group is in the policy twice", Detail: name, Fix: "add it once", At: []diag.Position{m.at, other.at}})
		}
		byPriority[m.priority], byGroup[key] = m, m
		p.checkAllowList(m)
	}
}

func (m member) name() string {
	if m.group != nil {
		return m.group.problems.Path
	}
	return m.managed.name
}

// checkAllowList refuses lists that can pass nothing: a strict default drops connections before they name anybody.
func (p *Policy) checkAllowList(m member) {
	if m.group == nil || m.group.list == nil || m.group.list.Action != AllowList || !slices.Contains(p.props.DefaultActions, DropStrict) {
		return
	}
	p.problems.Add("domain-list-strict", "a domain list in a policy that drops strictly", m.group.problems.Path+" passes connections by name, and the first packets, which name nobody, are dropped",
		"use DropEstablishedAppLayerToServer with its alert", m.at)
}

// checkBudget counts groups and rules against the quotas of a policy.
func (p *Policy) checkBudget() {
	at := p.problems.At
	if n := len(p.members); n > maxPolicyGroups {
		p.problems.Add("group-quota", "the policy has too many rule groups", fmt.Sprintf("it has %d with managed ones; AWS takes %d", n, maxPolicyGroups), "join groups of one concern", at)
	}
	rules, unknown := 0, 0
	for _, m := range p.members {
		switch {
		case m.group != nil:
			rules += m.group.capacity
		case m.managed.unpublished:
			unknown++
		default:
			rules += m.managed.capacity
		}
	}
	if unknown == unpublished {
		rules += unpublishedCapacity
	}
	if rules > maxPolicyRules {
		p.problems.Add("rule-quota", "the policy reserves room for too many rules", fmt.Sprintf("its groups reserve %d with managed ones; AWS takes %d unless the quota is raised", rules, maxPolicyRules),
			"leave out managed groups, or state smaller Capacities", at)
	}
}

// written are the groups whose rules are known, by priority.
func (p *Policy) written() (groups []suricata.Group, members []member) {
	for _, m := range p.ordered() {
		if m.group != nil && !m.group.imported && m.group.list == nil {
			groups, members = append(groups, m.group.content), append(members, m)
		}
	}
	return groups, members
}

// checkShadows finds rules that can never decide anything.
func (p *Policy) checkShadows() {
	groups, members := p.written()
	for _, s := range suricata.Shadows(groups) {
		owner := members[s.Rule.Group].group
		if owner.generated && !slices.ContainsFunc(s.By, func(p suricata.Place) bool { return !members[p.Group].group.generated }) {
			continue // Two tiers in the same subnets have a rule each.
		}
		line := owner.content.Lines[s.Rule.Line]
		var by []string
		for _, place := range s.By {
			other := members[place.Group].group
			by = append(by, fmt.Sprintf("%s %d of %s: %.120s", other.kind, other.content.Lines[place.Line].Number, other.problems.Path, other.content.Lines[place.Line].Text))
		}
		rule, summary := "rule-shadowed", "a rule can never decide anything"
		if s.Contradiction {
			rule, summary = "rule-contradicted", "a rule can never decide anything, and rules before it say the opposite"
		}
		sid, _ := line.Rule.SID()
		p.problems.List.Add(diag.Diagnostic{Severity: diag.Finding, Rule: rule, Subject: fmt.Sprintf("%s:%d", owner.problems.Path, sid), Path: owner.problems.Path, Summary: summary,
			Detail: fmt.Sprintf("%s %d: %.200s\n%s\n%s", owner.kind, line.Number, line.Text, s.Why, strings.Join(by, "\n")), Fix: "remove it, or move it before them", At: []diag.Position{owner.problems.At}})
	}
}
