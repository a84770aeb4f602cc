package waf

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/webacl"
	"github.com/tierwall/tierwall/internal/webacl/check"
)

// WebACLProps are the choices for a web ACL.
type WebACLProps struct {
	Rules []Rule
	// Default is what becomes of requests that no rule decides, Allow or Block; the zero Action is Allow.
	Default Action
	Scope   Scope
	Bodies  map[string]ResponseBody // for BlockWith, by key; up to 50 KB
	// TokenDomains are the domains that solved puzzles count for, up to 10; nil is that of the resource.
	TokenDomains []string
	// BodyLimits are how many KB of bodies are read, 16, 32, 48 or 64, by kind of resource. Load balancers and AppSync have 8.
	BodyLimits map[ResourceKind]int
	// Logging says where logs go; nil makes a log group.
	Logging *LoggingProps
	// ShieldResponse says that Shield Advanced mitigates by itself on what the web ACL protects: its rule group costs 150 WCU.
	ShieldResponse bool
	// Name is 1 to 128 letters, digits, hyphens and underscores; empty makes it from the stack's name and the construct's path. It is
	// identity: with another name it is another web ACL, and what it protects has none for a while.
	Name        string
	Description string // 3 to 256 letters, digits, spaces and +=:#@/-,.; may be empty
}

// WebACL is a web ACL.
type WebACL struct {
	constructs.Construct
	rules    []Rule
	derived  []webacl.Rule     // of Protect
	reasons  map[string]string // of the derived rules, by name
	content  webacl.ACL
	refs     webacl.References
	scope    Scope
	reserved int
	cfn      awswafv2.CfnWebACL // nil for an imported one
	arn      *string
	problems problems
}

// NewWebACL makes a web ACL. A nil scope panics.
func NewWebACL(scope constructs.Construct, id string, props *WebACLProps) *WebACL {
	at := diag.Caller()
	construct.MustHaveScope(scope, "web ACL", at)
	return newWebACL(scope, id, props, at)
}

func newWebACL(scope constructs.Construct, id string, props *WebACLProps, at diag.Position) *WebACL {
	if props == nil {
		props = &WebACLProps{}
	}
	w := &WebACL{scope: scopeOf(props.Scope), rules: props.Rules}
	constructs.NewConstruct_Override(w, scope, &id)
	w.problems.Attach(w, at)
	w.problems.checkRegion(w.scope)
	if props.ShieldResponse {
		w.reserved = webacl.ShieldCapacity
	}
	name := *construct.Name(w, props.Name)
	w.content = webacl.ACL{
		Name: name, Description: props.Description, Scope: string(w.scope), VisibilityConfig: visibility(name),
		CustomResponseBodies: responseBodies(props.Bodies),
		TokenDomains:         props.TokenDomains, DefaultAction: w.defaultAction(props.Default), AssociationConfig: bodyLimits(props.BodyLimits),
	}
	w.emit()
	report.Declare(report.Control{Name: "web ACL", Resource: w.cfn, Properties: w.made, Stops: func() map[string]string { return w.reasons },
		At: at})
	w.update()
	w.log(props.Logging)
	w.problems.Later = append(w.problems.Later, w.check)
	return w
}

func (w *WebACL) defaultAction(a Action) *webacl.DefaultAction {
	out := &webacl.DefaultAction{Allow: a.model.Allow, Block: a.model.Block}
	if a.model.Count != nil || a.model.Captcha != nil || a.model.Challenge != nil || a.model.Monetize != nil {
		w.problems.Add("waf-default-action", "the default action neither allows nor blocks", "AWS takes these two alone", "use Allow or Block",
			w.problems.At)
	}
	if out.Allow == nil && out.Block == nil {
		out.Allow = &webacl.AllowAction{}
	}
	return out
}

// ResourceKind is a kind of resources with a limit for bodies that can be set.
type ResourceKind string

