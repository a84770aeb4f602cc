package waf

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/webacl"
	"github.com/tierwall/tierwall/internal/webacl/check"
)

// WebACLProps configures [NewWebACL]; nil is the zero WebACLProps.
type WebACLProps struct {
	// Rules are the rules. [WebACL.Add] adds further ones.
	Rules []Rule
	// Default is the action for requests that no rule decides, Allow or Block; the zero Action is Allow.
	Default Action
	// Scope says which resources the web ACL can protect; empty is Regional.
	Scope Scope
	// Bodies are the bodies of responses for [BlockWith], by key; at most 50 KB together.
	Bodies map[string]ResponseBody
	// TokenDomains are the domains that accept the token of a client that has passed a Captcha or Challenge, at most 10; nil is the domain
	// of the protected resource.
	TokenDomains []string
	// BodyLimits say how much of a body WAF inspects, by kind of resource: 16, 32, 48 or 64 KB. For load balancers and AppSync it is always
	// 8 KB.
	BodyLimits map[ResourceKind]int
	// Logging configures the logs; nil creates a log group.
	Logging *LoggingProps
	// ShieldResponse says that Shield Advanced responds automatically to attacks on a protected resource. It reserves the 150 WCU of the rule
	// group that Shield adds to the web ACL.
	ShieldResponse bool
	// Name is 1 to 128 letters, digits, hyphens and underscores. If it is empty, the name is made from the stack's name and the construct's
	// path. Changing it replaces the web ACL, and the protected resources have none for a while.
	Name string
	// Description is 3 to 256 letters, digits, spaces and +=:#@/-,. and may be empty.
	Description string
}

// WebACL is a web ACL, the set of rules that WAF applies to the requests for a resource (CloudFormation, AWS::WAFv2::WebACL).
type WebACL struct {
	constructs.Construct
	rules    []Rule
	derived  []webacl.Rule     // from Protect
	reasons  map[string]string // of the derived rules, by name
	content  webacl.ACL
	refs     webacl.References
	scope    Scope
	reserved int
	imported bool
	arn      *string
	problems problems
	cannot   func(at diag.Position)             // records that a file cannot have a rule of one's own; nil unless Protect made the web ACL
	takes    func(arn string, at diag.Position) // records a resource that the web ACL protects; as cannot
}

// NewWebACL creates a web ACL. It protects nothing until [WebACL.Associate] is called, or its ARN is set on a distribution. Errors in props
// fail synthesis. A nil scope panics.
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
	name := *w.problems.Name(props.Name)
	w.content = webacl.ACL{
		Name: name, Description: props.Description, Scope: string(w.scope), VisibilityConfig: visibility(name),
		CustomResponseBodies: responseBodies(props.Bodies),
		TokenDomains:         props.TokenDomains, DefaultAction: w.defaultAction(props.Default), AssociationConfig: bodyLimits(props.BodyLimits),
	}
	w.emit()
	w.problems.Declare(report.Control{Name: "web ACL", Of: w, ID: "Resource", Properties: w.made,
		Stops: func() map[string]string { return w.reasons }, At: at})
	w.log(props.Logging)
	w.problems.Later = append(w.problems.Later, w.check)
	return w
}

func (w *WebACL) defaultAction(a Action) *webacl.DefaultAction {
	out := &webacl.DefaultAction{Allow: a.model.Allow, Block: a.model.Block}
	if a.model.Count != nil || a.model.Captcha != nil || a.model.Challenge != nil || a.model.Monetize != nil {
		w.problems.Add("waf-default-action", "the default action neither allows nor blocks", "AWS accepts only these two",
			"set Default to waf.Allow, waf.Block or the result of waf.BlockWith", w.problems.At)
	}
	if out.Allow == nil && out.Block == nil {
		out.Allow = &webacl.AllowAction{}
	}
	return out
}

// ResourceKind is a kind of protected resource for which the limit of inspected bodies can be set (AWS WAF API Reference,
// AssociationConfig).
type ResourceKind string

// The kinds of resources.
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
	b := &batch.Batch{}
	made := b.Make(batch.Resource{Scope: w, ID: "Resource", New: awswafv2.NewCfnWebACL, Props: p})
	if len(w.content.CustomResponseBodies) > 0 {
		b.Override(made, "CustomResponseBodies", w.content.CustomResponseBodies)
	}
	if w.content.AssociationConfig != nil {
		b.Override(made, "AssociationConfig", w.content.AssociationConfig)
	}
	w.arn = batch.Get[string](b, made, "attrArn")
	w.update(b, made)
	b.Run()
}

// update has a batch write the current rules into the resource, which of is or has as its child.
func (w *WebACL) update(b *batch.Batch, of any) {
	built := w.build()
	w.refs = built.refs
	if len(w.content.Rules) > 0 {
		b.Override(of, "Rules", w.content.Rules)
	}
}

// build converts the rules to the model.
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

// Add adds rules. Their order does not matter, because each has a priority. Adding a rule to an imported web ACL fails synthesis.
func (w *WebACL) Add(rule Rule, more ...Rule) {
	if w.imported {
		w.problems.Add("waf-imported", "a rule is added to an imported web ACL", "the stack that owns a web ACL defines its rules",
			"create a rule group, and add it to the web ACL in the stack that owns it", diag.Caller())
		return
	}
	if w.cannot != nil {
		w.cannot(diag.Caller())
	}
	w.rules = append(append(w.rules, rule), more...)
	b := &batch.Batch{}
	w.update(b, w)
	b.Run()
}

// ImportWebACL refers to an existing web ACL by its ARN, which is a literal or a CDK token, to associate it with resources. A nil scope
// panics.
func ImportWebACL(scope constructs.Construct, id, arn string) *WebACL {
	at := diag.Caller()
	construct.MustHaveScope(scope, "web ACL", at)
	w := &WebACL{arn: &arn, imported: true}
	constructs.NewConstruct_Override(w, scope, &id)
	w.problems.Attach(w, at)
	return w
}

// ARN returns the web ACL's ARN. Set the WebAclId of a distribution to the ARN of a web ACL for CloudFront.
func (w *WebACL) ARN() *string { return w.arn }

// Capacity returns the cost of the current rules in WCU, with the 150 WCU that ShieldResponse reserves.
func (w *WebACL) Capacity() int { return w.content.Cost(w.refs).Total + w.reserved }
