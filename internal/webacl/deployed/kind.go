package deployed

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/webacl"
)

// kinds are the kinds of protected resources by their types in templates, and by the parts of their ARNs.
var kinds = []struct{ types, arn, kind string }{
	{"AWS::ElasticLoadBalancingV2::LoadBalancer", ":elasticloadbalancing:", webacl.LoadBalancer},
	{"AWS::ApiGateway::Stage AWS::ApiGateway::RestApi AWS::ApiGateway::Deployment", ":apigateway:", webacl.RestAPI},
	{"AWS::AppSync::GraphQLApi", ":appsync:", webacl.GraphQL},
	{"AWS::Cognito::UserPool", ":cognito-idp:", webacl.UserPool},
	{"AWS::AppRunner::Service", ":apprunner:", webacl.AppRunner},
	{"AWS::EC2::VerifiedAccessInstance", ":verified-access-instance/", webacl.VerifiedAccess},
	{"AWS::CloudFront::Distribution", ":cloudfront:", webacl.Distribution},
}

// Kinds are the kinds of what the web ACL is in front of, each once; none if that of one of them is not known.
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

// idleLimits warns of limits of bodies for kinds that the web ACL is not in front of: of a load balancer's requests 8 KB are read whatever
// they say.
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
				Summary: "a limit of bodies has no effect",
				Detail:  fmt.Sprintf("got %s; in the templates the web ACL is in front of %s alone", kind, strings.Join(kinds, ", ")),
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
