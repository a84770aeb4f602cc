package waf

import (
	"time"

	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/webacl"
)

// Rule is a rule of a web ACL: a [MatchRule], [RateRule], [ManagedRule], [GroupRule] or [RawRule].
//
// Each rule has a Name and a Priority, and both must be unique in the web ACL. The Name is 1 to 128 letters, digits, hyphens and
// underscores, and is also the name of the rule's metric. The rule with the lowest Priority is evaluated first.
type Rule interface {
	rule(b *builder) webacl.Rule
}

// InGroup is a rule that a [RuleGroup] accepts: a [MatchRule], [RateRule] or [RawRule]. AWS does not accept rule groups in a rule group.
type InGroup interface {
	Rule
	inGroup()
}

// MatchRule applies an action to the requests that a statement matches.
type MatchRule struct {
	// Name is the name of the rule, as in [Rule]; required.
	Name string
	// Priority is the priority of the rule, as in [Rule].
	Priority int
	// Statement selects requests; required.
	Statement Statement
	// Action says what to do with the requests; required.
	Action Action
	// Labels are added to the requests, for use by rules that are evaluated later: "known:bot", for example.
	Labels []string
	// Immunity is how long a client that has passed a Captcha or Challenge is not asked again: from 60 seconds for a Captcha, or 300 seconds
	// for a Challenge, to 72 hours. 0 is the default of the web ACL.
	Immunity time.Duration
}

func (MatchRule) inGroup() {}

func (r MatchRule) rule(b *builder) webacl.Rule {
	return plain(r.Name, r.Priority, b.build(r.Statement), r.Action, r.Labels, construct.Seconds(r.Immunity))
}

func plain(name string, priority int, s webacl.Statement, a Action, labels []string, immunity int) webacl.Rule {
	out := webacl.Rule{Name: name, Priority: priority, Statement: &s, Action: &a.model, VisibilityConfig: visibility(name)}
	for _, l := range labels {
		out.RuleLabels = append(out.RuleLabels, webacl.Label{Name: l})
	}
	if immunity != 0 {
		config := &webacl.Immunity{ImmunityTimeProperty: &webacl.ImmunityTime{ImmunityTime: immunity}}
		if a.model.Challenge != nil {
			out.ChallengeConfig = config
		} else {
			out.CaptchaConfig = config
		}
	}
	return out
}

// visibility returns a configuration that counts requests in a metric and keeps samples of them.
func visibility(name string) *webacl.Visibility {
	return &webacl.Visibility{SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName: name}
}

// RateRule applies an action to requests that exceed a limit. AWS estimates the rate every few seconds, so some requests above the limit
// pass before the rule acts. When the rule changes, AWS starts to count again (AWS WAF Developer Guide, "Using rate-based rule statements
// in AWS WAF").
type RateRule struct {
	// Name is the name of the rule, as in [Rule]; required.
	Name string
	// Priority is the priority of the rule, as in [Rule].
	Priority int
	// Limit is the number of requests in a window, 10 to 2,000,000,000; required.
	Limit int
	// Window is 1, 2, 5 or 10 minutes; 0 is 5 minutes.
	Window time.Duration
	// By are the keys by which requests are counted; nil counts by the client's address.
	By []RateKey
	// Forwarded takes the client's address from a header; nil takes the address of the connection.
	Forwarded *ForwardedIP
	// All counts all requests together. It needs Only, and By must be nil.
	All bool
	// Only limits the rule to the requests that a statement matches; nil stands for all requests.
	Only Statement
	// Action says what to do with requests that exceed the limit; required.
	Action Action
	// Labels are added to the requests that exceed the limit, as in [MatchRule].
	Labels []string
}

func (RateRule) inGroup() {}

func (r RateRule) rule(b *builder) webacl.Rule {
	s := &webacl.RateBased{Limit: r.Limit, EvaluationWindowSec: construct.Seconds(r.Window), AggregateKeyType: "IP",
		ForwardedIPConfig: r.Forwarded.model(), ScopeDownStatement: b.optional(r.Only)}
	if s.EvaluationWindowSec == 0 {
		s.EvaluationWindowSec = 300
	}
	for _, k := range r.By {
		s.CustomKeys = append(s.CustomKeys, k.model)
	}
	switch {
	case r.All:
		s.AggregateKeyType = "CONSTANT"
	case len(r.By) > 0:
		s.AggregateKeyType = "CUSTOM_KEYS"
	case r.Forwarded != nil:
		s.AggregateKeyType = "FORWARDED_IP"
	}
	return plain(r.Name, r.Priority, webacl.Statement{RateBasedStatement: s}, r.Action, r.Labels, 0)
}

