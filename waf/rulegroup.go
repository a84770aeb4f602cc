package waf

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/webacl"
	"github.com/tierwall/tierwall/internal/webacl/check"
)

// RuleGroupProps configures [NewRuleGroup].
type RuleGroupProps struct {
	// Rules are the rules of the group; at least one is required.
	Rules []InGroup
	// Scope is the scope of the web ACLs that use the group; empty is Regional.
	Scope Scope
	// Capacity is the cost of the group in every web ACL that uses it, in WCU. If it is 0, the capacity is the cost of the rules and a quarter
	// more, in steps of 25. AWS cannot change the capacity of a group, so another capacity replaces the group by one with another name.
	Capacity int
	// Bodies are the bodies of responses for [BlockWith], by key; at most 50 KB together.
	Bodies map[string]ResponseBody
	// Name is 1 to 120 letters, digits, hyphens and underscores. The group is called by Name and the capacity. If it is empty, the name is
	// made from the stack's name and the construct's path. Changing it replaces the group.
	Name string
	// Description is 3 to 256 letters, digits, spaces and +=:#@/-,. and may be empty.
	Description string
}

// RuleGroup is a group of your own rules, which several web ACLs can use (CloudFormation, AWS::WAFv2::RuleGroup).
type RuleGroup struct {
	constructs.Construct
	content  webacl.Group
	imported bool
	arn      *string
	scope    Scope
	problems problems
}

// NewRuleGroup creates a rule group. Errors in props fail synthesis. A nil scope panics.
func NewRuleGroup(scope constructs.Construct, id string, props *RuleGroupProps) *RuleGroup {
	at := diag.Caller()
	construct.MustHaveScope(scope, "rule group", at)
	if props == nil {
		props = &RuleGroupProps{}
	}
	g := &RuleGroup{scope: scopeOf(props.Scope)}
	constructs.NewConstruct_Override(g, scope, &id)
	g.problems.Attach(g, at)
	g.problems.checkRegion(g.scope)
	b := newBuilder()
	g.content = webacl.Group{Description: props.Description, Scope: string(g.scope), CustomResponseBodies: responseBodies(props.Bodies),
		VisibilityConfig: visibility("group")}
	for _, r := range props.Rules {
		if r != nil {
			g.content.Rules = append(g.content.Rules, r.rule(b))
		}
	}
	g.content.Capacity = props.Capacity
	if props.Capacity == 0 {
		g.content.Capacity = reserve(g.content.Cost(b.refs).Upper)
	}
	g.content.Name = fmt.Sprintf("%s-%d", *g.problems.Name(props.Name), g.content.Capacity)
	g.content.VisibilityConfig = visibility(g.content.Name)
	if len(props.Rules) == 0 {
		g.problems.Add("waf-rules", "the rule group has no rules", "", "add a rule to Rules", at)
	}
	g.problems.report(b.raw)
	g.problems.report(b.strangers(g.scope))
	g.problems.report(check.Group(g.content, b.refs))
	g.emit()
	return g
}

// reserve returns the capacity for rules with a cost. It has room for a quarter more, so that rules can be added in place, in steps of 25.
func reserve(cost int) int {
	const step = 25
	return min(max((cost*5/4+step-1)/step*step, step), max(webacl.MaxCapacity, cost))
}

func (g *RuleGroup) emit() {
	p := &awswafv2.CfnRuleGroupProps{
		Name: &g.content.Name, Scope: &g.content.Scope, Capacity: new(float64(g.content.Capacity)),
		VisibilityConfig: camel(properties(g.content.VisibilityConfig)),
	}
	if g.content.Description != "" {
		p.Description = &g.content.Description
	}
	id := fmt.Sprint("Resource", g.content.Capacity)
	b := &batch.Batch{}
	made := b.Make(batch.Resource{Scope: g, ID: id, New: awswafv2.NewCfnRuleGroup, Props: p})
	if len(g.content.Rules) > 0 {
		b.Override(made, "Rules", g.content.Rules)
	}
	if len(g.content.CustomResponseBodies) > 0 {
		b.Override(made, "CustomResponseBodies", g.content.CustomResponseBodies)
	}
	g.arn = batch.Get[string](b, made, "attrArn")
	b.Run()
	content := properties(g.content).(map[string]any)
	delete(content, "Name")
	delete(content, "Description")
	g.problems.Made("rule group", id, func() map[string]any { return content })
}

// ImportRuleGroup refers to an existing rule group by its ARN, which is a literal or a CDK token. The capacity is its cost in WCU; if it is
// 0, the check of a web ACL's budget ignores the group. The rules of the group are unknown, so they are not checked. A nil scope panics.
func ImportRuleGroup(scope constructs.Construct, id, arn string, capacity int) *RuleGroup {
	at := diag.Caller()
	construct.MustHaveScope(scope, "rule group", at)
	g := &RuleGroup{arn: &arn, imported: true, content: webacl.Group{Capacity: capacity}}
	constructs.NewConstruct_Override(g, scope, &id)
	g.problems.Attach(g, at)
	return g
}

// known reports whether the group's rules are known.
func (g *RuleGroup) known() bool { return !g.imported }

// ARN returns the group's ARN.
func (g *RuleGroup) ARN() *string { return g.arn }

// Capacity returns the cost of the group in a web ACL, in WCU, or 0 if it is unknown.
func (g *RuleGroup) Capacity() int { return g.content.Capacity }
