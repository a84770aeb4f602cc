package networkfirewall

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/suricata"
)

// shadows finds rules that can never decide anything.
func (p *problems) shadows(policy *Policy) {
	if policy.unordered() {
		return
	}
	for _, s := range policy.evaluated().shadows() {
		p.shadow(s)
	}
}

// place is a rule of a group.
type place struct {
	group *Group
	line  suricata.Line
}

// evaluation is a policy's rules in the order of their evaluation, in groups of which Suricata's checks know the variables.
type evaluation struct {
	groups []suricata.Group
	owners []*Group
}

// evaluated puts the rules into the order of their evaluation. Without strict order, rules that pass come first, then those that drop,
// then those that reject.
func (p *Policy) evaluated() evaluation {
	var out evaluation
	known := p.known()
	if p.strict() {
		for _, g := range known {
			out.add(g, g.Content.Lines)
		}
		return out
	}
	for _, action := range []suricata.Action{suricata.Pass, suricata.Drop, suricata.Reject} {
		for _, g := range known {
			out.add(g, slices.DeleteFunc(slices.Clone(g.Content.Lines), func(l suricata.Line) bool { return l.Rule.Action != action }))
		}
	}
	return out
}

func (e *evaluation) add(g *Group, lines []suricata.Line) {
	content := g.Content
	content.Lines = lines
	e.groups, e.owners = append(e.groups, content), append(e.owners, g)
}

func (e evaluation) at(p suricata.Place) place {
	return place{e.owners[p.Group], e.groups[p.Group].Lines[p.Line]}
}

// shadow is a rule that can never decide anything, because of others.
type shadow struct {
	rule          place
	by            []place
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
		if !declared || s.Contradiction { // Two tiers in the same subnets have a rule each.
			out = append(out, one)
		}
	}
	return out
}

// isDeclared reports whether a rule is made from a declared flow, whose ends it names.
func (p place) isDeclared() bool {
	metadata, _ := p.line.Rule.Get("metadata")
	return p.group.Generated || strings.HasPrefix(metadata, "from ") && strings.Contains(metadata, ", to ")
}

func (p *problems) shadow(s shadow) {
	var by []string
	for _, b := range s.by {
		by = append(by, fmt.Sprintf("%s %d of %s: %.120s", b.group.Unit, b.line.Number, b.group.Path, b.line.Text))
	}
	kind, summary := "rule-shadowed", "a rule can never decide anything"
	if s.contradiction {
		kind, summary = "rule-contradicted", "a rule can never decide anything, and rules before it say the opposite"
	}
	g, line := s.rule.group, s.rule.line
	severity := diag.Finding
	if line.Rule.Action.Decides() && !s.contradiction { // The rules before it do the same.
		severity = diag.Warning
	}
	sid, _ := line.Rule.SID()
	p.add(Problem{Kind: kind, Severity: severity, Group: g, Where: g.where(line.Number), Rule: line.Number, Subject: fmt.Sprint(sid),
		Summary: summary,
		Detail:  fmt.Sprintf("%s %d: %.200s\n%s\n%s", g.Unit, line.Number, line.Text, s.why, strings.Join(by, "\n")),
		Fix:     "remove it, or move it before them"})
}
