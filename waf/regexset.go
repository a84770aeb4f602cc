package waf

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/webacl/check"
)

// RegexSetProps configures [NewRegexSet].
type RegexSetProps struct {
	// Patterns are 1 to 10 expressions of at most 200 characters; required. The syntax is PCRE without backreferences, conditions and some
	// other constructs (AWS WAF Developer Guide, "Supported regular expression syntax").
	Patterns []string
	// Scope is the scope of the web ACLs that use the set; empty is Regional.
	Scope Scope
	// Name is 1 to 128 letters, digits, hyphens and underscores. If it is empty, the name is made from the stack's name and the construct's
	// path. Changing it replaces the set.
	Name string
	// Description is 3 to 256 letters, digits, spaces and +=:#@/-,. and may be empty.
	Description string
}

// RegexSet is a set of regular expressions for [RegexSetMatch] (CloudFormation, AWS::WAFv2::RegexPatternSet).
type RegexSet struct {
	constructs.Construct
	patterns []string
	arn      *string
	scope    Scope
	problems problems
}

// NewRegexSet creates a set of regular expressions. Errors in props fail synthesis. A nil scope panics.
func NewRegexSet(scope constructs.Construct, id string, props *RegexSetProps) *RegexSet {
	at := diag.Caller()
	construct.MustHaveScope(scope, "regex set", at)
	if props == nil {
		props = &RegexSetProps{}
	}
	s := &RegexSet{patterns: props.Patterns, scope: scopeOf(props.Scope)}
	constructs.NewConstruct_Override(s, scope, &id)
	s.problems.Attach(s, at)
	s.problems.checkRegion(s.scope)
	name := s.problems.Name(props.Name)
	s.problems.report(check.RegexSet(*name, props.Description, string(s.scope), props.Patterns))
	cfn := &awswafv2.CfnRegexPatternSetProps{RegularExpressionList: texts(props.Patterns), Scope: new(string(s.scope)), Name: name}
	if props.Description != "" {
		cfn.Description = &props.Description
	}
	b := &batch.Batch{}
	s.arn = batch.Get[string](b, b.Make(batch.Resource{Scope: s, ID: "Resource", New: awswafv2.NewCfnRegexPatternSet, Props: cfn}), "attrArn")
	b.Run()
	s.problems.Made("regex set", "Resource", func() map[string]any {
		return map[string]any{"RegularExpressionList": props.Patterns, "Scope": string(s.scope)}
	})
	return s
}

// ImportRegexSet refers to an existing set by its ARN, which is a literal or a CDK token. Its expressions are unknown, so they are not
// checked. A nil scope panics.
func ImportRegexSet(scope constructs.Construct, id, arn string) *RegexSet {
	at := diag.Caller()
	construct.MustHaveScope(scope, "regex set", at)
	s := &RegexSet{arn: &arn}
	constructs.NewConstruct_Override(s, scope, &id)
	s.problems.Attach(s, at)
	return s
}

// ARN returns the set's ARN.
func (s *RegexSet) ARN() *string { return s.arn }
