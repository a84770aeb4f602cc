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
	"github.com/tierwall/tierwall/internal/networkfirewall"
	"github.com/tierwall/tierwall/internal/report"
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
	feed     string                 // its name; empty for rules that are of none
	model    *networkfirewall.Group // nil for an imported group
	numbers  map[int]int            // SID to the index of its line
	place    place                  // zero until somebody asks
	list     *DomainList
	problems problems
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
	g.read(props)
	g.problems.tell(at, networkfirewall.CheckGroup(g.model, props.Rules.problems...)...)
	all := allSIDs(g)
	all.enter(g)
	g.problems.Later = append(g.problems.Later, func() { all.clashes(g) })
	g.emit(props)
	return g
}

// ImportRuleGroup takes a rule group that exists, by its ARN, a literal or a CDK token. capacity is what it reserves, for the
// policy's budget; 0 leaves it out of the budget. What it holds is not known here.
func ImportRuleGroup(scope constructs.Construct, id, arn string, capacity int) *RuleGroup {
	at := diag.Caller()
	construct.MustHaveScope(scope, "rule group", at)
	g := &RuleGroup{arn: &arn, capacity: capacity}
	constructs.NewConstruct_Override(g, scope, &id)
	g.problems.Attach(g, at)
	if g.problems.checkARN(networkfirewall.RuleGroupARN, arn, at) && strings.Contains(arn, ":aws-managed:") {
		g.problems.Add("arn", "a managed group is imported", fmt.Sprintf("got %.200q", arn),
			"use the constants, firewall.ThreatSignaturesBotnet, or firewall.Managed with its name", at)
	}
	return g
}

// ARN returns the group's ARN.
func (g *RuleGroup) ARN() *string { return g.arn }

// Capacity returns how many rules the group reserves room for; 0 if that is not known.
func (g *RuleGroup) Capacity() int { return g.capacity }

// read makes the model of what the group holds.
func (g *RuleGroup) read(props *RuleGroupProps) {
	g.model = &networkfirewall.Group{
		Path: g.problems.Path, Name: props.Name, Description: props.Description, Order: networkfirewall.StrictOrder,
		References: map[string]string{},
		Content:    suricata.Group{IPSets: props.IPSets, PortSets: props.PortSets, References: slices.Sorted(maps.Keys(props.References))},
	}
	for name, value := range props.References {
		g.model.References[name] = g.referenceKey(value)
	}
	if g.list != nil {
		g.model.ReadList(g.list.suricata())
	} else {
		g.model.ReadText(props.Rules.text)
	}
	g.model.Unit = g.kind
	g.capacity = props.Capacity
	if g.capacity == 0 {
		g.capacity = reserve(g.model.Rules)
	}
	g.model.Capacity = g.capacity
	g.problems.checkDynamic(props.Description, g.problems.At)
	if arch.HasDynamicReference(props.Rules.text) {
		g.problems.Add("rules", "the rules have a dynamic reference", "CloudFormation would put a text in its place that nobody has checked",
			"write the rule out", g.problems.At)
	}
}

func (g *RuleGroup) emit(props *RuleGroupProps) {
	content := &awsnetworkfirewall.CfnRuleGroup_RuleGroupProperty{
		StatefulRuleOptions: &awsnetworkfirewall.CfnRuleGroup_StatefulRuleOptionsProperty{RuleOrder: new(networkfirewall.StrictOrder)},
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
	p := &awsnetworkfirewall.CfnRuleGroupProps{RuleGroupName: name, Type: new("STATEFUL"), Capacity: new(float64(g.capacity)),
		RuleGroup: content}
	if props.Description != "" {
		p.Description = &props.Description
	}
	cfn := awsnetworkfirewall.NewCfnRuleGroup(g, new("Resource"), p)
	report.Made("firewall rule group", cfn, g.problems.At, func() map[string]any { return report.Properties(p) })
	g.arn = cfn.AttrRuleGroupArn()
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
