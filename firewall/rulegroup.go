package firewall

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsnetworkfirewall"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/networkfirewall"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/suricata"
)

// RuleGroupProps configures [NewRuleGroup].
type RuleGroupProps struct {
	// Rules are the rules of the group; required.
	Rules Rules
	// IPSets are variables for addresses. The key is the name without the dollar sign. The values are CDK tokens, or blocks in CIDR notation
	// of one IP version. A group that sets HOME_NET must also set EXTERNAL_NET, or it uses the policy's EXTERNAL_NET.
	IPSets map[string][]string
	// PortSets are variables for ports. The key is the name without the dollar sign. The values are ports such as "443" and ranges such as
	// "8000:8010".
	PortSets map[string][]string
	// References are IP sets that are maintained outside the group, at most 5. The key is the name without the at sign. The value is the id
	// or ARN of a prefix list, or the ARN of a resource group, as a literal or a CDK token.
	References map[string]string
	// Capacity is the number of rules that the group reserves room for. If it is 0, the group takes the first of these steps with room for a
	// quarter more rules: 100, 200, 500, 1,000, 2,000, 5,000, 10,000, 20,000, 30,000. Changing the capacity replaces the group.
	Capacity int
	// Name is 1 to 128 letters, digits and hyphens. If it is empty, the name is made from the stack's name, the construct's path and the
	// capacity. If you set Name, change it whenever the capacity changes: CloudFormation creates the new group before it deletes the old
	// one, and two groups cannot have the same name.
	Name string
	// Description has at most 512 characters, and may be empty.
	Description string
}

// RuleGroup is a stateful rule group in strict order (CloudFormation, AWS::NetworkFirewall::RuleGroup).
type RuleGroup struct {
	constructs.Construct
	arn      *string
	capacity int // 0 if the capacity of an imported group is unknown
	kind     string
	feed     string                 // the name of the feed; empty for other rules
	model    *networkfirewall.Group // nil for an imported group
	numbers  map[int]int            // SID to the index of its line
	place    place                  // zero until placed computes it
	list     *DomainList
	problems problems
}

// NewRuleGroup creates a rule group. Errors in props fail synthesis, including rules that AWS is known to reject. A rule that can
// never decide anything is a finding of the policy that holds the group. A nil scope panics.
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
	all := allSIDs(&g.problems)
	all.enter(g)
	g.problems.Later = append(g.problems.Later, func() { all.clashes(g) })
	g.emit(props)
	return g
}

// ImportRuleGroup refers to an existing rule group by its ARN, which is a literal or a CDK token. The capacity is the number of rules that
// the group reserves room for; if it is 0, the check of the policy's budget ignores the group. The rules of the group are unknown, so
// they are not checked. An invalid ARN fails synthesis. A nil scope panics.
func ImportRuleGroup(scope constructs.Construct, id, arn string, capacity int) *RuleGroup {
	at := diag.Caller()
	construct.MustHaveScope(scope, "rule group", at)
	g := &RuleGroup{arn: &arn, capacity: capacity}
	constructs.NewConstruct_Override(g, scope, &id)
	g.problems.Attach(g, at)
	if g.problems.checkARN(networkfirewall.RuleGroupARN, arn, at) && strings.Contains(arn, ":aws-managed:") {
		g.problems.Add("arn", "a managed group is imported as a rule group", fmt.Sprintf("got %.200q", arn),
			"use a variable such as firewall.ThreatSignaturesBotnet, or firewall.Managed with the name of the group", at)
	}
	return g
}

// ARN returns the group's ARN.
func (g *RuleGroup) ARN() *string { return g.arn }

// Capacity returns the number of rules that the group reserves room for, or 0 if it is unknown.
func (g *RuleGroup) Capacity() int { return g.capacity }

// read builds the model of the group from its properties.
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
		g.capacity = networkfirewall.Reserve(g.model.Rules)
	}
	g.model.Capacity = g.capacity
	g.problems.checkDynamic(props.Description, g.problems.At)
	if arch.HasDynamicReference(props.Rules.text) {
		g.problems.Add("rules", "the rules have a dynamic reference", "CloudFormation would replace it by text that is not checked",
			"write the text into the rule", g.problems.At)
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
	name := g.problems.Name(props.Name)
	if props.Name == "" {
		name = new(networkfirewall.GroupName(*name, g.capacity))
	}
	p := &awsnetworkfirewall.CfnRuleGroupProps{RuleGroupName: name, Type: new("STATEFUL"), Capacity: new(float64(g.capacity)),
		RuleGroup: content}
	if props.Description != "" {
		p.Description = &props.Description
	}
	b := &batch.Batch{}
	made := b.Make(batch.Resource{Scope: g, ID: "Resource", New: awsnetworkfirewall.NewCfnRuleGroup, Props: p})
	g.arn = batch.Get[string](b, made, "attrRuleGroupArn")
	b.Run()
	g.problems.Made("firewall rule group", "Resource", func() map[string]any { return report.Properties(p) })
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
