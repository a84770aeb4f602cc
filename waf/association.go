package waf

import (
	"encoding/json"
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/webacl/check"
)

// Protectable is something that takes a web ACL. Make it with [LoadBalancer] or [ARN]; the zero Protectable is none.
type Protectable struct {
	arn *string
	of  constructs.IConstruct // nil if only the ARN is known
}

// LoadBalancer is an application load balancer of the app, as awselasticloadbalancingv2.ApplicationLoadBalancer.
func LoadBalancer(lb interface {
	constructs.IConstruct
	LoadBalancerArn() *string
}) Protectable {
	return Protectable{arn: lb.LoadBalancerArn(), of: lb}
}

// ARN is a resource by its ARN, a literal or a CDK token: an application load balancer, a stage of a REST API, an AppSync API, a Cognito
// user pool, an App Runner service, a Verified Access instance, or in scope CLOUDFRONT an Amplify app.
func ARN(arn string) Protectable { return Protectable{arn: &arn} }

func (p *problems) checkTaker(arn string, scope Scope, at diag.Position) {
	for _, f := range check.Resource(arn, string(scope)) {
		p.Add("waf-"+f.Kind, f.Summary, f.Detail, f.Fix, at)
	}
}

// Associate puts the web ACL in front of a resource, which has one at most. id is unique among the web ACL's associations. AWS never
// changes an association in place: with another web ACL the resource has none for a while, and tierwall upgrade says so.
func (w *WebACL) Associate(id string, resource Protectable) constructs.IDependable {
	return w.associate(id, resource, diag.Caller())
}

func (w *WebACL) associate(id string, resource Protectable, at diag.Position) constructs.IDependable {
	if resource.arn == nil {
		w.problems.Add("waf-resource", "a web ACL is associated with nothing", "", "use waf.LoadBalancer or waf.ARN", at)
		return w
	}
	w.problems.checkTaker(*resource.arn, w.scope, at)
	if w.Node().TryFindChild(&id) != nil {
		w.problems.Add("waf-resource", "two associations have one id", fmt.Sprintf("got %q", id), "give one of them another id", at)
		return w
	}
	all := allAssociations(w)
	all.list = append(all.list, association{w, w.resolved(*resource.arn), at})
	w.problems.Later = append(w.problems.Later, func() { all.clash(w) })
	cfn := awswafv2.NewCfnWebACLAssociation(w, &id, &awswafv2.CfnWebACLAssociationProps{ResourceArn: resource.arn, WebAclArn: w.arn})
	report.Made("web ACL association", cfn, at, func() map[string]any {
		return map[string]any{"ResourceArn": resource.arn, "WebACLArn": w.arn}
	})
	return cfn
}

// resolved is an ARN as it stands in the template, with the stack's path if that is an expression.
func (w *WebACL) resolved(arn string) string {
	if !arch.IsToken(arn) {
		return arn
	}
	stack := awscdk.Stack_Of(w)
	text, err := json.Marshal(stack.Resolve(&arn))
	if err != nil {
		return arn
	}
	return *stack.Node().Path() + " " + string(text)
}

// associations knows all associations of an app.
type associations struct {
	constructs.Construct
	list []association
}

type association struct {
	acl *WebACL
	of  string // the resource
	at  diag.Position
}

const associationsID = "TierwallWebACLAssociations"

// Associations exists so that jsii sees a method of the type's own.
func (a *associations) Associations() int { return len(a.list) }

func allAssociations(scope constructs.IConstruct) *associations {
	root := scope.Node().Root()
	if a, ok := root.Node().TryFindChild(new(associationsID)).(*associations); ok {
		return a
	}
	a := &associations{list: []association{}}
	constructs.NewConstruct_Override(a, root.(constructs.Construct), new(associationsID))
	return a
}

// clash finds resources of the web ACL that another one has as well.
func (a *associations) clash(w *WebACL) {
	for i, x := range a.list {
		for _, y := range a.list[:i] {
			if x.acl == w && x.of == y.of {
				w.problems.Add("waf-resource", "a resource has two web ACLs",
					fmt.Sprintf("%s is in front of it as well; AWS takes one", y.acl.problems.Path), "have one web ACL for it", x.at)
			}
		}
	}
}
