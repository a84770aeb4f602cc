package importer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/webacl"
)

// rules reads the rules. What they do not become is found by comparing them with the rules of the new web ACL.
func (r *webACLReader) rules() {
	rules := slices.Clone(r.ACL.Rules)
	slices.SortStableFunc(rules, func(a, b webacl.Rule) int { return a.Priority - b.Priority })
	if len(rules) > 0 && !slices.ContainsFunc(rules, func(one webacl.Rule) bool { return !counts(one) }) {
		r.out.Mode = "observe"
	}
	r.out.RateLimit = noLimit
	for _, one := range rules {
		if one.Statement == nil || counts(one) && r.out.Mode == "" {
			continue
		}
		r.rule(one)
	}
	r.technologies()
}

// noLimit is the limit of a web ACL without one.
const noLimit = document.Limit(-1)

// counts reports whether a rule stops nothing.
func counts(r webacl.Rule) bool {
	return r.Action != nil && r.Action.Count != nil || r.OverrideAction != nil && r.OverrideAction.Count != nil
}

// rule reads one rule, if it blocks or, in a web ACL that observes, counts.
func (r *webACLReader) rule(one webacl.Rule) {
	s := one.Statement
	if one.Action != nil && one.Action.Block == nil && one.Action.Count == nil {
		return
	}
	switch {
	case s.ManagedRuleGroupStatement != nil:
		r.group(s.ManagedRuleGroupStatement)
	case s.RateBasedStatement != nil:
		r.rate(one.Name, s.RateBasedStatement)
	case s.NotStatement != nil && s.NotStatement.Statement != nil:
		r.unless(*s.NotStatement.Statement)
	case s.GeoMatchStatement != nil:
		r.out.BlockedCountries = append(r.out.BlockedCountries, s.GeoMatchStatement.CountryCodes...)
		r.client(s.GeoMatchStatement.ForwardedIPConfig)
	default:
		r.blocked(*s)
	}
}

// blocked reads a statement about what is blocked: sources, the paths of administrators, large bodies, or paths behind a detour.
func (r *webACLReader) blocked(s webacl.Statement) {
	if blocks, ok := r.sources(s); ok {
		r.out.BlockedSources = append(r.out.BlockedSources, blocks...)
		return
	}
	if s.AndStatement != nil && len(s.AndStatement.Statements) == 2 {
		first, second := s.AndStatement.Statements[0], s.AndStatement.Statements[1]
		if second.NotStatement == nil || second.NotStatement.Statement == nil {
			return
		}
		if label := first.LabelMatchStatement; label != nil && strings.HasSuffix(label.Key, ":core-rule-set:SizeRestrictions_Body") {
			if paths, ok := pathsOf(*second.NotStatement.Statement, exactPath); ok {
				r.out.Uploads = paths
				r.withoutException("AWSManagedRulesCommonRuleSet", "SizeRestrictions_BODY")
			}
			return
		}
		from, known := r.sources(*second.NotStatement.Statement)
		if paths, ok := pathsOf(r.withoutDetour(first), pathBelow); ok && known {
			r.out.Admin = &document.Admin{Paths: paths, From: from}
		}
		return
	}
	if paths, ok := pathsOf(r.withoutDetour(s), pathBelow); ok {
		r.out.Admin = &document.Admin{Paths: paths}
		return
	}
	if inner := r.withoutDetour(s); inner.NotStatement != nil && inner.NotStatement.Statement != nil {
		r.routes(*inner.NotStatement.Statement)
	}
}

// unless reads a statement about what alone is not blocked: countries, hosts, or routes. Sources follow from the flows.
func (r *webACLReader) unless(s webacl.Statement) {
	switch hosts, ok := hostsOf(s); {
	case s.GeoMatchStatement != nil:
		r.out.Countries = append(r.out.Countries, s.GeoMatchStatement.CountryCodes...)
		r.client(s.GeoMatchStatement.ForwardedIPConfig)
	case ok:
		r.out.Hosts = hosts
	default:
		r.routes(s)
	}
}

// client reads the header that holds the address of clients.
func (r *webACLReader) client(f *webacl.ForwardedIP) {
	if f != nil && f.HeaderName != "" {
		r.out.ClientAddress = f.HeaderName
	}
}

// sources returns the blocks of the IP sets that a statement is about alone.
func (r *webACLReader) sources(s webacl.Statement) ([]string, bool) {
	all := []webacl.Statement{s}
	if s.OrStatement != nil {
		all = s.OrStatement.Statements
	}
	var out []string
	for _, one := range all {
		if one.IPSetReferenceStatement == nil || one.IPSetReferenceStatement.IPSetForwardedIPConfig != nil {
			return nil, false
		}
		set, known := r.refs.IPSets[one.IPSetReferenceStatement.Arn]
		if !known {
			return nil, false
		}
		out = append(out, set.Blocks...)
	}
	return out, len(out) > 0
}

