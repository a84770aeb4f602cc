package watch

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsconfig"

	"github.com/tierwall/tierwall/internal/plan/configrule"
)

// emit makes a rule. CloudFormation names it, so that two networks do not collide.
func (c *NetworkConfigRules) emit(r configrule.Rule) {
	c.made = append(c.made, r.ID)
	p := &awsconfig.CfnConfigRuleProps{
		Description: new(c.core.Path() + ": " + r.Checks), Scope: c.scope(r),
		Source: &awsconfig.CfnConfigRule_SourceProperty{Owner: new("AWS"), SourceIdentifier: &r.Identifier},
	}
	if len(*p.Description) > maxRuleDescription {
		p.Description = &r.Checks
	}
	parameters := map[string]string{}
	for _, one := range r.Parameters {
		texts := []string{}
		for _, id := range one.IDs {
			texts = append(texts, *c.id(id))
		}
		if one.Text != "" {
			texts = append(texts, one.Text)
		}
		parameters[one.Name] = strings.Join(texts, ",")
	}
	if len(parameters) > 0 {
		p.InputParameters = parameters
	}
	awsconfig.NewCfnConfigRule(c, &r.ID, p)
}

// maxRuleDescription is the length of the longest description of a rule (AWS Config API Reference, ConfigRule).
const maxRuleDescription = 256

// scope returns what a rule evaluates. A rule that runs only periodically has no scope.
func (c *NetworkConfigRules) scope(r configrule.Rule) any {
	switch {
	case r.Tag != "":
		return &awsconfig.CfnConfigRule_ScopeProperty{TagKey: &r.Tag}
	case r.Resource != nil:
		return &awsconfig.CfnConfigRule_ScopeProperty{ComplianceResourceTypes: texts(r.Types), ComplianceResourceId: c.id(*r.Resource)}
	case r.Types != nil:
		return &awsconfig.CfnConfigRule_ScopeProperty{ComplianceResourceTypes: texts(r.Types)}
	}
	return nil
}

// id returns the id of a resource, by which AWS Config knows it. It panics if there is none; the wiring reports that as a defect.
func (c *NetworkConfigRules) id(of configrule.Resource) *string {
	c.used[fmt.Sprint(of)] = true
	var out *string
	switch of.Kind {
	case configrule.Group:
		out = c.core.GroupID(of.Key)
	case configrule.NetworkACL:
		out = c.core.NetworkACLID(of.Key)
	case configrule.DefaultGroup:
		out = c.core.EmptyDefaultGroupID()
	case configrule.VPC:
		out = c.core.Vpc().VpcId()
	case configrule.RouteTable:
		out = c.core.RouteTableID(of.Key)
	case configrule.LoadBalancer:
		for _, b := range c.core.Balancers() {
			if b.Tier+"/"+b.ID == of.Key {
				out = b.ARN
			}
		}
	}
	if out == nil {
		panic(fmt.Sprintf("no id for %v", of))
	}
	return out
}
