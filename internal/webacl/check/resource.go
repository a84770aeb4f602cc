package check

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/lazyregexp"
	"github.com/tierwall/tierwall/internal/webacl"
)

// takers are the forms of ARNs of resources that accept a web ACL (AWS WAF API Reference, AssociateWebACL).
var takers = []struct {
	form  *lazyregexp.Regexp
	scope string
}{
	{lazyregexp.New(`^arn:[^:]+:elasticloadbalancing:[^:]+:[0-9]{12}:loadbalancer/app/`), webacl.Regional},
	{lazyregexp.New(`^arn:[^:]+:apigateway:[^:]+::/restapis/[^/]+/stages/`), webacl.Regional},
	{lazyregexp.New(`^arn:[^:]+:appsync:[^:]+:[0-9]{12}:apis/`), webacl.Regional},
	{lazyregexp.New(`^arn:[^:]+:cognito-idp:[^:]+:[0-9]{12}:userpool/`), webacl.Regional},
	{lazyregexp.New(`^arn:[^:]+:apprunner:[^:]+:[0-9]{12}:service/`), webacl.Regional},
	{lazyregexp.New(`^arn:[^:]+:ec2:[^:]+:[0-9]{12}:verified-access-instance/`), webacl.Regional},
	{lazyregexp.New(`^arn:[^:]+:amplify:[^:]+:[0-9]{12}:apps/`), webacl.CloudFront},
}

// refusals say why some resources accept no web ACL.
var refusals = []struct{ in, why, fix string }{
	{":loadbalancer/net/", "a network load balancer accepts no web ACL", "put an application load balancer behind it"},
	{":loadbalancer/gwy/", "a gateway load balancer accepts no web ACL", ""},
	{"::/apis/", "an HTTP API accepts no web ACL", "use a REST API, or put CloudFront in front"},
	{":cloudfront:", "a web ACL cannot be associated with a distribution", "set its WebAclId to the web ACL's Arn"},
}

// Resource reports what AWS rejects in a resource that is associated with a web ACL of a scope; an empty scope is unknown. Of an ARN, only
// the parts that are known before deployment are checked.
func Resource(arn, scope string) []webacl.Problem {
	fail := func(why, detail, fix string) []webacl.Problem {
		return []webacl.Problem{{Kind: "resource", Where: "ResourceArn", Summary: why, Detail: detail, Fix: fix}}
	}
	for _, r := range refusals {
		if strings.Contains(arn, r.in) {
			return fail(r.why, fmt.Sprintf("got %.200q", arn), r.fix)
		}
	}
	if webacl.IsToken(arn) {
		return nil
	}
	for _, t := range takers {
		switch {
		case !t.form.MatchString(arn):
			continue
		case scope != "" && !webacl.IsToken(scope) && t.scope != scope:
			return fail("a resource accepts only web ACLs of the other scope", fmt.Sprintf("got %.200q for scope %s", arn, scope), "")
		}
		return nil
	}
	return fail("a resource accepts no web ACL", fmt.Sprintf("got %.200q", arn),
		"name an application load balancer, a stage of a REST API, an AppSync API, a Cognito user pool, an App Runner service or a Verified "+
			"Access instance")
}
