package waf

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/webacl"
)

// Scope says what a web ACL, and what it names, is for.
type Scope string

// The scopes.
const (
	// Regional is for load balancers, REST APIs, AppSync, Cognito user pools, App Runner and Verified Access. It is what empty is.
	Regional Scope = webacl.Regional
	// CloudFront is for distributions and Amplify apps. It is in us-east-1 alone.
	CloudFront Scope = webacl.CloudFront
)

// problems are those of a construct of this package.
type problems struct{ report.Problems }

// report tells what is wrong with the model.
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
			p.Add("more", fmt.Sprintf("%d problems more", len(found)-i-1), "", "", p.At)
			return
		}
	}
}

// maxProblems is how many problems of one construct are told.
const maxProblems = 50

const cloudFrontRegion = "us-east-1"

// checkRegion: what is for CloudFront is made in one Region alone.
func (p *problems) checkRegion(s Scope) {
	if s != CloudFront {
		return
	}
	switch region := *awscdk.Stack_Of(p.Of).Region(); {
	case arch.IsToken(region):
		p.Warn("waf-region", p.Path, "a web ACL for CloudFront is in a stack of any Region", "AWS takes it in us-east-1 alone",
			"give the stack's Env the Region us-east-1", p.At)
	case region != cloudFrontRegion:
		p.Add("waf-region", "a web ACL for CloudFront is in another Region than us-east-1", "the stack is in "+region,
			"make it in a stack of us-east-1, and hand its ARN over with CrossRegionReferences", p.At)
	}
}
