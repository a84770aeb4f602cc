package plan

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/webacl"
)

// WebACL is the web ACL in front of a tier.
type WebACL struct {
	Protection arch.Protection
	Sets       []AddressSet // by ID
	Rules      []WebRule    // by priority
}

// AddressSet is an IP set of a web ACL. Statements name it by [AddressSet.Reference].
type AddressSet struct {
	ID     string // "SourcesIPv4"; it is identity
	IPv6   bool
	Blocks []Block
}

const setReference = "set:"

// Reference is what statements have in the place of the set's ARN.
func (s AddressSet) Reference() string { return setReference + s.ID }

// WebRule is a rule of a web ACL, and why it is there.
type WebRule struct {
	webacl.Rule
	Reason string
}

// The numbers of rules, in the order that AWS recommends (AWS Security Services Best Practices, WAF): what is decided by the client
// alone first, then limits, then what reads requests. All others are free for rules of the app.
const (
	antiDDoSPriority   = 100
	originPriority     = 1000
	sourcesPriority    = 1100
	blockedPriority    = 1200
	countriesPriority  = 1300
	hostsPriority      = 1400
	routesPriority     = 1500
	adminPriority      = 1600
	limitPriority      = 2000
	loginPriority      = 2100
	firstRatePriority  = 2200 // those with names follow, up to ratePriorities of them
	ratePriorities     = 800
	reputationPriority = 3000
	anonymousPriority  = 3100
	commonPriority     = 4000
	uploadsPriority    = 4100
	badInputsPriority  = 4200
	sqlPriority        = 5000
	linuxPriority      = 5100
	posixPriority      = 5200
	windowsPriority    = 5300
	phpPriority        = 5400
	wordPressPriority  = 5500
	botPriority        = 8000
)

// webACLs derives the web ACLs.
func (p *Plan) webACLs() diag.List {
	var diags diag.List
	for _, protection := range p.Model.Protections {
		b := webBuilder{p: p, of: protection}
		b.build()
		p.WebACLs = append(p.WebACLs, WebACL{protection, b.sets, b.rules})
		diags = append(diags, b.diags...)
	}
	return diags
}

// WebACL returns the web ACL of a tier, false if it has none.
func (p *Plan) WebACL(tier string) (WebACL, bool) {
	i := slices.IndexFunc(p.WebACLs, func(a WebACL) bool { return a.Protection.Tier == tier })
	if i < 0 {
		return WebACL{}, false
	}
	return p.WebACLs[i], true
}

// webBuilder derives one web ACL.
type webBuilder struct {
	p     *Plan
	of    arch.Protection
	sets  []AddressSet
	rules []WebRule
	diags diag.List
}

func (b *webBuilder) build() {
	b.clients()
	b.requests()
	b.limits()
	b.managed()
	b.exceptions()
	slices.SortFunc(b.rules, func(x, y WebRule) int { return cmp.Compare(x.Priority, y.Priority) })
	slices.SortFunc(b.sets, func(x, y AddressSet) int { return strings.Compare(x.ID, y.ID) })
}

func (b *webBuilder) flows() []arch.CheckedFlow {
	var out []arch.CheckedFlow
	for _, f := range b.p.Model.Flows {
		if f.To.Kind.IsTier() && f.To.Text == b.of.Tier && b.of.Serves.ServesHTTP(f) {
			out = append(out, f)
		}
	}
	return out
}

func (b *webBuilder) add(name string, priority int, s webacl.Statement, reason string) *webacl.Rule {
	b.rules = append(b.rules, WebRule{webacl.Rule{
		Name: name, Priority: priority, Statement: &s,
		VisibilityConfig: &webacl.Visibility{SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName: name},
	}, reason})
	return &b.rules[len(b.rules)-1].Rule
}

// block adds a rule that blocks what it matches, or counts it while the web ACL observes.
func (b *webBuilder) block(name string, priority int, s webacl.Statement, reason string) {
	action := &webacl.Action{Block: &webacl.BlockAction{}}
	if b.of.Mode == arch.Observe {
		action = &webacl.Action{Count: &webacl.AllowAction{}}
	}
	b.add(name, priority, s, reason).Action = action
}

// group adds one of AWS's rule groups.
func (b *webBuilder) group(name string, priority int, reason string) *webacl.ManagedGroup {
	g := &webacl.ManagedGroup{VendorName: "AWS", Name: name}
	override := &webacl.OverrideAction{None: &webacl.Empty{}}
	if b.of.Mode == arch.Observe {
		override = &webacl.OverrideAction{Count: &webacl.Empty{}}
	}
	b.add(name, priority, webacl.Statement{ManagedRuleGroupStatement: g}, reason).OverrideAction = override
	return g
}

