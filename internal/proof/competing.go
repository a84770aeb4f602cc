package proof

import (
	"cmp"
	"fmt"

	"github.com/tierwall/tierwall/internal/cfn"
)

// targetProperty maps resource types to the property that names their target. A target has at most one resource of such a type, unless
// noted.
var targetProperty = map[string]string{
	"AWS::NetworkFirewall::LoggingConfiguration": "FirewallArn", "AWS::WAFv2::LoggingConfiguration": "ResourceArn",
	"AWS::WAFv2::WebACLAssociation": "ResourceArn", "AWS::Route53Resolver::FirewallConfig": "ResourceId",
	mirrorRule: "TrafficMirrorFilterId",
}

// mirrorRule is the type of rules of mirror filters. A filter has several; an undeclared one may keep packets out of the copies.
const mirrorRule = "AWS::EC2::TrafficMirrorFilterRule"

// reportCompeting reports undeclared resources with the same target as a declared one.
func (r *Report) reportCompeting(a *cfn.Assembly, made map[*cfn.Resource]Control) {
	for _, s := range a.Stacks {
		for _, other := range s.Resources {
			key := targetProperty[other.Type]
			if _, declared := made[other]; key == "" || declared {
				continue
			}
			if of := competitorOf(other, key, made); of != nil {
				wins := "the resource that is deployed last takes effect"
				if other.Type == mirrorRule {
					wins = "the rule with the lowest number that matches a packet decides"
				}
				r.weakened(made[of], cmp.Or(key, other.ID), fmt.Sprintf("%s (%s:%d) configures the same %s as the %s %s, and %s",
					other, other.Stack.File, other.Line, other.Get(key), made[of].Name, of, wins), Weakened)
			}
		}
	}
}

// competitorOf returns the declared resource with the same target, or nil.
func competitorOf(other *cfn.Resource, key string, made map[*cfn.Resource]Control) *cfn.Resource {
	var found *cfn.Resource
	for of := range made {
		if of.Type == other.Type && of.Get(key).String() == other.Get(key).String() && (found == nil || of.String() < found.String()) {
			found = of
		}
	}
	return found
}
