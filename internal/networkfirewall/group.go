package networkfirewall

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/suricata"
)

// Group is a rule group. ReadText, ReadList, ReadTuples or ReadStateless fill in its rules.
type Group struct {
	Path              string // the name in messages
	Name, Description string
	// Capacity is the number of rules that it reserves room for; 0 if it is not known.
	Capacity int
	// NoCapacity says that it states no capacity, which AWS rejects.
	NoCapacity bool
	// Order is the order of its rules; empty stands for ActionOrder.
	Order string
	// Unit is the word for what the numbers of its rules count: "line", "rule" or "name".
	Unit string
	// Content holds the rules as far as they are known, the variables, and the names of the references. A domain list has no lines.
	Content suricata.Group
	// List is the domain list; nil if the group has other rules.
	List *suricata.DomainList
	// References are the targets of IP set references, by name. Two texts are equal if they name the same set.
	References map[string]string
	// Stateless are the rules of a stateless group.
	Stateless []StatelessRule
	// IsStateless says that it is a stateless group.
	IsStateless bool
	// Rules is the number of rules that AWS counts.
	Rules int
	// Open says that it may have more or other rules than are known, and OpenVariables that it may have more variables.
	Open, OpenVariables bool
	// Generated says that the rules are made from declared flows.
	Generated bool

	size   int                // bytes of the text
	source string             // the property that holds the rules
	found  []suricata.Problem // the problems found while reading the rules
}

const rulesSource = "RuleGroup.RulesSource"

// RulesText returns the text of rules as people write it in the form for AWS: without blanks before rules, because Suricata ignores lines
// that begin with one, and without the line ends of Windows.
func RulesText(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimLeft(line, " \t")
	}
	return strings.Join(lines, "\n")
}

// ReadText fills in rules that are written as a text.
func (g *Group) ReadText(text string) {
	g.Unit, g.source, g.size = "line", "RulesString", len(text)
	lines, found := suricata.ParseText(text)
	var written []string
	if len(found) > 0 {
		written = strings.Split(text, "\n")
	}
	for _, p := range found {
		if strings.HasPrefix(strings.TrimSpace(written[p.Line-1]), "${") { // The token may stand for any number of rules.
			g.Open = true
		} else {
			g.found = append(g.found, p)
		}
	}
	g.Content.Lines, g.Rules = lines, suricata.Capacity(text)
}

// ReadList fills in a domain list.
func (g *Group) ReadList(list suricata.DomainList) {
	g.Unit, g.source = "name", "RulesSourceList"
	g.List, g.Rules = &list, list.Capacity()
}

// ReadTuples fills in rules in the form of CloudFormation's StatefulRule.
func (g *Group) ReadTuples(tuples []suricata.Tuple) {
	g.Unit, g.source, g.Rules = "rule", "StatefulRules", len(tuples)
	for i, t := range tuples {
		rule, err := suricata.FromTuple(t)
		if err != nil {
			g.found = append(g.found, suricata.Problem{Line: i + 1, Rule: "syntax", Summary: "a rule is invalid", Detail: err.Error()})
			continue
		}
		g.Content.Lines = append(g.Content.Lines, suricata.Line{Number: i + 1, Text: rule.String(), Rule: rule})
	}
}

// line returns the rule with a number, which the group has.
func (g *Group) line(number int) suricata.Line {
	i, _ := slices.BinarySearchFunc(g.Content.Lines, number, func(l suricata.Line, n int) int { return cmp.Compare(l.Number, n) })
	return g.Content.Lines[i]
}

// where returns the property that holds a rule; 0 stands for the rules as a whole.
func (g *Group) where(rule int) string {
	switch {
	case g.source == "":
		return "RuleGroup"
	case rule == 0 || g.source == "RulesString":
		return rulesSource + "." + g.source
	case g.source == "RulesSourceList":
		return fmt.Sprintf("%s.%s.Targets[%d]", rulesSource, g.source, rule-1)
	}
	return fmt.Sprintf("%s.%s[%d]", rulesSource, g.source, rule-1)
}

// strict reports whether the rules are evaluated as they are written.
func (g *Group) strict() bool { return g.Order == StrictOrder }

// CheckGroup returns everything that is wrong with a rule group. More are problems that the caller found while it made the rules.
func CheckGroup(g *Group, more ...suricata.Problem) []Problem {
	var p problems
	g.Content.StrictOrder = g.strict()
	if g.IsStateless {
		p.stateless(g)
	} else {
		p.rules(g, more)
		p.references(g)
		p.unused(g)
		p.reservedSIDs(g)
	}
	p.capacity(g, len(more))
	p = append(p, CheckName("RuleGroupName", g.Name)...)
	p = append(p, CheckDescription(g.Description)...)
	p.order(g.Order, "RuleGroup.StatefulRuleOptions.RuleOrder")
	for i := range p {
		p[i].Group = g
	}
	return p.capped()
}