// limits adds the limits of how many requests an address may send.
func (b *webBuilder) limits() {
	rate := func(name string, priority, limit, window int, scope *webacl.Statement, reason string) {
		s := webacl.RateBased{Limit: limit, EvaluationWindowSec: cmp.Or(window, 300), AggregateKeyType: "IP", ScopeDownStatement: scope}
		if b.of.ClientAddress != "" {
			s.AggregateKeyType, s.ForwardedIPConfig = "FORWARDED_IP", b.forwarded("MATCH")
		}
		b.block(name, priority, webacl.Statement{RateBasedStatement: &s}, reason)
	}
	if limit := b.of.RateLimit; limit >= 0 {
		limit = cmp.Or(limit, arch.DefaultRateLimit)
		rate("RateLimit", limitPriority, limit, 0, nil, fmt.Sprintf("no address sends more than %d requests in 5 minutes", limit))
	}
	if paths := b.of.Serves.Login; len(paths) > 0 {
		limit := cmp.Or(b.of.Serves.LoginLimit, arch.DefaultLoginLimit)
		rate("Login", loginPriority, limit, 0, new(b.onPaths(below, paths)),
			fmt.Sprintf("no address tries more than %d passwords in 5 minutes", limit))
	}
	taken := map[int]bool{}
	for _, r := range slices.SortedFunc(slices.Values(b.of.RateLimits), func(x, y arch.Rate) int { return strings.Compare(x.Name, y.Name) }) {
		var scope *webacl.Statement
		if len(r.Paths) > 0 {
			scope = new(b.onPaths(exactly, r.Paths))
		}
		rate("Rate"+r.Name, ratePriority(r.Name, taken), r.Limit, r.Window, scope, fmt.Sprintf("no address sends more than %d requests in %d seconds to %s", r.Limit, cmp.Or(r.Window, 300), anyPath(r.Paths)))
	}
}

func anyPath(paths []string) string {
	if len(paths) == 0 {
		return "any path"
	}
	return strings.Join(paths, ", ")
}

// ratePriority is the number of a limit with a name: a hash of that, so that other limits do not move it.
func ratePriority(name string, taken map[int]bool) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name)) // A hash takes everything.
	n := int(h.Sum32() % ratePriorities)
	for taken[n] && len(taken) < ratePriorities {
		n = (n + 1) % ratePriorities
	}
	taken[n] = true
	return firstRatePriority + n
}

// forwarded takes the client's address from the header. What has no address in it is judged as fallback says.
func (b *webBuilder) forwarded(fallback string) *webacl.ForwardedIP {
	if b.of.ClientAddress == "" {
		return nil
	}
	return &webacl.ForwardedIP{HeaderName: b.of.ClientAddress, FallbackBehavior: fallback}
}

// exceptions has rules of managed groups count.
func (b *webBuilder) exceptions() {
	for _, e := range b.of.Exceptions {
		i := slices.IndexFunc(b.rules, func(r WebRule) bool {
			return r.Statement.ManagedRuleGroupStatement != nil && r.Name == e.Group
		})
		if i < 0 {
			b.fail("protection-exception", "an exception is for a managed group that the web ACL does not have", fmt.Sprintf("got %q; there are %s", e.Group, strings.Join(b.groups(), ", ")), "")
			continue
		}
		if known, ok := webacl.LookUp("AWS", e.Group); ok {
			if has, near := known.Rule(e.Rule); !has {
				fix := ""
				if near != "" {
					fix = "write " + near
				}
				b.fail("protection-exception", "an exception is for a rule that the managed group does not have", fmt.Sprintf("got %q of %s; names are told apart by case, and AWS ignores those that it does not know", e.Rule, e.Group), fix)
				continue
			}
		}
		g := b.rules[i].Statement.ManagedRuleGroupStatement
		g.RuleActionOverrides = append(g.RuleActionOverrides, counted(e.Rule))
		b.rules[i].Reason += fmt.Sprintf("; %s only counts: %s", e.Rule, e.Reason)
	}
}

func (b *webBuilder) fail(rule, summary, detail, fix string) {
	b.diags.Add(diag.Diagnostic{Rule: rule, Path: b.p.Model.Network.PathTo("tiers." + b.of.Tier), At: []diag.Position{b.of.At}, Summary: summary, Detail: detail, Fix: fix})
}

func counted(rule string) webacl.ActionOverride {
	return webacl.ActionOverride{Name: rule, ActionToUse: &webacl.Action{Count: &webacl.AllowAction{}}}
}

func (b *webBuilder) groups() []string {
	var out []string
	for _, r := range b.rules {
		if r.Statement.ManagedRuleGroupStatement != nil {
			out = append(out, r.Name)
		}
	}
	return out
}

func (b *webBuilder) widen(carries, reason string) {
	b.p.Widenings = append(b.p.Widenings, arch.Widening{Control: "web ACL", Path: "tiers." + b.of.Tier, Carries: carries, Reason: reason})
}
