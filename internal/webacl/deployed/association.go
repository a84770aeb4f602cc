package deployed

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/webacl"
	"github.com/tierwall/tierwall/internal/webacl/check"
)

// associations are the associations seen so far, by the resource that they protect.
type associations map[string]*cfn.Resource

// check checks the resource of an association, and whether it already has a web ACL.
func (all associations) check(r *cfn.Resource) []webacl.Problem {
	acl, resource := r.Get("WebACLArn"), r.Get("ResourceArn")
	scope := ""
	if acl.Kind == cfn.Reference {
		scope, _ = acl.Resource.Get("Scope").Literal()
	}
	found := check.Resource(arnLike(resource), scope)
	if scope == webacl.CloudFront && resource.Kind == cfn.Reference && len(found) == 0 && kindOf(resource) != "" {
		found = append(found, webacl.Problem{Kind: "resource", Where: "ResourceArn",
			Summary: "a resource accepts only web ACLs of the other scope", Detail: fmt.Sprintf("got %s for scope %s", resource, scope)})
	}
	key := resource.String()
	other := all[key]
	if other == nil {
		all[key] = r
		return found
	}
	if other.Condition != "" || r.Condition != "" {
		return found // They may exclude each other.
	}
	return append(found, webacl.Problem{
		Kind: "resource", Where: "ResourceArn", Summary: "a resource has two web ACLs",
		Detail: fmt.Sprintf("%s is for it as well; AWS accepts one", other), Fix: "use one web ACL for it",
	})
}

// arnLike returns an ARN, or what is known about the ARN of a resource in the templates.
func arnLike(v cfn.Value) string {
	if v.Kind != cfn.Reference {
		return shape(v)
	}
	switch v.Resource.Type {
	case "AWS::CloudFront::Distribution":
		return "${}:cloudfront:${}"
	case "AWS::ElasticLoadBalancingV2::LoadBalancer":
		kind, _ := v.Resource.Get("Type").Literal()
		return "${}:loadbalancer/" + map[string]string{"network": "net", "gateway": "gwy"}[kind] + "/${}"
	}
	return "${}"
}

// checkRegion checks that resources for CloudFront are in the only Region where AWS accepts them.
func checkRegion(r *cfn.Resource) []webacl.Problem {
	const region = "us-east-1"
	scope, _ := r.Get("Scope").Literal()
	if !strings.HasPrefix(r.Type, "AWS::WAFv2::") || scope != webacl.CloudFront || r.Stack.Region == "" || r.Stack.Region == region {
		return nil
	}
	return []webacl.Problem{{
		Kind: "region", Where: "Scope", Summary: "scope CLOUDFRONT is in another Region than us-east-1", Detail: "the stack is in " +
			r.Stack.Region, Fix: "move it to a stack in us-east-1",
	}}
}
