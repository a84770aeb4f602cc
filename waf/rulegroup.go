package waf

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/webacl"
	"github.com/tierwall/tierwall/internal/webacl/check"
)

// RuleGroupProps are the choices for a rule group.
type RuleGroupProps struct {
	Rules []InGroup
	Scope Scope
	// Capacity is what the group costs wherever it is used, in WCU; 0 takes what the rules cost, a quarter more, in steps of 25. AWS
	// never changes it: another capacity is another group, with another name.
	Capacity int
	Bodies   map[string]ResponseBody // for BlockWith, by key; up to 50 KB
	// Name is 1 to 120 letters, digits, hyphens and underscores; the capacity follows it. Empty makes it from the stack's name and the
	// construct's path. It is identity.
	Name        string
	Description string // 3 to 256 letters, digits, spaces and +=:#@/-,.; may be empty
}

// RuleGroup is a rule group of one's own, for several web ACLs.
type RuleGroup struct {
	constructs.Construct
	content  webacl.Group
	imported bool
	arn      *string
	scope    Scope
	problems problems
}

// NewRuleGroup makes a rule group. A nil scope panics.
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
	g.content.Name = fmt.Sprintf("%s-%d", *construct.Name(g, props.Name), g.content.Capacity)
	g.content.VisibilityConfig = visibility(g.content.Name)
	if len(props.Rules) == 0 {
		g.problems.Add("waf-rules", "the rule group has no rules", "", "", at)
	}
	g.problems.report(b.raw)
	g.problems.report(b.strangers(g.scope))
	g.problems.report(check.Group(g.content, b.refs))
	g.emit()
	return g
}

// reserve is the capacity for rules of a cost: a quarter more, so that rules can be added in place, in steps of 25.
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
	cfn := awswafv2.NewCfnRuleGroup(g, new(fmt.Sprint("Resource", g.content.Capacity)), p)
	if len(g.content.Rules) > 0 {
		cfn.AddPropertyOverride(new("Rules"), properties(g.content.Rules))
	}
	if len(g.content.CustomResponseBodies) > 0 {
		cfn.AddPropertyOverride(new("CustomResponseBodies"), properties(g.content.CustomResponseBodies))
	}
	content := properties(g.content).(map[string]any)
	delete(content, "Name")
	delete(content, "Description")
	report.Made("rule group", cfn, g.problems.At, func() map[string]any {
		return content
	})
	g.arn = cfn.AttrArn()
}

// ImportRuleGroup takes a rule group that exists, by its ARN, a literal or a CDK token. capacity is what it costs, for the budget of web
// ACLs; 0 leaves it out. What it holds is not known here.
func ImportRuleGroup(scope constructs.Construct, id, arn string, capacity int) *RuleGroup {
	at := diag.Caller()
	construct.MustHaveScope(scope, "rule group", at)
	g := &RuleGroup{arn: &arn, imported: true, content: webacl.Group{Capacity: capacity}}
	constructs.NewConstruct_Override(g, scope, &id)
	g.problems.Attach(g, at)
	return g
}

// known reports whether the group's rules are known here.
func (g *RuleGroup) known() bool { return !g.imported }

// ARN returns the group's ARN.
func (g *RuleGroup) ARN() *string { return g.arn }

// Capacity returns what the group costs wherever it is used, in WCU; 0 if that is not known.
func (g *RuleGroup) Capacity() int { return g.content.Capacity }