// The kinds.
const (
	Distributions           ResourceKind = "CLOUDFRONT"
	RESTAPIs                ResourceKind = "API_GATEWAY"
	UserPools               ResourceKind = "COGNITO_USER_POOL"
	AppRunnerServices       ResourceKind = "APP_RUNNER_SERVICE"
	VerifiedAccessInstances ResourceKind = "VERIFIED_ACCESS_INSTANCE"
)

func bodyLimits(m map[ResourceKind]int) *webacl.AssociationConfig {
	if len(m) == 0 {
		return nil
	}
	out := &webacl.AssociationConfig{RequestBody: map[string]webacl.BodyLimit{}}
	for kind, kb := range m {
		out.RequestBody[string(kind)] = webacl.BodyLimit{DefaultSizeInspectionLimit: fmt.Sprint("KB_", kb)}
	}
	return out
}

func (w *WebACL) emit() {
	p := &awswafv2.CfnWebACLProps{
		Name: &w.content.Name, Scope: &w.content.Scope, VisibilityConfig: camel(properties(w.content.VisibilityConfig)),
		DefaultAction: camel(properties(w.content.DefaultAction)),
	}
	if w.content.Description != "" {
		p.Description = &w.content.Description
	}
	if len(w.content.TokenDomains) > 0 {
		p.TokenDomains = texts(w.content.TokenDomains)
	}
	w.cfn = awswafv2.NewCfnWebACL(w, new("Resource"), p)
	if len(w.content.CustomResponseBodies) > 0 {
		w.cfn.AddPropertyOverride(new("CustomResponseBodies"), properties(w.content.CustomResponseBodies))
	}
	if w.content.AssociationConfig != nil {
		w.cfn.AddPropertyOverride(new("AssociationConfig"), properties(w.content.AssociationConfig))
	}
	w.arn = w.cfn.AttrArn()
}

// update writes the rules into the resource.
func (w *WebACL) update() {
	b := w.build()
	w.refs = b.refs
	if len(w.content.Rules) > 0 {
		w.cfn.AddPropertyOverride(new("Rules"), properties(w.content.Rules))
	}
}

// build turns the rules into the model.
func (w *WebACL) build() *builder {
	b := newBuilder()
	w.content.Rules = append([]webacl.Rule{}, w.derived...)
	for _, r := range w.rules {
		if r != nil {
			w.content.Rules = append(w.content.Rules, r.rule(b))
		}
	}
	return b
}

func (w *WebACL) check() {
	b := w.build()
	for arn, set := range w.refs.IPSets {
		b.refs.IPSets[arn] = set
	}
	w.problems.report(b.raw)
	w.problems.report(b.strangers(w.scope))
	w.problems.report(check.ACL(w.content, b.refs, w.reserved))
}

// Add adds rules.
func (w *WebACL) Add(rule Rule, more ...Rule) {
	if w.cfn == nil {
		w.problems.Add("waf-imported", "a rule is added to a web ACL that was imported", "its rules are its owner's",
			"make a rule group, and have its owner add that", diag.Caller())
		return
	}
	w.rules = append(append(w.rules, rule), more...)
	w.update()
}

// ImportWebACL takes a web ACL that exists, by its ARN, a literal or a CDK token, to be associated with resources.
func ImportWebACL(scope constructs.Construct, id, arn string) *WebACL {
	at := diag.Caller()
	construct.MustHaveScope(scope, "web ACL", at)
	w := &WebACL{arn: &arn}
	constructs.NewConstruct_Override(w, scope, &id)
	w.problems.Attach(w, at)
	return w
}

// ARN returns the web ACL's ARN. Of one for CloudFront it is what a distribution's WebAclId is.
func (w *WebACL) ARN() *string { return w.arn }

// Capacity returns what the rules so far cost, in WCU.
func (w *WebACL) Capacity() int { return w.content.Cost(w.refs).Total + w.reserved }