// rate reads a limit.
func (r *webACLReader) rate(name string, s *webacl.RateBased) {
	if s.AggregateKeyType != "IP" && (s.AggregateKeyType != "FORWARDED_IP" || s.ForwardedIPConfig == nil) {
		return
	}
	r.client(s.ForwardedIPConfig)
	window := s.EvaluationWindowSec
	if window == defaultWindow {
		window = 0
	}
	if s.ScopeDownStatement == nil {
		if r.out.RateLimit == noLimit && window == 0 {
			r.out.RateLimit = document.Limit(s.Limit)
			if s.Limit == usualLimit {
				r.out.RateLimit = 0
			}
			return
		}
		r.addRate(document.Rate{Name: name, Limit: s.Limit, Window: window})
		return
	}
	if paths, ok := pathsOf(*s.ScopeDownStatement, pathBelow); ok && window == 0 && r.out.Login == nil {
		r.out.Login = paths
		if r.out.LoginLimit = s.Limit; s.Limit == usualLoginLimit {
			r.out.LoginLimit = 0
		}
	} else if paths, ok := pathsOf(*s.ScopeDownStatement, exactPath); ok {
		r.addRate(document.Rate{Name: name, Paths: paths, Limit: s.Limit, Window: window})
	}
}

// The defaults of the format, and of AWS for windows in seconds.
const (
	usualLimit      = 2000
	usualLoginLimit = 100
	defaultWindow   = 300
)

// addRate adds a limit with a name that the format takes.
func (r *webACLReader) addRate(rate document.Rate) {
	base := noLetter.ReplaceAllString(strings.TrimPrefix(rate.Name, "Rate"), "")
	if base = base[:min(len(base), 36)]; base == "" {
		base = "Limit"
	}
	rate.Name = base
	for n := 2; slices.ContainsFunc(r.out.RateLimits, func(o document.Rate) bool { return strings.EqualFold(o.Name, rate.Name) }); n++ {
		rate.Name = fmt.Sprintf("%s%d", base, n)
	}
	r.out.RateLimits = append(r.out.RateLimits, rate)
}

// group reads a group of AWS.
func (r *webACLReader) group(g *webacl.ManagedGroup) {
	if g.VendorName != "AWS" || g.ScopeDownStatement != nil {
		return
	}
	switch g.Name {
	case sqlGroup:
		r.speaksSQL = true
	case "AWSManagedRulesAnonymousIpList":
		r.out.BlockAnonymousIPs = true
	case "AWSManagedRulesBotControlRuleSet":
		r.out.BotControl = true
	case "AWSManagedRulesAntiDDoSRuleSet":
		r.out.AntiDDoS = true
	case "AWSManagedRulesLinuxRuleSet", "AWSManagedRulesUnixRuleSet":
		r.technology("linux")
	case "AWSManagedRulesWindowsRuleSet":
		r.technology("windows")
	case "AWSManagedRulesPHPRuleSet":
		r.technology("php")
	case "AWSManagedRulesWordPressRuleSet":
		r.technology("wordpress")
	}
	excluded := []string{}
	for _, o := range g.RuleActionOverrides {
		if o.ActionToUse != nil && o.ActionToUse.Count != nil {
			excluded = append(excluded, o.Name)
		}
	}
	for _, e := range g.ExcludedRules {
		excluded = append(excluded, e.Name)
	}
	for _, name := range excluded {
		x := document.CountedRule{Group: g.Name, Rule: name, Reason: "imported: " + r.Resource.ID}
		if known, ok := webacl.LookUp("AWS", g.Name); ok {
			if has, _ := known.Rule(name); !has {
				r.unsaid(r.Resource, "Rules", "the exception for %.80q of %s has no effect: there is no such rule", name, g.Name)
				continue
			}
		}
		if !slices.ContainsFunc(r.out.Exceptions, func(o document.CountedRule) bool { return o.Group == x.Group && o.Rule == x.Rule }) {
			r.out.Exceptions = append(r.out.Exceptions, x)
		}
	}
}

// withoutException removes an exception that follows from something else.
func (r *webACLReader) withoutException(group, rule string) {
	r.out.Exceptions = slices.DeleteFunc(r.out.Exceptions, func(x document.CountedRule) bool { return x.Group == group && x.Rule == rule })
}

func (r *webACLReader) technology(name string) {
	if !slices.Contains(r.out.Technologies, name) {
		r.out.Technologies = append(r.out.Technologies, name)
	}
}

// technologies removes what follows from another technology, and finds Java by how rules resolve paths.
func (r *webACLReader) technologies() {
	if slices.Contains(r.out.Technologies, "wordpress") {
		r.out.Technologies = slices.DeleteFunc(r.out.Technologies, func(t string) bool { return t == "php" })
	}
	if r.java && !slices.Contains(r.out.Technologies, "java") {
		r.technology("java")
	}
}
