package firewall

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsnetworkfirewall"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/suricata"
)

// RuleGroupProps are the choices for a stateful rule group in strict order.
type RuleGroupProps struct {
	// Rules are what it holds; required.
	Rules Rules
	// IPSets are variables for addresses, by name without the dollar sign: blocks in CIDR notation, of one family, or CDK tokens. A
	// group that sets HOME_NET sets EXTERNAL_NET as well, or it has the policy's.
	IPSets map[string][]string
	// PortSets are variables for ports, by name without the dollar sign: "443", "8000:8010".
	PortSets map[string][]string
	// References are IP sets that live elsewhere, by name without the at sign: prefix lists by id or ARN, or resource groups by
	// ARN; literals or tokens. At most 5.
	References map[string]string
	// Capacity is how many rules the group reserves room for; 0 takes the next step that leaves a quarter free: 100, 200,
	// 500, 1,000, 2,000, 5,000, 10,000, 20,000, 30,000. It is identity: another capacity is another group.
	Capacity int
	// Name is 1 to 128 letters, digits and hyphens; empty makes it from the stack's name, the construct's path and the capacity.
	// With a name of one's own, capacity and name change together, or CloudFormation cannot make the new group beside the
	// former.
	Name string
	// Description is up to 512 characters; it may be empty.
	Description string
}

// RuleGroup is a stateful rule group of AWS Network Firewall.
type RuleGroup struct {
	constructs.Construct
	arn      *string
	capacity int // 0 for an imported group whose capacity is not known
	kind     string
	feed     string // its name; empty for rules that are of none
	content  suricata.Group
	numbers  map[int]int // SID to the index of its line
	place    place       // zero until somebody asks
	list     *DomainList
	imported bool
	// generated says that the rules are made from declared flows.
	generated bool
	problems  problems
}

// NewRuleGroup makes a rule group. Whatever AWS's API is known to refuse about its rules fails the synth, and so do rules that
// can never decide anything. A nil scope panics.
func NewRuleGroup(scope constructs.Construct, id string, props *RuleGroupProps) *RuleGroup {
	at := diag.Caller()
	construct.MustHaveScope(scope, "rule group", at)
	if props == nil {
		props = &RuleGroupProps{}
	}
	return newRuleGroup(scope, id, props, at)
}

func newRuleGroup(scope constructs.Construct, id string, props *RuleGroupProps, at diag.Position) *RuleGroup {
	g := &RuleGroup{kind: props.Rules.kind, feed: props.Rules.feed, list: props.Rules.list}
	constructs.NewConstruct_Override(g, scope, &id)
	g.problems.Attach(g, at)
	rules := g.read(props)
	g.capacity = props.Capacity
	if g.capacity == 0 {
		g.capacity = reserve(rules)
	}
	g.check(props, rules)
	all := allSIDs(g)
	all.enter(g)
	g.problems.Later = append(g.problems.Later, func() { all.clashes(g) })
	g.checkReserved()
	g.emit(props)
	return g
}

// ImportRuleGroup takes a rule group that exists, by its ARN, a literal or a CDK token. capacity is what it reserves, for the
// policy's budget; 0 leaves it out of the budget. What it holds is not known here.
func ImportRuleGroup(scope constructs.Construct, id, arn string, capacity int) *RuleGroup {
	at := diag.Caller()
	construct.MustHaveScope(scope, "rule group", at)
	g := &RuleGroup{arn: &arn, capacity: capacity, imported: true}
	constructs.NewConstruct_Override(g, scope, &id)
	g.problems.Attach(g, at)
	if g.problems.checkARN(ruleGroupARN, arn, at) && strings.Contains(arn, ":aws-managed:") {
		g.problems.Add("arn", "a managed group is imported", fmt.Sprintf("got %.200q", arn), "use the constants, firewall.ThreatSignaturesBotnet, or firewall.Managed with its name", at)
	}
	return g
}

// Arn returns the group's ARN.
func (g *RuleGroup) Arn() *string { return g.arn }

// Capacity returns how many rules the group reserves room for; 0 if that is not known.
func (g *RuleGroup) Capacity() int { return g.capacity }

// read parses the rules and returns how many AWS counts.
func (g *RuleGroup) read(props *RuleGroupProps) int {
	g.content = suricata.Group{StrictOrder: true, IPSets: props.IPSets, PortSets: props.PortSets, References: slices.Sorted(maps.Keys(props.References))}
	if g.list != nil {
		return g.list.suricata().Capacity()
	}
	lines, problems := suricata.ParseText(props.Rules.text)
	g.content.Lines = lines
	g.report(problems)
	return suricata.Capacity(props.Rules.text)
}

