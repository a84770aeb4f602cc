// Package webacl derives the web ACLs that stand in front of tiers: their rules, with a reason each, and their IP sets.
//
// It knows the declared architecture and the addresses of its peers. It must not know templates, CDK, or what other controls
// of the plan hold. The language of web ACLs themselves is internal/webacl's.
package webacl

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan/address"
	"github.com/tierwall/tierwall/internal/webacl"
)

// ACL is the web ACL in front of a tier.
type ACL struct {
	Protection arch.Protection
	Sets       []AddressSet // by ID
	Rules      []Rule       // by priority
}

// AddressSet is an IP set of a web ACL. Statements name it by [AddressSet.Reference].
type AddressSet struct {
	ID     string // "SourcesIPv4"; it is identity
	IPv6   bool
	Blocks []address.Block
}

// Rule is a rule of a web ACL, and why it is there.
type Rule struct {
	webacl.Rule
	Reason string
}

// Cost is what AWS charges for the rules of a web ACL, in WCU.
func (a ACL) Cost() webacl.Cost {
	acl := webacl.ACL{}
	for _, r := range a.Rules {
		acl.Rules = append(acl.Rules, r.Rule)
	}
	return acl.Cost(webacl.References{})
}

// Does says what a rule does with the requests that it matches.
func (r Rule) Does() string {
	switch {
	case r.Action != nil && r.Action.Block != nil:
		return "blocks"
	case r.OverrideAction != nil && r.OverrideAction.None != nil:
		return "decides"
	}
	return "counts"
}

// Of derives the web ACLs of an architecture, by tier, and says where they let through more than was declared.
func Of(m *arch.Model) (acls []ACL, widenings []arch.Widening, diags diag.List) {
	for _, protection := range m.Protections {
		b := builder{m: m, of: protection}
		b.build()
		acls = append(acls, ACL{protection, b.sets, b.rules})
		widenings = append(widenings, b.widenings...)
		diags = append(diags, b.diags...)
	}
	return acls, widenings, diags
}

// builder derives one web ACL.
type builder struct {
	m         *arch.Model
	of        arch.Protection
	sets      []AddressSet
	rules     []Rule
	widenings []arch.Widening
	diags     diag.List
}

// build adds all rules. Exceptions come last, because they change rules of the other steps.
func (b *builder) build() {
	b.clients()
	b.requests()
	b.limits()
	b.managed()
	b.exceptions()
	slices.SortStableFunc(b.rules, func(x, y Rule) int { return cmp.Compare(x.Priority, y.Priority) })
	slices.SortStableFunc(b.sets, func(x, y AddressSet) int { return strings.Compare(x.ID, y.ID) })
}

// flows are the flows of HTTP to the tier.
func (b *builder) flows() []arch.CheckedFlow {
	var out []arch.CheckedFlow
	for _, f := range b.m.Flows {
		if f.To.Kind.IsTier() && f.To.Text == b.of.Tier && b.of.Serves.ServesHTTP(f) {
			out = append(out, f)
		}
	}
	return out
}

func (b *builder) add(name string, priority int, s webacl.Statement, reason string) *webacl.Rule {
	b.rules = append(b.rules, Rule{webacl.Rule{
		Name: name, Priority: priority, Statement: &s,
		VisibilityConfig: &webacl.Visibility{SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName: name},
	}, reason})
	return &b.rules[len(b.rules)-1].Rule
}

// block adds a rule that blocks what it matches, or counts it while the web ACL observes.
func (b *builder) block(name string, priority int, s webacl.Statement, reason string) {
	action := &webacl.Action{Block: &webacl.BlockAction{}}
	if b.of.Mode == arch.Observe {
		action = &webacl.Action{Count: &webacl.AllowAction{}}
	}
	b.add(name, priority, s, reason).Action = action
}

// group adds one of AWS's rule groups.
func (b *builder) group(name string, priority int, reason string) *webacl.ManagedGroup {
	g := &webacl.ManagedGroup{VendorName: "AWS", Name: name}
	override := &webacl.OverrideAction{None: &webacl.Empty{}}
	if b.of.Mode == arch.Observe {
		override = &webacl.OverrideAction{Count: &webacl.Empty{}}
	}
	b.add(name, priority, webacl.Statement{ManagedRuleGroupStatement: g}, reason).OverrideAction = override
	return g
}

func (b *builder) widen(carries, reason string) {
	b.widenings = append(b.widenings, arch.Widening{
		Control: "web ACL", Path: b.m.Network.TierPath(b.of.Tier), Carries: carries, Reason: reason,
	})
}

func (b *builder) fail(rule, summary, detail, fix string) {
	b.diags.Add(diag.Diagnostic{
		Rule: rule, Path: b.m.Network.PathTo(b.m.Network.TierPath(b.of.Tier)), At: []diag.Position{b.of.At},
		Summary: summary, Detail: detail, Fix: fix,
	})
}
