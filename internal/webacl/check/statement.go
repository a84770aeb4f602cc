package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/webacl"
)

// top checks the statement of a rule. Some kinds of statements are allowed only there.
func (c *checker) top(s *webacl.Statement) {
	const where = "Statement"
	if !c.one("statement", where, "a statement", *s) {
		return
	}
	switch {
	case s.RateBasedStatement != nil:
		c.rate(where+".RateBasedStatement", s.RateBasedStatement)
	case s.ManagedRuleGroupStatement != nil && c.acl:
		c.managed(where+".ManagedRuleGroupStatement", s.ManagedRuleGroupStatement)
	case s.RuleGroupReferenceStatement != nil && c.acl:
		c.groupRef(where+".RuleGroupReferenceStatement", s.RuleGroupReferenceStatement)
	case s.ManagedRuleGroupStatement != nil, s.RuleGroupReferenceStatement != nil:
		c.failAt("nesting", where, "a rule group uses a rule group", "AWS accepts rule groups only in rules of web ACLs", "use it in the web ACL")
	default:
		c.statement(where, s)
	}
}

// statement checks a statement that may be at any depth.
func (c *checker) statement(where string, s *webacl.Statement) {
	if s == nil {
		c.failAt("statement", where, "a statement is missing", "", "")
		return
	}
	if !c.one("statement", where, "a statement", *s) {
		return
	}
	where += "." + members(s)[0]
	switch {
	case s.AndStatement != nil:
		c.list(where, s.AndStatement)
	case s.OrStatement != nil:
		c.list(where, s.OrStatement)
	case s.NotStatement != nil:
		c.statement(where+".Statement", s.NotStatement.Statement)
	case s.RateBasedStatement != nil, s.ManagedRuleGroupStatement != nil, s.RuleGroupReferenceStatement != nil:
		c.failAt("nesting", where, "a nested statement must be at the top of a rule",
			"a rate-based statement or a rule group must be the whole statement of a rule",
			"make it a rule of its own, and limit it with ScopeDownStatement")
	case s.GeoMatchStatement != nil:
		c.geo(where, s.GeoMatchStatement)
	case s.AsnMatchStatement != nil:
		c.asn(where, s.AsnMatchStatement)
	case s.IPSetReferenceStatement != nil:
		c.ipSet(where, s.IPSetReferenceStatement)
	case s.LabelMatchStatement != nil:
		c.labelMatch(where, s.LabelMatchStatement)
	default:
		c.inspecting(where, s)
	}
}

func (c *checker) list(where string, n *webacl.Nested) {
	if len(n.Statements) < 2 {
		c.failAt("nesting", where, "a list of statements has fewer than two", fmt.Sprintf("got %d", len(n.Statements)),
			"leave out the list around a single statement")
	}
	for i := range n.Statements {
		c.statement(fmt.Sprintf("%s.Statements[%d]", where, i), &n.Statements[i])
	}
}

// inspecting checks the statements that inspect a part of requests.
func (c *checker) inspecting(where string, s *webacl.Statement) {
	switch {
	case s.ByteMatchStatement != nil:
		m := s.ByteMatchStatement
		c.searched(where, m)
		c.enum("position", where+".PositionalConstraint", m.PositionalConstraint, "EXACTLY", "STARTS_WITH", "ENDS_WITH", "CONTAINS",
			"CONTAINS_WORD")
		c.inspected(where, m.Inspected)
		if f := m.FieldToMatch; f != nil && (f.JA3Fingerprint != nil || f.JA4Fingerprint != nil) && m.PositionalConstraint != "EXACTLY" {
			c.failAt("fingerprint", where, "a fingerprint is compared in part", fmt.Sprintf("got %s; allowed is EXACTLY", m.PositionalConstraint),
				"")
		}
	case s.RegexMatchStatement != nil:
		c.regex(where+".RegexString", s.RegexMatchStatement.RegexString, maxRegexMatch)
		c.impossibleRegex(where+".RegexString", s.RegexMatchStatement.RegexString, s.RegexMatchStatement.TextTransformations)
		c.inspected(where, s.RegexMatchStatement.Inspected)
		c.noFingerprint(where, s.RegexMatchStatement.Inspected)
	case s.RegexPatternSetReferenceStatement != nil:
		m := s.RegexPatternSetReferenceStatement
		c.arn(where, m.Arn, "regexpatternset")
		for _, pattern := range c.refs.RegexSets[m.Arn] {
			c.impossibleRegex(where, pattern, m.TextTransformations)
		}
		c.inspected(where, m.Inspected)
		c.noFingerprint(where, m.Inspected)
	case s.SizeConstraintStatement != nil:
		m := s.SizeConstraintStatement
		c.enum("comparison", where+".ComparisonOperator", m.ComparisonOperator, "EQ", "NE", "LE", "LT", "GE", "GT")
		c.between("size", where+".Size", m.Size, 0, 21_474_836_480, " bytes")
		c.inspected(where, m.Inspected)
		c.noFingerprint(where, m.Inspected)
	case s.SqliMatchStatement != nil:
		if level := s.SqliMatchStatement.SensitivityLevel; level != "" {
			c.enum("sensitivity", where+".SensitivityLevel", level, "LOW", "HIGH")
		}
		c.inspected(where, s.SqliMatchStatement.Inspected)
		c.noFingerprint(where, s.SqliMatchStatement.Inspected)
	case s.XssMatchStatement != nil:
		c.inspected(where, s.XssMatchStatement.Inspected)
		c.noFingerprint(where, s.XssMatchStatement.Inspected)
	}
}