// maxProblems is how many problems of one kind are told: a file that is no list of rules has one in each line.
const maxProblems = 20

func (g *RuleGroup) report(problems []suricata.Problem) {
	for i, p := range problems {
		if i == maxProblems {
			g.problems.Add("more", fmt.Sprintf("%d problems more with the rules", len(problems)-i), "", "", g.problems.At)
			return
		}
		detail := p.Detail
		if p.Line > 0 {
			detail = fmt.Sprintf("in %s %d", g.kind, p.Line)
			if p.Detail != "" {
				detail += ": " + p.Detail
			}
		}
		g.problems.Add(p.Rule, p.Summary, detail, p.Fix, g.problems.At)
	}
}

func (g *RuleGroup) check(props *RuleGroupProps, rules int) {
	at := g.problems.At
	fail := func(rule, summary, detail, fix string) { g.problems.Add(rule, summary, detail, fix, at) }
	g.report(props.Rules.problems)
	g.report(suricata.Check(g.content))
	if rules == 0 && len(props.Rules.problems) == 0 {
		fail("rules-missing", "the rule group has no rules", "", "set Rules to what firewall.Suricata, Tuples, Domains, IPFeed or DomainFeed returns")
	}
	switch {
	case props.Capacity < 0 || props.Capacity > maxCapacity || rules > maxCapacity:
		fail("capacity", "the group's capacity is out of range", fmt.Sprintf("got %d for %d rules; allowed are 1 to %d", g.capacity, rules, maxCapacity), "split the group")
	case rules > g.capacity:
		fail("capacity", "the group has more rules than it reserves room for", fmt.Sprintf("it has %d and Capacity is %d", rules, g.capacity), "raise Capacity and change Name with it, or leave both out")
	}
	if arch.HasDynamicReference(props.Rules.text) {
		fail("rules", "the rules have a dynamic reference", "CloudFormation would put a text in its place that nobody has checked", "write the rule out")
	}
	if len(props.Rules.text) > maxText {
		fail("rules-size", "the rules are too long", fmt.Sprintf("they have %d bytes; allowed are %d", len(props.Rules.text), maxText), "split the group")
	}
	g.problems.checkName("RuleGroupName", props.Name, at)
	g.problems.checkDescription(props.Description, at)
}

func (g *RuleGroup) emit(props *RuleGroupProps) {
	content := &awsnetworkfirewall.CfnRuleGroup_RuleGroupProperty{
		StatefulRuleOptions: &awsnetworkfirewall.CfnRuleGroup_StatefulRuleOptionsProperty{RuleOrder: new(strictOrder)},
		RulesSource:         &awsnetworkfirewall.CfnRuleGroup_RulesSourceProperty{RulesString: new(props.Rules.text)},
	}
	if g.list != nil {
		content.RulesSource = &awsnetworkfirewall.CfnRuleGroup_RulesSourceProperty{RulesSourceList: g.list.property()}
	}
	if len(props.IPSets)+len(props.PortSets) > 0 {
		content.RuleVariables = variables(props)
	}
	if references := g.references(props.References); len(references) > 0 {
		content.ReferenceSets = &awsnetworkfirewall.CfnRuleGroup_ReferenceSetsProperty{IpSetReferences: references}
	}
	name := construct.Name(g, props.Name)
	if props.Name == "" {
		name = new(fmt.Sprintf("%s-%d", *name, g.capacity))
	}
	p := &awsnetworkfirewall.CfnRuleGroupProps{RuleGroupName: name, Type: new("STATEFUL"), Capacity: new(float64(g.capacity)), RuleGroup: content}
	if props.Description != "" {
		p.Description = &props.Description
	}
	g.arn = awsnetworkfirewall.NewCfnRuleGroup(g, new("Resource"), p).AttrRuleGroupArn()
}

func variables(props *RuleGroupProps) *awsnetworkfirewall.CfnRuleGroup_RuleVariablesProperty {
	out := &awsnetworkfirewall.CfnRuleGroup_RuleVariablesProperty{}
	if len(props.IPSets) > 0 {
		sets := map[string]any{}
		for name, blocks := range props.IPSets {
			sets[name] = &awsnetworkfirewall.CfnRuleGroup_IPSetProperty{Definition: texts(blocks)}
		}
		out.IpSets = sets
	}
	if len(props.PortSets) > 0 {
		sets := map[string]any{}
		for name, ports := range props.PortSets {
			sets[name] = &awsnetworkfirewall.CfnRuleGroup_PortSetProperty{Definition: texts(ports)}
		}
		out.PortSets = sets
	}
	return out
}

func texts(values []string) *[]*string {
	out := make([]*string, len(values))
	for i := range values {
		out[i] = &values[i]
	}
	return &out
}