// RateKey is a property of requests by which a [RateRule] counts them. A rule has at most five keys, and counts each combination of their
// values separately. Each key costs 30 WCU.
type RateKey struct{ model webacl.RateKey }

// The keys without parameters. Use the addresses only with other keys: a rule without keys counts by address anyway.
var (
	// ByIP counts by the address of the connection.
	ByIP = RateKey{ipKey}
	// ByForwardedIP counts by the client's address in the header that Forwarded names.
	ByForwardedIP = RateKey{forwardedIPKey}
	// ByMethod counts by the HTTP method.
	ByMethod = RateKey{methodKey}
	// ByASN counts by the autonomous system of the client's address.
	ByASN = RateKey{asnKey}
)

var (
	ipKey          = webacl.RateKey{IP: &webacl.Empty{}}
	forwardedIPKey = webacl.RateKey{ForwardedIP: &webacl.Empty{}}
	methodKey      = webacl.RateKey{HTTPMethod: &webacl.Empty{}}
	asnKey         = webacl.RateKey{ASN: &webacl.Empty{}}
)

func rateField(name string, list []Transformation) *webacl.RateField {
	return &webacl.RateField{Name: name, TextTransformations: transformed(list)}
}

// ByHeader counts by the value of the header with a name.
func ByHeader(name string, t ...Transformation) RateKey {
	return RateKey{webacl.RateKey{Header: rateField(name, t)}}
}

// ByCookie counts by the value of the cookie with a name.
func ByCookie(name string, t ...Transformation) RateKey {
	return RateKey{webacl.RateKey{Cookie: rateField(name, t)}}
}

// ByQueryArgument counts by the value of the query argument with a name.
func ByQueryArgument(name string, t ...Transformation) RateKey {
	return RateKey{webacl.RateKey{QueryArgument: rateField(name, t)}}
}

// ByQueryString counts by the query string.
func ByQueryString(t ...Transformation) RateKey {
	return RateKey{webacl.RateKey{QueryString: &webacl.RateText{TextTransformations: transformed(t)}}}
}

// ByURIPath counts by the path.
func ByURIPath(t ...Transformation) RateKey {
	return RateKey{webacl.RateKey{UriPath: &webacl.RateText{TextTransformations: transformed(t)}}}
}

// ByLabel counts by the labels of a request that begin with a namespace.
func ByLabel(namespace string) RateKey {
	return RateKey{webacl.RateKey{LabelNamespace: &webacl.LabelNamespace{Namespace: namespace}}}
}

// ByJA3 counts by the JA3 fingerprint of the client's TLS handshake. without says how to treat requests without one.
func ByJA3(without Invalid) RateKey {
	return RateKey{webacl.RateKey{JA3Fingerprint: &webacl.Fallback{FallbackBehavior: string(without)}}}
}

// ByJA4 counts by the JA4 fingerprint of the client's TLS handshake. without says how to treat requests without one.
func ByJA4(without Invalid) RateKey {
	return RateKey{webacl.RateKey{JA4Fingerprint: &webacl.Fallback{FallbackBehavior: string(without)}}}
}

// GroupRule is a rule that evaluates a [RuleGroup].
type GroupRule struct {
	// Name is the name of the rule, as in [Rule]; required.
	Name string
	// Priority is the priority of the rule, as in [Rule].
	Priority int
	// Group is the group; required.
	Group *RuleGroup
	// Counting makes the group only count the requests that it would stop.
	Counting bool
	// Overrides replace the actions of rules of the group. The key is the name of the rule.
	Overrides map[string]Action
}

func (r GroupRule) rule(b *builder) webacl.Rule {
	ref := &webacl.GroupRef{RuleActionOverrides: overrides(r.Overrides)}
	if r.Group != nil {
		ref.Arn = *r.Group.arn
		b.use(r.Group.problems.Path, r.Group.scope)
		if r.Group.known() {
			b.refs.Groups[ref.Arn] = &r.Group.content
		}
	}
	return grouped(r.Name, r.Priority, webacl.Statement{RuleGroupReferenceStatement: ref}, r.Counting)
}

func grouped(name string, priority int, s webacl.Statement, counting bool) webacl.Rule {
	override := &webacl.OverrideAction{None: &webacl.Empty{}}
	if counting {
		override = &webacl.OverrideAction{Count: &webacl.Empty{}}
	}
	return webacl.Rule{Name: name, Priority: priority, Statement: &s, OverrideAction: override, VisibilityConfig: visibility(name)}
}
