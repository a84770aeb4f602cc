package deployed

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/webacl"
)

// kinds are the kinds of protected resources, with their types in templates and parts of their ARNs.
var kinds = []struct{ types, arn, kind string }{
	{"AWS::ElasticLoadBalancingV2::LoadBalancer", ":elasticloadbalancing:", webacl.LoadBalancer},
	{"AWS::ApiGateway::Stage AWS::ApiGateway::RestApi AWS::ApiGateway::Deployment", ":apigateway:", webacl.RestAPI},
	{"AWS::AppSync::GraphQLApi", ":appsync:", webacl.GraphQL},
	{"AWS::Cognito::UserPool", ":cognito-idp:", webacl.UserPool},
	{"AWS::AppRunner::Service", ":apprunner:", webacl.AppRunner},
	{"AWS::EC2::VerifiedAccessInstance", ":verified-access-instance/", webacl.VerifiedAccess},
	{"AWS::CloudFront::Distribution", ":cloudfront:", webacl.Distribution},
}

// Kinds returns the kinds of the resources that the web ACL protects, each once; none if one of them is unknown.
func (d WebACL) Kinds() []string {
	var out []string
	for _, v := range d.Protects {
		kind := kindOf(v)
		if kind == "" {
			return nil
		}
		if !slices.Contains(out, kind) {
			out = append(out, kind)
		}
	}
	return out
}

// idleLimits warns about body limits for kinds of resources that the web ACL does not protect. They do not change the 8 KB that WAF reads
// of requests to a load balancer.
func (d WebACL) idleLimits() []webacl.Problem {
	kinds := d.Kinds()
	if d.ACL.AssociationConfig == nil || len(kinds) == 0 {
		return nil
	}
	var out []webacl.Problem
	for _, kind := range slices.Sorted(maps.Keys(d.ACL.AssociationConfig.RequestBody)) {
		if !slices.Contains(kinds, kind) {
			out = append(out, webacl.Problem{
				Kind: "body-limit-idle", Where: "AssociationConfig.RequestBody." + kind, Warning: true,
				Summary: "a body limit has no effect",
				Detail:  fmt.Sprintf("got %s; in the templates the web ACL protects only %s", kind, strings.Join(kinds, ", ")),
				Fix:     "leave it out",
			})
		}
	}
	return out
}

func kindOf(v cfn.Value) string {
	text := v.String()
	for _, k := range kinds {
		if v.Kind == cfn.Reference && slices.Contains(strings.Fields(k.types), v.Resource.Type) || v.Kind != cfn.Reference &&
			strings.Contains(text, k.arn) {
			return k.kind
		}
	}
	return ""
}
