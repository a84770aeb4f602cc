package webacl

import (
	"fmt"
	"slices"
	"strings"
)

// The capacity limits of web ACLs and rule groups, in WCU (AWS WAF Developer Guide, "AWS WAF quotas" and "Pricing").
const (
	MaxCapacity  = 5000 // of a web ACL, and of a rule group
	FreeCapacity = 1500 // requests to a web ACL beyond it cost more
	// ShieldCapacity is the cost of the rule group that Shield Advanced adds for automatic mitigation.
	ShieldCapacity = 150
)

// Cost is the cost of rules in web ACL capacity units (WCU).
type Cost struct {
	// Total counts a transformation of a part of a request once for all rules, as AWS's documents allow. Upper counts it every time.
	Total, Upper int
	Rules        []RuleCost
	// Unknown names the groups of unknown capacity, which count as nothing.
	Unknown []string
}

// RuleCost is the cost of one rule, with the reasons: "ByteMatchStatement 2 + LOWERCASE 10".
type RuleCost struct {
	Name         string
	Total, Upper int
	Why          string
}

// The costs of statements and their parts, in WCU (AWS WAF Developer Guide, "Rule statements list" and the pages on each
// statement; the totals that AWS publishes of whole web ACLs agree).
const (
	costByteMatch    = 2  // EXACTLY, STARTS_WITH, ENDS_WITH
	costContains     = 10 // CONTAINS, CONTAINS_WORD
	costRegex        = 3
	costRegexSet     = 25
	costSize         = 1
	costSQLi         = 20
	costSQLiHigh     = 30
	costXSS          = 40
	costLookup       = 1 // country, autonomous system, label, IP set
	costAnyPosition  = 4 // added for an IP set that checks all addresses of a header
	costRate         = 2
	costRateKey      = 30
	costTransform    = 10
	costAllArguments = 10
)

// Cost returns the cost of a web ACL's rules.
func (a ACL) Cost(refs References) Cost { return costOf(a.Rules, refs) }

// Cost returns the cost of a rule group's rules, which must not exceed its Capacity.
func (g Group) Cost(refs References) Cost { return costOf(g.Rules, refs) }

func costOf(rules []Rule, refs References) Cost {
	c := coster{refs: refs, seen: map[string]bool{}}
	for _, r := range rules {
		c.rule = RuleCost{Name: r.Name}
		c.why = nil
		c.statement(r.Statement)
		c.rule.Why = strings.Join(c.why, " + ")
		c.out.Rules = append(c.out.Rules, c.rule)
		c.out.Total += c.rule.Total
		c.out.Upper += c.rule.Upper
	}
	return c.out
}

type coster struct {
	refs References
	out  Cost
	rule RuleCost
	why  []string
	seen map[string]bool // transformations of parts that are already counted
}

func (c *coster) add(n int, format string, args ...any) {
	c.rule.Total += n
	c.rule.Upper += n
	c.why = append(c.why, fmt.Sprintf(format, args...)+fmt.Sprintf(" %d", n))
}

func (c *coster) statement(s *Statement) {
	if s == nil {
		return
	}
	switch {
	case s.AndStatement != nil:
		c.all(s.AndStatement.Statements)
	case s.OrStatement != nil:
		c.all(s.OrStatement.Statements)
	case s.NotStatement != nil:
		c.statement(s.NotStatement.Statement)
	case s.ByteMatchStatement != nil:
		n := costByteMatch
		if strings.HasPrefix(s.ByteMatchStatement.PositionalConstraint, "CONTAINS") {
			n = costContains
		}
		c.inspect(n, "ByteMatch "+s.ByteMatchStatement.PositionalConstraint, s.ByteMatchStatement.Inspected)
	case s.RegexMatchStatement != nil:
		c.inspect(costRegex, "RegexMatch", s.RegexMatchStatement.Inspected)
	case s.RegexPatternSetReferenceStatement != nil:
		c.inspect(costRegexSet, "RegexPatternSet", s.RegexPatternSetReferenceStatement.Inspected)
	case s.SizeConstraintStatement != nil:
		c.inspect(costSize, "SizeConstraint", s.SizeConstraintStatement.Inspected)
	case s.SqliMatchStatement != nil:
		n := costSQLi
		if s.SqliMatchStatement.SensitivityLevel == "HIGH" {
			n = costSQLiHigh
		}
		c.inspect(n, "SqliMatch", s.SqliMatchStatement.Inspected)
	case s.XssMatchStatement != nil:
		c.inspect(costXSS, "XssMatch", s.XssMatchStatement.Inspected)
	case s.RateBasedStatement != nil:
		c.rate(s.RateBasedStatement)
	case s.ManagedRuleGroupStatement != nil:
		c.managed(s.ManagedRuleGroupStatement)
	case s.RuleGroupReferenceStatement != nil:
		c.group(s.RuleGroupReferenceStatement.Arn)
	default:
		c.lookup(s)
	}
}

func (c *coster) all(list []Statement) {
	for i := range list {
		c.statement(&list[i])
	}
}

func (c *coster) lookup(s *Statement) {
	switch {
	case s.GeoMatchStatement != nil:
		c.add(costLookup, "GeoMatch")
	case s.AsnMatchStatement != nil:
		c.add(costLookup, "AsnMatch")
	case s.LabelMatchStatement != nil:
		c.add(costLookup, "LabelMatch")
	case s.IPSetReferenceStatement != nil:
		c.add(costLookup, "IPSetReference")
		if f := s.IPSetReferenceStatement.IPSetForwardedIPConfig; f != nil && f.Position == "ANY" {
			c.add(costAnyPosition, "any position")
		}
	}
}

// inspect adds the cost of inspecting a part of requests.
func (c *coster) inspect(base int, what string, i Inspected) {
	part := "?"
	if i.FieldToMatch != nil {
		part = i.FieldToMatch.String()
		if i.FieldToMatch.JsonBody != nil {
			base *= 2
			what += " twice for JSON"
		}
	}
	c.add(base, "%s", what)
	if i.FieldToMatch != nil && i.FieldToMatch.AllQueryArguments != nil {
		c.add(costAllArguments, "all arguments")
	}
	c.transform(part, slices.Concat(i.PreParseTextTransformations, i.TextTransformations))
}

// transform adds the cost of a part's transformations, each the first time.
func (c *coster) transform(part string, list []Transformation) {
	for _, t := range list {
		if t.Type == "NONE" {
			continue
		}
		key := part + " " + t.Type
		c.rule.Upper += costTransform
		if c.seen[key] {
			continue
		}
		c.seen[key] = true
		c.rule.Total += costTransform
		c.why = append(c.why, fmt.Sprintf("%s %d", t.Type, costTransform))
	}
}

func (c *coster) rate(r *RateBased) {
	c.add(costRate, "RateBased")
	for range r.CustomKeys {
		c.add(costRateKey, "key")
	}
	c.statement(r.ScopeDownStatement)
}

func (c *coster) managed(m *ManagedGroup) {
	known, ok := LookUp(m.VendorName, m.Name)
	if ok {
		c.add(known.Capacity, "%s", m.Name)
	} else {
		c.out.Unknown = append(c.out.Unknown, m.VendorName+" "+m.Name)
		c.why = append(c.why, m.Name+" ?")
	}
	c.statement(m.ScopeDownStatement)
}

func (c *coster) group(arn string) {
	g, ok := c.refs.Groups[arn]
	if !ok || g.Capacity == 0 {
		c.out.Unknown = append(c.out.Unknown, arn)
		c.why = append(c.why, "rule group ?")
		return
	}
	c.add(g.Capacity, "rule group")
}
