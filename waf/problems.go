package waf

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/webacl"
)

// Scope says which resources a web ACL can protect. Sets and rule groups must have the scope of the web ACL that uses them. The empty Scope
// is Regional.
type Scope string

// The scopes (CloudFormation, AWS::WAFv2::WebACL).
const (
	// Regional is for load balancers, REST APIs, AppSync APIs, Cognito user pools, App Runner services and Verified Access instances.
	Regional Scope = "REGIONAL"
	// CloudFront is for distributions and Amplify apps. AWS accepts it only in us-east-1.
	CloudFront Scope = "CLOUDFRONT"
)

// problems collects the problems of one construct of this package.
type problems struct{ report.Problems }

// report records problems of the model.
func (p *problems) report(found []webacl.Problem) {
	for i, f := range found {
		d := diag.Diagnostic{Rule: "waf-" + f.Kind, Summary: f.Summary, Detail: f.Detail, Fix: f.Fix, At: []diag.Position{p.At}}
		if f.Where != "" {
			d.Summary = f.Where + ": " + f.Summary
		}
		if f.Warning {
			d.Severity, d.Subject = diag.Warning, strings.TrimSuffix(p.Path+":"+f.Where, ":")
		}
		p.Put(d)
		if i == maxProblems {
			p.Add("more", fmt.Sprintf("%d more problems", len(found)-i-1), "", "", p.At)
			return
		}
	}
}

// maxProblems is the number of problems that are reported of one construct.
const maxProblems = 50

const cloudFrontRegion = "us-east-1"

// checkRegion checks that a resource for CloudFront is in the Region where AWS accepts it.
func (p *problems) checkRegion(s Scope) {
	if s != CloudFront {
		return
	}
	switch region := *p.Stack.Region(); {
	case arch.IsToken(region):
		p.Warn("waf-region", p.Path, "a web ACL for CloudFront is in a stack without a Region", "AWS accepts it only in us-east-1",
			"set the Region in the stack's Env to us-east-1", p.At)
	case region != cloudFrontRegion:
		p.Add("waf-region", "a web ACL for CloudFront is in another Region than us-east-1",
			"the stack is in "+region+"; AWS accepts it only in us-east-1",
			"create it in a stack in us-east-1, and pass its ARN to this stack with CrossRegionReferences", p.At)
	}
}
