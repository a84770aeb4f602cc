package webacl_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/webacl"
)

const groupARN = "arn:aws:wafv2:eu-west-1:111122223333:regional/rulegroup/Ours/a1b2"

var (
	path = webacl.Field{UriPath: &webacl.Empty{}}
	host = webacl.Field{SingleHeader: &webacl.Named{Name: "host"}}
	refs = webacl.References{Groups: map[string]*webacl.Group{groupARN: {Capacity: 50}}}
)

func match(f webacl.Field, text string, transformations ...string) webacl.Statement {
	in := webacl.Inspected{FieldToMatch: &f}
	for i, t := range append(transformations, "NONE") {
		in.TextTransformations = append(in.TextTransformations, webacl.Transformation{Priority: i, Type: t})
	}
	return webacl.Statement{ByteMatchStatement: &webacl.ByteMatch{SearchString: text, PositionalConstraint: "EXACTLY", Inspected: in}}
}

func rule(name string, priority int, s webacl.Statement) webacl.Rule {
	return webacl.Rule{Name: name, Priority: priority, Statement: &s}
}

// TestCosts: the totals that AWS publishes.
func TestCosts(t *testing.T) {
	t.Parallel()
	rateKeys := func(n int, scope *webacl.Statement) webacl.Statement {
		return webacl.Statement{RateBasedStatement: &webacl.RateBased{Limit: 100, AggregateKeyType: "CUSTOM_KEYS",
			CustomKeys: make([]webacl.RateKey, n), ScopeDownStatement: scope}}
	}
	perIP := webacl.Statement{RateBasedStatement: &webacl.RateBased{Limit: 100, AggregateKeyType: "IP"}}
	perCountry := webacl.Statement{RateBasedStatement: &webacl.RateBased{Limit: 100, AggregateKeyType: "IP",
		ScopeDownStatement: &webacl.Statement{GeoMatchStatement: &webacl.Geo{CountryCodes: []string{"US"}}}}}
	label := webacl.Statement{LabelMatchStatement: &webacl.LabelMatch{Scope: "LABEL", Key: "x"}}
	scoped := webacl.Statement{RateBasedStatement: &webacl.RateBased{Limit: 100, AggregateKeyType: "IP", ScopeDownStatement: &label}}
	group := func(name string, scope *webacl.Statement) webacl.Statement {
		return webacl.Statement{ManagedRuleGroupStatement: &webacl.ManagedGroup{VendorName: "AWS", Name: name, ScopeDownStatement: scope}}
	}
	for name, test := range map[string]struct {
		want       int
		statements []webacl.Statement
	}{
		"aws wafv2 check-capacity": {15,
			[]webacl.Statement{{AndStatement: &webacl.Nested{Statements: []webacl.Statement{match(host, "x", "LOWERCASE"),
				{GeoMatchStatement: &webacl.Geo{}}}}}, perIP}},
		"rate-based rules": {193, []webacl.Statement{perCountry, perIP, rateKeys(2, nil), rateKeys(3, nil), label,
			rateKeys(1, &webacl.Statement{GeoMatchStatement: &webacl.Geo{}})}},
		"reputation and rate": {28, []webacl.Statement{group("AWSManagedRulesAmazonIpReputationList", nil), scoped}},
		"accounts":            {51, []webacl.Statement{group("AWSManagedRulesACFPRuleSet", &label)}},
		"console": {925, []webacl.Statement{group("AWSManagedRulesAmazonIpReputationList", nil),
			group("AWSManagedRulesCommonRuleSet", nil), group("AWSManagedRulesKnownBadInputsRuleSet", nil)}},
		"JSON":          {4, []webacl.Statement{match(webacl.Field{JsonBody: &webacl.JSONBody{}}, "x")}},
		"all arguments": {22, []webacl.Statement{match(webacl.Field{AllQueryArguments: &webacl.Empty{}}, "x", "URL_DECODE")}},
		"any position": {5,
			[]webacl.Statement{{IPSetReferenceStatement: &webacl.IPSet{Arn: "x", IPSetForwardedIPConfig: &webacl.SetForwardedIP{Position: "ANY"}}}}},
		"shared":          {14, []webacl.Statement{match(path, "x", "URL_DECODE"), match(path, "y", "URL_DECODE")}},
		"not shared":      {24, []webacl.Statement{match(path, "x", "URL_DECODE"), match(host, "y", "URL_DECODE")}},
		"one's own group": {50, []webacl.Statement{{RuleGroupReferenceStatement: &webacl.GroupRef{Arn: groupARN}}}},
	} {
		var rules []webacl.Rule
		for i, s := range test.statements {
			rules = append(rules, rule(fmt.Sprint("R", i), i, s))
		}
		assert.Equal(t, test.want, webacl.ACL{Rules: rules}.Cost(refs).Total, name)
	}
	cost := webacl.ACL{Rules: []webacl.Rule{rule("A", 1, match(path, "x", "URL_DECODE")),
		rule("B", 2, match(path, "y", "URL_DECODE"))}}.Cost(refs)
	assert.Equal(t, 24, cost.Upper)
	assert.Equal(t, "ByteMatch EXACTLY 2 + URL_DECODE 10", cost.Rules[0].Why)
	unknown := webacl.ACL{Rules: []webacl.Rule{rule("A", 1,
		webacl.Statement{ManagedRuleGroupStatement: &webacl.ManagedGroup{VendorName: "Seller", Name: "Best"}})}}.Cost(refs)
	assert.Equal(t, []string{"Seller Best"}, unknown.Unknown)
}
