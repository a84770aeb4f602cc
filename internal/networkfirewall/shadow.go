package networkfirewall

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/suricata"
)

// shadows reports rules that can never decide anything.
func (p *problems) shadows(policy *Policy) {
	if policy.orderUnknown() {
		return
	}
	left := map[*Group]int{} // the number of rules of each domain list that may still decide something
	for _, g := range policy.statefulGroups() {
		if g.List != nil {
			left[g] = len(g.lines())
		}
	}
	for _, s := range policy.evaluated(policy.statefulGroups()).shadows() {
		g := s.rule.group
		if left[g]--; g.List == nil {
			p.shadow(s, "a rule can never decide anything")
		} else if left[g] == 0 { // A list is reported only if none of its rules can decide anything.
			p.shadow(s, "a domain list can never decide anything")
		}
	}
}

// groupRule is a rule together with its group.
type groupRule struct {
	group *Group
	line  suricata.Line
}

// evaluation holds the rules of a policy in the order of their evaluation, in groups with the variables that the policy sets.
type evaluation struct {
	policy *Policy
	groups []suricata.Group
	owners []*Group // by index in groups
}

// evaluated returns the rules of groups in the order of their evaluation. Without strict order, rules that pass come first, then rules that
// drop, then rules that reject.
func (p *Policy) evaluated(groups []*Group) evaluation {
	out := evaluation{policy: p}
	if p.strict() {
		for _, g := range groups {
			out.add(g, g.lines())
		}
		return out
	}
	for _, action := range []suricata.Action{suricata.Pass, suricata.Drop, suricata.Reject} {
		for _, g := range groups {
			out.add(g, slices.DeleteFunc(slices.Clone(g.lines()), func(l suricata.Line) bool { return l.Rule.Action != action }))
		}
	}
	return out
}

func (e *evaluation) add(g *Group, lines []suricata.Line) {
	content := g.Content
	content.Lines, content.IPSets = lines, e.policy.sets(g)
	e.groups, e.owners = append(e.groups, content), append(e.owners, g)
}

// sets returns the address variables that hold for a group: its own, and those of the policy.
func (p *Policy) sets(g *Group) map[string][]string {
	if len(p.HomeNet) == 0 {
		return g.Content.IPSets
	}
	out := map[string][]string{"HOME_NET": p.HomeNet, "EXTERNAL_NET": {"![" + strings.Join(p.HomeNet, ",") + "]"}}
	maps.Copy(out, g.Content.IPSets)
	return out
}

// lines returns the rules of the group. For a domain list, these are the rules that AWS makes; each has the number of its name.
func (g *Group) lines() []suricata.Line {
	if g.List == nil {
		return g.Content.Lines
	}
	var out []suricata.Line
	for i, r := range g.List.Rules(g.strict(), "") {
		out = append(out, suricata.Line{Number: i%max(1, len(g.List.Targets)) + 1, Text: r.String(), Rule: r})
	}
	return out
}

// at returns the rule at a place.
func (e evaluation) at(p suricata.Place) groupRule {
	return groupRule{e.owners[p.Group], e.groups[p.Group].Lines[p.Line]}
}

// shadow is a rule that can never decide anything because of earlier rules.
type shadow struct {
	rule          groupRule
	by            []groupRule
	why           string
	contradiction bool
}

func (e evaluation) shadows() []shadow {
	var out []shadow
	for _, s := range suricata.Shadows(e.groups) {
		one := shadow{rule: e.at(s.Rule), why: s.Why, contradiction: s.Contradiction}
		declared := one.rule.isDeclared()
		for _, by := range s.By {
			one.by = append(one.by, e.at(by))
			declared = declared && e.at(by).isDeclared()
		}
		if !declared || s.Contradiction { // Two tiers in the same subnets each have a rule, which is no mistake.
			out = append(out, one)
		}
	}
	return out
}

// isDeclared reports whether the rule is made from a declared flow. Such a rule names the ends of its flow.
func (r groupRule) isDeclared() bool {
	metadata, _ := r.line.Rule.Get("metadata")
	return r.group.Generated || strings.HasPrefix(metadata, "from ") && strings.Contains(metadata, ", to ")
}

// shadow reports one rule.
func (p *problems) shadow(s shadow, summary string) {
	var by []string
	for _, b := range s.by {
		by = append(by, fmt.Sprintf("%s %d of %s: %.120s", b.group.Unit, b.line.Number, b.group.Path, b.line.Text))
	}
	kind := "rule-shadowed"
	if s.contradiction {
		kind, summary = "rule-contradicted", summary+", because earlier rules decide the opposite"
	}
	g, line := s.rule.group, s.rule.line
	severity := diag.Finding
	if line.Rule.Action.Decides() && !s.contradiction { // The earlier rules decide the same.
		severity = diag.Warning
	}
	sid, _ := line.Rule.SID()
	p.add(Problem{Kind: kind, Severity: severity, Group: g, Where: g.where(line.Number), Rule: line.Number, Subject: fmt.Sprint(sid),
		Summary: summary,
		Detail:  fmt.Sprintf("%s %d: %.200s\n%s\n%s", g.Unit, line.Number, line.Text, s.why, strings.Join(by, "\n")),
		Fix:     "remove the rule, or move it before them"})
}