func (c *checker) noFingerprint(where string, i webacl.Inspected) {
	if f := i.FieldToMatch; f != nil && (f.JA3Fingerprint != nil || f.JA4Fingerprint != nil) {
		c.failAt("fingerprint", where, "a fingerprint is not compared as text", "AWS accepts only a ByteMatchStatement with EXACTLY", "")
	}
}

const maxCountries = 50

func (c *checker) geo(where string, g *webacl.Geo) {
	if len(g.CountryCodes) == 0 || len(g.CountryCodes) > maxCountries {
		c.failAt("countries", where+".CountryCodes", "the number of countries is not usable",
			fmt.Sprintf("got %d; allowed are 1 to %d", len(g.CountryCodes), maxCountries), "use two statements in an OrStatement")
	}
	for _, code := range g.CountryCodes {
		if !webacl.IsToken(code) && !webacl.IsCountry(code) {
			c.failAt("countries", where+".CountryCodes", "a country is unknown",
				fmt.Sprintf("got %.20q; allowed are the ISO 3166 codes of two capital letters", code), countryFix(code))
		}
	}
	c.forwarded(where, g.ForwardedIPConfig)
}

const (
	maxASNs = 100
	maxASN  = 1<<32 - 1
)

func (c *checker) asn(where string, a *webacl.ASN) {
	if len(a.AsnList) == 0 || len(a.AsnList) > maxASNs {
		c.failAt("asn", where+".AsnList", "the number of autonomous systems is not usable",
			fmt.Sprintf("got %d; allowed are 1 to %d", len(a.AsnList), maxASNs), "")
	}
	for _, n := range a.AsnList {
		c.between("asn", where+".AsnList", n, 0, maxASN, "")
	}
	c.forwarded(where, a.ForwardedIPConfig)
}

func (c *checker) ipSet(where string, s *webacl.IPSet) {
	c.arn(where, s.Arn, "ipset")
	if f := s.IPSetForwardedIPConfig; f != nil {
		c.forwarded(where, &f.ForwardedIP)
		c.enum("position", where+".IPSetForwardedIPConfig.Position", f.Position, "FIRST", "LAST", "ANY")
	}
}

func (c *checker) forwarded(where string, f *webacl.ForwardedIP) {
	if f == nil {
		return
	}
	if !webacl.IsToken(f.HeaderName) && !forwardedHeader.MatchString(f.HeaderName) {
		c.failAt("header", where+".ForwardedIPConfig.HeaderName", "the name of a header is not usable",
			fmt.Sprintf("got %.80q; allowed are 1 to 255 letters, digits and hyphens", f.HeaderName), "")
	}
	c.enum("fallback", where+".ForwardedIPConfig.FallbackBehavior", f.FallbackBehavior, "MATCH", "NO_MATCH")
}

// arn checks a reference by its ARN. A text without colons stands for the ARN of a resource in another stack or in a template.
func (c *checker) arn(where, arn, kind string) {
	parts := strings.Split(arn, ":")
	switch {
	case arn == "":
		c.failAt("reference", where+".Arn", "a reference is empty", "", "write the ARN")
	case webacl.IsToken(arn) || len(parts) < 6 || parts[0] != "arn":
		return
	case parts[2] != "wafv2" || !strings.Contains(parts[5], "/"+kind+"/"):
		c.failAt("reference", where+".Arn", "a reference names something else",
			fmt.Sprintf("got %.200q; allowed is the ARN of wafv2 with /%s/ in it", arn, kind), "")
	case strings.HasPrefix(parts[5], "global/") != (c.scope == webacl.CloudFront) && !webacl.IsToken(c.scope):
		c.failAt("reference", where+".Arn", "a reference is of another scope", fmt.Sprintf("got %.200q in scope %s", arn, c.scope), "")
	}
}

func (c *checker) groupRef(where string, g *webacl.GroupRef) {
	c.arn(where, g.Arn, "rulegroup")
	group, known := c.refs.Groups[g.Arn]
	c.overrides(where, g.RuleActionOverrides, g.ExcludedRules, func(name string) (bool, string) {
		if !known {
			return true, ""
		}
		var names []string
		for _, r := range group.Rules {
			names = append(names, r.Name)
		}
		return slices.Contains(names, name), catalog.Nearest(name, names)
	})
}

const maxOverrides = 100

// overrides checks the actions that override those of a group's rules. AWS ignores names that the group does not have.
func (c *checker) overrides(where string, list []webacl.ActionOverride, excluded []webacl.ExcludedRule,
	knows func(name string) (ok bool, near string)) {
	if len(list) > maxOverrides {
		c.failAt("override", where+".RuleActionOverrides", "too many rules are overridden",
			fmt.Sprintf("got %d; allowed are %d", len(list), maxOverrides), "")
	}
	name := func(where, name string) {
		if ok, near := knows(name); !ok && !webacl.IsToken(name) {
			fix := ""
			if near != "" {
				fix = "write " + near
			}
			c.failAt("override", where, "an override names a rule that the group does not have",
				fmt.Sprintf("got %q; names are case-sensitive, and AWS ignores names that it does not know", name), fix)
		}
	}
	seen := map[string]bool{}
	for i, o := range list {
		at := fmt.Sprintf("%s.RuleActionOverrides[%d]", where, i)
		name(at, o.Name)
		if seen[o.Name] {
			c.failAt("override", at, "a rule is overridden twice", fmt.Sprintf("got %q", o.Name), "")
		}
		seen[o.Name] = true
		if o.ActionToUse == nil {
			c.failAt("override", at, "an override has no action", "ActionToUse is required", "")
		} else {
			c.action(at+".ActionToUse", o.ActionToUse)
		}
	}
	for i, e := range excluded {
		name(fmt.Sprintf("%s.ExcludedRules[%d]", where, i), e.Name)
	}
}
