package waf

import (
	"encoding/json"
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/webacl/check"
)

// Protectable is a resource that accepts a web ACL. [LoadBalancer] and [ARN] return one. The zero Protectable is no resource.
type Protectable struct {
	arn *string
	of  constructs.IConstruct // nil if only the ARN is known
}

// LoadBalancer returns the Protectable of an application load balancer that the app creates, such as an
// awselasticloadbalancingv2.ApplicationLoadBalancer.
func LoadBalancer(lb interface {
	constructs.IConstruct
	LoadBalancerArn() *string
}) Protectable {
	return Protectable{arn: lb.LoadBalancerArn(), of: lb}
}

// ARN returns the Protectable of the resource with an ARN, which is a literal or a CDK token. The resource is an application load balancer,
// a stage of a REST API, an AppSync API, a Cognito user pool, an App Runner service or a Verified Access instance; in scope CloudFront it
// is an Amplify app (AWS WAF API Reference, AssociateWebACL).
func ARN(arn string) Protectable { return Protectable{arn: &arn} }

func (p *problems) checkTaker(arn string, scope Scope, at diag.Position) {
	for _, f := range check.Resource(arn, string(scope)) {
		p.Add("waf-"+f.Kind, f.Summary, f.Detail, f.Fix, at)
	}
}

// Associate puts the web ACL in front of a resource, and returns the association for other resources to depend on. The id must be unique
// in the web ACL. A resource has at most one web ACL. Errors fail synthesis.
//
// AWS cannot change an association in place. When a resource gets another web ACL, it has none for a while; the command "tierwall upgrade"
// reports that.
func (w *WebACL) Associate(id string, resource Protectable) constructs.IDependable {
	at := diag.Caller()
	if w.takes != nil && resource.arn != nil {
		w.takes(*resource.arn, at)
	}
	return w.associate(id, resource, at)
}

func (w *WebACL) associate(id string, resource Protectable, at diag.Position) constructs.IDependable {
	if resource.arn == nil {
		w.problems.Add("waf-resource", "a web ACL is associated with the zero Protectable", "",
			"use the result of waf.LoadBalancer or waf.ARN", at)
		return w
	}
	w.problems.checkTaker(*resource.arn, w.scope, at)
	if w.Node().TryFindChild(&id) != nil {
		w.problems.Add("waf-resource", "two associations have the same id", fmt.Sprintf("got %q", id), "change one of the ids", at)
		return w
	}
	all := allAssociations(w)
	all.list = append(all.list, &association{acl: w, arn: *resource.arn, at: at})
	w.problems.Later = append(w.problems.Later, func() { all.clash(w) })
	cfn := awswafv2.NewCfnWebACLAssociation(w, &id, &awswafv2.CfnWebACLAssociationProps{ResourceArn: resource.arn, WebAclArn: w.arn})
	w.problems.Declare(report.Control{Name: "web ACL association", Of: cfn, At: at, Properties: func() map[string]any {
		return map[string]any{"ResourceArn": resource.arn, "WebACLArn": w.arn}
	}})
	return cfn
}

// associations is a construct at the root of the app that knows all associations.
type associations struct {
	constructs.Construct
	list []*association
}

type association struct {
	acl  *WebACL
	arn  string // of the resource
	text string // see resolved
	at   diag.Position
}

// resolved returns the resource's ARN as the template contains it. It prefixes an expression with the stack's path.
func (a *association) resolved() string {
	switch {
	case a.text != "":
	case !arch.IsToken(a.arn):
		a.text = a.arn
	default:
		stack := a.acl.problems.Stack
		text, err := json.Marshal(stack.Resolve(&a.arn))
		if err != nil {
			return a.arn
		}
		a.text = *stack.Node().Path() + " " + string(text)
	}
	return a.text
}

const associationsID = "TierwallWebACLAssociations"

// Associations exists because jsii needs a method that the type declares itself.
func (a *associations) Associations() int { return len(a.list) }

func allAssociations(w *WebACL) *associations {
	return report.Shared(&w.problems.Problems, associationsID, func(root constructs.Construct) *associations {
		a := &associations{list: []*association{}}
		constructs.NewConstruct_Override(a, root, new(associationsID))
		return a
	})
}

// clash reports resources of the web ACL that were associated with a web ACL before.
func (a *associations) clash(w *WebACL) {
	for i, x := range a.list {
		for _, y := range a.list[:i] {
			if x.acl == w && x.resolved() == y.resolved() {
				w.problems.Add("waf-resource", "a resource has two web ACLs",
					fmt.Sprintf("%s is also associated with it; AWS accepts only one", y.acl.problems.Path), "remove one of the associations", x.at)
			}
		}
	}
}