// order checks the name of a rule order.
func (p *problems) order(order, where string) {
	if order != "" && order != StrictOrder && order != ActionOrder && !IsToken(order) {
		p.fail("rule-order", where, "the rule order is unknown",
			fmt.Sprintf("got %.60q; allowed are %s and %s", order, StrictOrder, ActionOrder), "")
	}
}

// maxProblems bounds the problems that are reported: a file that is not a list of rules has one in each line.
const maxProblems = 20

// rules checks the rules themselves.
func (p *problems) rules(g *Group, more []suricata.Problem) {
	found := append(append([]suricata.Problem{}, more...), g.found...)
	if g.List != nil {
		found = append(found, checkList(*g.List)...)
	}
	for i, set := range [][]suricata.Problem{found, g.checkContent()} {
		for j, one := range set {
			if j == maxProblems {
				p.fail([]string{"more", "more-rules"}[i], g.where(0), fmt.Sprintf("%d more problems with the rules", len(set)-j), "", "")
				break
			}
			p.rule(g, one)
		}
	}
}

// certain are the kinds of problems that a rule has, whatever its tokens stand for.
var certain = map[string]bool{"sid-missing": true, "sid-twice": true, "bidirectional": true, "priority": true, "gid": true}

// checkContent returns the problems with the rules, except those that a token may turn out to avoid.
func (g *Group) checkContent() []suricata.Problem {
	tokens := map[int]bool{}
	for _, l := range g.Content.Lines {
		tokens[l.Number] = IsToken(l.Text)
	}
	open := g.openPorts()
	for _, l := range g.Content.Lines {
		ports := l.Rule.SourcePort + " " + l.Rule.DestinationPort
		tokens[l.Number] = tokens[l.Number] || slices.ContainsFunc(open, func(name string) bool { return strings.Contains(ports, "$"+name) })
	}
	var out []suricata.Problem
	for _, one := range suricata.Check(g.Content) {
		of := one.Variable != "" && slices.Contains(open, one.Variable)
		undeclared := g.OpenVariables && one.Undefined
		if (one.Line == 0 && !of || one.Line > 0 && !tokens[one.Line] || certain[one.Rule]) && !undeclared {
			out = append(out, one)
		}
	}
	return out
}

// openPorts returns the names of the port variables that hold tokens.
func (g *Group) openPorts() []string {
	var out []string
	for name, values := range g.Content.PortSets {
		if slices.ContainsFunc(values, IsToken) {
			out = append(out, name)
		}
	}
	return out
}

// accepted are the kinds of problems with rules that AWS accepts, with their severities.
var accepted = map[string]diag.Severity{"bidirectional": diag.Finding, "mixed-families": diag.Warning, "external-net": diag.Warning}

// rule reports a problem with the rules of a group.
func (p *problems) rule(g *Group, one suricata.Problem) {
	detail := one.Detail
	if one.Line > 0 {
		detail = strings.TrimSuffix(fmt.Sprintf("in %s %d: %s", g.Unit, one.Line, one.Detail), ": ")
	}
	where := g.where(one.Line)
	if one.Line == 0 && g.List == nil {
		where = "RuleGroup"
	}
	subject := ""
	if severity := accepted[one.Rule]; severity != diag.Error && one.Line > 0 {
		subject = fmt.Sprint(one.Line)
	}
	p.add(Problem{
		Kind: one.Rule, Severity: accepted[one.Rule], Where: where, Rule: one.Line, Subject: subject, Summary: one.Summary, Detail: detail,
		Fix: one.Fix,
	})
}

// capacity checks the capacity and the size of the group. If there are broken rules, the group may have no other rules because of them.
func (p *problems) capacity(g *Group, broken int) {
	switch {
	case g.NoCapacity:
		p.fail("capacity-missing", "Capacity", "the group has no capacity",
			"AWS requires the number of rules that it reserves room for", "set Capacity")
	case g.Rules == 0 && !g.Open && broken == 0:
		p.fail("rules-missing", g.where(0), "the rule group has no rules", "", "add a rule")
	}
	switch {
	case g.Capacity < 0 || g.Capacity > MaxCapacity || g.Rules > MaxCapacity:
		p.fail("capacity-range", "Capacity", "the group's capacity is out of range",
			fmt.Sprintf("got %d for %d rules; allowed are 1 to %d", g.Capacity, g.Rules, MaxCapacity), "split the group")
	case g.Capacity > 0 && g.Rules > g.Capacity:
		p.fail("capacity", "Capacity", "the group has more rules than its capacity", g.needs(),
			"raise Capacity and change the name as well: AWS cannot change the capacity of an existing group")
	}
	if g.size > maxText {
		p.fail("rules-size", g.where(0), "the rules are too long", fmt.Sprintf("they have %d bytes; allowed are %d", g.size, maxText),
			"split the group")
	}
}

// needs says how many rules AWS counts, and how many the group reserves room for.
func (g *Group) needs() string {
	if g.List != nil {
		return fmt.Sprintf("its %d names count as %d rules, and its capacity is %d", len(g.List.Targets), g.Rules, g.Capacity)
	}
	return fmt.Sprintf("it has %d rules, and its capacity is %d", g.Rules, g.Capacity)
}
