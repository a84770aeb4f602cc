package waf

import (
	"time"

	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/webacl"
)

// Rule is a rule of a web ACL: a [MatchRule], [RateRule], [ManagedRule], [GroupRule] or [RawRule]. Its Name is 1 to 128 letters, digits,
// hyphens and underscores, unique in the web ACL, and names its metric. Its Priority is unique as well; smaller ones are asked first.
type Rule interface {
	rule(b *builder) webacl.Rule
}

// InGroup is a rule that a rule group takes: a [MatchRule], [RateRule] or [RawRule]. AWS takes rule groups in web ACLs alone.
type InGroup interface {
	Rule
	inGroup()
}

// MatchRule does something with the requests that a statement matches.
type MatchRule struct {
	Name      string
	Priority  int
	Statement Statement
	Action    Action
	// Labels are put on the requests, for rules of larger priority: "odd:request".
	Labels []string
	// Immunity is how long a solved puzzle counts, 60 seconds (Challenge 300) to 72 hours; 0 is the web ACL's.
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

// visibility has requests counted under a name, and a sample of them kept.
func visibility(name string) *webacl.Visibility {
	return &webacl.Visibility{SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName: name}
}

// RateRule does something with requests beyond a limit. What is counted is estimated within seconds; the first requests beyond the limit
// pass. Changing the rule has AWS count anew.
type RateRule struct {
	Name     string
	Priority int
	Limit    int           // requests, 10 to 2,000,000,000
	Window   time.Duration // 1, 2, 5 or 10 minutes; 0 is 5
	// By is what requests are counted by; nil is the client's address.
	By []RateKey
	// Forwarded takes the client's address from a header.
	Forwarded *ForwardedIP
	// All counts all requests that Only matches together. By is then nil.
	All bool
	// Only are the requests that count; nil is all.
	Only   Statement
	Action Action
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

// RateKey is something that requests are counted by, up to five together. Each costs 30 WCU.
type RateKey struct{ model webacl.RateKey }

// The keys without choices. An address is for use with others.
var (
	ByIP          = RateKey{ipKey}
	ByForwardedIP = RateKey{forwardedIPKey}
	ByMethod      = RateKey{methodKey}
	ByASN         = RateKey{asnKey}
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

// ByHeader counts by the value of a header.
func ByHeader(name string, t ...Transformation) RateKey {
	return RateKey{webacl.RateKey{Header: rateField(name, t)}}
}

// ByCookie counts by the value of a cookie.
func ByCookie(name string, t ...Transformation) RateKey {
	return RateKey{webacl.RateKey{Cookie: rateField(name, t)}}
}

// ByQueryArgument counts by the value of an argument.
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

// ByLabel counts by the labels that begin with a namespace.
func ByLabel(namespace string) RateKey {
	return RateKey{webacl.RateKey{LabelNamespace: &webacl.LabelNamespace{Namespace: namespace}}}
}

// ByJA3 counts by the fingerprint of the client's TLS.
func ByJA3(without Invalid) RateKey {
	return RateKey{webacl.RateKey{JA3Fingerprint: &webacl.Fallback{FallbackBehavior: string(without)}}}
}

// ByJA4 counts by the newer fingerprint.
func ByJA4(without Invalid) RateKey {
	return RateKey{webacl.RateKey{JA4Fingerprint: &webacl.Fallback{FallbackBehavior: string(without)}}}
}

// GroupRule asks a rule group of one's own.
type GroupRule struct {
	Name     string
	Priority int
	Group    *RuleGroup
	// Counting has all its rules only count.
	Counting bool
	// Overrides have rules of the group do something else, by name.
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
