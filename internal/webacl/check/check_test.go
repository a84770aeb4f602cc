package check

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/webacl"
)

func look(f webacl.Field, transformations ...string) webacl.Inspected {
	if len(transformations) == 0 {
		transformations = []string{"NONE"}
	}
	i := webacl.Inspected{FieldToMatch: &f}
	for n, t := range transformations {
		i.TextTransformations = append(i.TextTransformations, webacl.Transformation{Priority: n, Type: t})
	}
	return i
}

var (
	path   = webacl.Field{UriPath: &webacl.Empty{}}
	host   = webacl.Field{SingleHeader: &webacl.Named{Name: "host"}}
	blocks = &webacl.Action{Block: &webacl.BlockAction{}}
)

func match(f webacl.Field, text string, transformations ...string) webacl.Statement {
	return webacl.Statement{ByteMatchStatement: &webacl.ByteMatch{SearchString: text, PositionalConstraint: "EXACTLY",
		Inspected: look(f, transformations...)}}
}

func rule(name string, priority int, s webacl.Statement) webacl.Rule {
	return webacl.Rule{Name: name, Priority: priority, Statement: &s, Action: blocks, VisibilityConfig: &webacl.Visibility{MetricName: name}}
}

func managedRule(priority int, m webacl.ManagedGroup) webacl.Rule {
	m.VendorName = "AWS"
	r := rule(m.Name, priority, webacl.Statement{ManagedRuleGroupStatement: &m})
	r.Action, r.OverrideAction = nil, &webacl.OverrideAction{None: &webacl.Empty{}}
	return r
}

func acl(rules ...webacl.Rule) webacl.ACL {
	return webacl.ACL{Name: "Shop", Scope: webacl.Regional, DefaultAction: &webacl.DefaultAction{Allow: &webacl.AllowAction{}},
		VisibilityConfig: &webacl.Visibility{MetricName: "Shop"}, Rules: rules}
}

const (
	setARN   = "arn:aws:wafv2:eu-west-1:111122223333:regional/ipset/Office/a1b2"
	regexARN = "arn:aws:wafv2:eu-west-1:111122223333:regional/regexpatternset/Bots/a1b2"
	groupARN = "arn:aws:wafv2:eu-west-1:111122223333:regional/rulegroup/Ours/a1b2"
)

// good returns a web ACL with all kinds of statements, fields, keys and actions.
func good() webacl.ACL {
	everywhere := []webacl.Field{path, host, {AllQueryArguments: &webacl.Empty{}}, {Body: &webacl.Oversized{OversizeHandling: "MATCH"}},
		{Cookies: &webacl.Cookies{MatchPattern: &webacl.CookiePattern{All: &webacl.Empty{}}, MatchScope: "VALUE", OversizeHandling: "MATCH"}},
		{HeaderOrder: &webacl.Oversized{OversizeHandling: "CONTINUE"}},
		{Headers: &webacl.Headers{MatchPattern: &webacl.HeaderPattern{IncludedHeaders: []string{"x-a"}}, MatchScope: "ALL",
			OversizeHandling: "NO_MATCH"}}, {JA3Fingerprint: &webacl.Fallback{FallbackBehavior: "MATCH"}},
		{JA4Fingerprint: &webacl.Fallback{FallbackBehavior: "NO_MATCH"}},
		{JsonBody: &webacl.JSONBody{MatchPattern: &webacl.JSONPattern{IncludedPaths: []string{"/a/b~1c"}}, MatchScope: "KEY",
			InvalidFallbackBehavior: "MATCH", OversizeHandling: "CONTINUE"}}, {Method: &webacl.Empty{}}, {QueryString: &webacl.Empty{}},
		{SingleQueryArgument: &webacl.Named{Name: "q"}}, {UriFragment: &webacl.Fallback{FallbackBehavior: "MATCH"}}}
	var several []webacl.Statement
	for _, f := range everywhere {
		several = append(several, match(f, "x"))
	}
	count := rule("Labels", 1, webacl.Statement{OrStatement: &webacl.Nested{Statements: several}})
	count.Action, count.RuleLabels = &webacl.Action{Count: &webacl.AllowAction{}}, []webacl.Label{{Name: "odd:request"}}
	custom := rule("Answer", 2,
		webacl.Statement{NotStatement: &webacl.Negated{Statement: &webacl.Statement{GeoMatchStatement: &webacl.Geo{CountryCodes: []string{"DE",
			"FR"}}}}})
	custom.Action = &webacl.Action{Block: &webacl.BlockAction{CustomResponse: &webacl.Response{ResponseCode: 403,
		CustomResponseBodyKey: "Sorry", ResponseHeaders: []webacl.Header{{Name: "X-Why", Value: "country"}}}}}
	puzzle := rule("Puzzle", 3, webacl.Statement{LabelMatchStatement: &webacl.LabelMatch{Scope: "LABEL", Key: "odd:request"}})
	puzzle.Action, puzzle.CaptchaConfig = &webacl.Action{Captcha: &webacl.AllowAction{}},
		&webacl.Immunity{ImmunityTimeProperty: &webacl.ImmunityTime{ImmunityTime: 60}}
	group := rule("Ours", 4,
		webacl.Statement{RuleGroupReferenceStatement: &webacl.GroupRef{Arn: groupARN,
			RuleActionOverrides: []webacl.ActionOverride{{Name: "Inner", ActionToUse: blocks}}}})
	group.Action, group.OverrideAction = nil, &webacl.OverrideAction{Count: &webacl.Empty{}}
	a := acl(count, custom, puzzle, group,
		rule("Many", 5, webacl.Statement{AndStatement: &webacl.Nested{Statements: []webacl.Statement{
			{RegexMatchStatement: &webacl.RegexMatch{RegexString: `^/(?:a|b)(?=c)$`, Inspected: look(path, "URL_DECODE", "LOWERCASE")}},
			{RegexPatternSetReferenceStatement: &webacl.RegexSet{Arn: regexARN, Inspected: look(host)}},
			{SizeConstraintStatement: &webacl.Size{ComparisonOperator: "GT", Size: 8192,
				Inspected: look(webacl.Field{Body: &webacl.Oversized{OversizeHandling: "CONTINUE"}})}},
			{SqliMatchStatement: &webacl.SQLi{SensitivityLevel: "HIGH", Inspected: look(webacl.Field{QueryString: &webacl.Empty{}})}},
			{XssMatchStatement: &webacl.XSS{Inspected: look(webacl.Field{QueryString: &webacl.Empty{}})}},
			{AsnMatchStatement: &webacl.ASN{AsnList: []int{0, 64500}}},
			{IPSetReferenceStatement: &webacl.IPSet{Arn: setARN,
				IPSetForwardedIPConfig: &webacl.SetForwardedIP{ForwardedIP: webacl.ForwardedIP{HeaderName: "X-Forwarded-For",
					FallbackBehavior: "NO_MATCH"}, Position: "ANY"}}},
			{LabelMatchStatement: &webacl.LabelMatch{Scope: "NAMESPACE", Key: "awswaf:clientip:geo:country:"}}}}}),
		rule("Rate", 6, webacl.Statement{RateBasedStatement: &webacl.RateBased{Limit: 100, EvaluationWindowSec: 60, AggregateKeyType: "IP"}}),
		rule("Keys", 7, webacl.Statement{RateBasedStatement: &webacl.RateBased{Limit: 10, AggregateKeyType: "CUSTOM_KEYS",
			ForwardedIPConfig: &webacl.ForwardedIP{HeaderName: "X-Forwarded-For", FallbackBehavior: "MATCH"},
			CustomKeys: []webacl.RateKey{{ForwardedIP: &webacl.Empty{}},
				{Header: &webacl.RateField{Name: "x-key", TextTransformations: look(host).TextTransformations}}, {HTTPMethod: &webacl.Empty{}},
				{LabelNamespace: &webacl.LabelNamespace{Namespace: "odd"}}, {ASN: &webacl.Empty{}}}}}),
		managedRule(8, webacl.ManagedGroup{Name: "AWSManagedRulesCommonRuleSet",
			RuleActionOverrides: []webacl.ActionOverride{{Name: "SizeRestrictions_BODY",
				ActionToUse: &webacl.Action{Count: &webacl.AllowAction{}}}}}),
		rule("Large", 9, webacl.Statement{LabelMatchStatement: &webacl.LabelMatch{Scope: "LABEL",
			Key: "awswaf:managed:aws:core-rule-set:SizeRestrictions_Body"}}),
		managedRule(10, webacl.ManagedGroup{Name: "AWSManagedRulesBotControlRuleSet",
			ManagedRuleGroupConfigs: []webacl.ManagedConfig{{AWSManagedRulesBotControlRuleSet: &webacl.BotControlConfig{
				InspectionLevel: "COMMON"}}}}),
		managedRule(11, webacl.ManagedGroup{Name: "AWSManagedRulesATPRuleSet",
			ManagedRuleGroupConfigs: []webacl.ManagedConfig{{AWSManagedRulesATPRuleSet: &webacl.ATPConfig{LoginPath: "/login",
				RequestInspection: &webacl.RequestInspection{PayloadType: "JSON", UsernameField: &webacl.Identifier{Identifier: "/user"},
					PasswordField: &webacl.Identifier{Identifier: "/password"}}}}}}),
	)
	a.Description = "the shops web ACL"
	a.CustomResponseBodies = map[string]webacl.ResponseBody{"Sorry": {ContentType: "TEXT_PLAIN", Content: "not from here"}}
	a.AssociationConfig = &webacl.AssociationConfig{RequestBody: map[string]webacl.BodyLimit{"API_GATEWAY": {
		DefaultSizeInspectionLimit: "KB_64"}}}
	a.TokenDomains = []string{"example.com"}
	a.DataProtectionConfig = &webacl.DataProtectionConfig{DataProtections: []webacl.DataProtection{{Action: "HASH",
		Field: webacl.ProtectedField{FieldType: "SINGLE_HEADER", FieldKeys: []string{"authorization"}}}}}
	a.ChallengeConfig = &webacl.Immunity{ImmunityTimeProperty: &webacl.ImmunityTime{ImmunityTime: 300}}
	return a
}

var refs = webacl.References{Groups: map[string]*webacl.Group{groupARN: {Capacity: 50, Rules: []webacl.Rule{{Name: "Inner"}}}}}

func TestGood(t *testing.T) {
	t.Parallel()
	assert.Empty(t, ACL(good(), refs, 0))
	data, err := json.Marshal(good())
	require.NoError(t, err)
	var again webacl.ACL
	require.NoError(t, json.Unmarshal(data, &again))
	assert.Equal(t, good(), again)
}

// TestBad: each configuration that AWS rejects, or that has no effect, is reported with a message that says what is wrong. Most of them
// pass CDK's own validation.
func TestBad(t *testing.T) {
	t.Parallel()
	at := func(i int, change func(*webacl.Rule)) func(*webacl.ACL) {
		return func(a *webacl.ACL) { change(&a.Rules[i]) }
	}
	statement := func(s webacl.Statement) func(*webacl.ACL) {
		return func(a *webacl.ACL) { a.Rules[4].Statement = &s }
	}
	rate := func(change func(*webacl.RateBased)) func(*webacl.ACL) {
		return at(5, func(r *webacl.Rule) { change(r.Statement.RateBasedStatement) })
	}
	byteMatch := func(change func(*webacl.ByteMatch)) func(*webacl.ACL) {
		s := match(path, "x")
		change(s.ByteMatchStatement)
		return statement(s)
	}
	seen := func(f webacl.Field) func(*webacl.ACL) {
		return byteMatch(func(m *webacl.ByteMatch) { m.FieldToMatch = &f })
	}
	group := func(m webacl.ManagedGroup) func(*webacl.ACL) {
		return func(a *webacl.ACL) { a.Rules[4] = managedRule(5, m) }
	}
	nested := webacl.Statement{RateBasedStatement: &webacl.RateBased{Limit: 100, AggregateKeyType: "IP"}}
	inner := webacl.Statement{ManagedRuleGroupStatement: &webacl.ManagedGroup{VendorName: "AWS", Name: "AWSManagedRulesCommonRuleSet"}}
	geo := func(codes ...string) webacl.Statement {
		return webacl.Statement{GeoMatchStatement: &webacl.Geo{CountryCodes: codes}}
	}
	tests := map[string]struct {
		change func(*webacl.ACL)
		kind   string
		says   string
	}{
		"description":   {func(a *webacl.ACL) { a.Description = `the shop's "ACL" (new)` }, "description", "leave out brackets"},
		"name":          {func(a *webacl.ACL) { a.Name = "shop acl" }, "name", `"shop acl"`},
		"metric":        {func(a *webacl.ACL) { a.VisibilityConfig.MetricName = "a b" }, "metric", `"a b"`},
		"metric of AWS": {func(a *webacl.ACL) { a.VisibilityConfig.MetricName = "All" }, "metric", "reserved by AWS"},
		"no metrics":    {func(a *webacl.ACL) { a.VisibilityConfig = nil }, "metric", "is required"},
		"scope":         {func(a *webacl.ACL) { a.Scope = "GLOBAL" }, "scope", "REGIONAL and CLOUDFRONT"},
		"no default":    {func(a *webacl.ACL) { a.DefaultAction = nil }, "default-action", "is required"},
		"both defaults": {func(a *webacl.ACL) { a.DefaultAction.Block = &webacl.BlockAction{} }, "default-action", "Allow and Block"},
		"rate too low":  {rate(func(r *webacl.RateBased) { r.Limit = 9 }), "rate", "got 9; allowed are 10 to 2000000000"},
		"window":        {rate(func(r *webacl.RateBased) { r.EvaluationWindowSec = 90 }), "rate", "60, 120, 300 and 600"},
		"six keys": {at(6, func(r *webacl.Rule) {
			k := r.Statement.RateBasedStatement
			k.CustomKeys = append(k.CustomKeys, webacl.RateKey{UriPath: &webacl.RateText{TextTransformations: look(path).TextTransformations}})
		}), "rate-key", "got 6; allowed are 5"},
		"keys without": {rate(func(r *webacl.RateBased) { r.AggregateKeyType = "CUSTOM_KEYS" }), "rate-key", "name one to five keys"},
		"keys for nothing": {rate(func(r *webacl.RateBased) { r.CustomKeys = []webacl.RateKey{{ASN: &webacl.Empty{}}} }), "rate-key",
			"write CUSTOM_KEYS"},
		"only the address": {at(6, func(r *webacl.Rule) {
			r.Statement.RateBasedStatement.CustomKeys = []webacl.RateKey{{IP: &webacl.Empty{}}}
		}), "rate-key", "the only custom key"},
		"constant": {rate(func(r *webacl.RateBased) { r.AggregateKeyType = "CONSTANT" }), "rate-key", "needs a ScopeDownStatement"},
		"forwarded": {rate(func(r *webacl.RateBased) { r.AggregateKeyType = "FORWARDED_IP" }), "rate-key",
			"ForwardedIPConfig is required to find the client's address"},
		"rate allows": {at(5, func(r *webacl.Rule) { r.Action = &webacl.Action{Allow: &webacl.AllowAction{}} }), "rate-action",
			"got Allow"},
		"aggregate":         {rate(func(r *webacl.RateBased) { r.AggregateKeyType = "Ip" }), "rate-key", "write IP"},
		"no transformation": {byteMatch(func(m *webacl.ByteMatch) { m.TextTransformations = nil }), "transformation", "write NONE"},
		"eleven transformations": {byteMatch(func(m *webacl.ByteMatch) {
			m.Inspected = look(path, strings.Split(strings.Repeat("LOWERCASE ", 11), " ")[:11]...)
		}), "transformation", "got 11; allowed are 1 to 10"},
		"transformation": {byteMatch(func(m *webacl.ByteMatch) { m.Inspected = look(path, "LOWER_CASE") }), "transformation", "write LOWERCASE"},
		"the same priority": {byteMatch(func(m *webacl.ByteMatch) {
			m.TextTransformations = []webacl.Transformation{{Priority: 0, Type: "NONE"}, {Priority: 0, Type: "LOWERCASE"}}
		}), "transformation", "the same priority"},
		"long search":  {byteMatch(func(m *webacl.ByteMatch) { m.SearchString = strings.Repeat("x", 201) }), "search", "got 201 bytes"},
		"no search":    {byteMatch(func(m *webacl.ByteMatch) { m.SearchString = "" }), "search", "got 0 bytes"},
		"search twice": {byteMatch(func(m *webacl.ByteMatch) { m.SearchStringBase64 = "eA==" }), "search", "given twice"},
		"position":     {byteMatch(func(m *webacl.ByteMatch) { m.PositionalConstraint = "PREFIX" }), "position", "STARTS_WITH"},
		"body":         {seen(webacl.Field{Body: &webacl.Oversized{}}), "oversize", "nothing can hide beyond the limit"},
		"fingerprint in part": {byteMatch(func(m *webacl.ByteMatch) {
			m.FieldToMatch, m.PositionalConstraint = &webacl.Field{JA3Fingerprint: &webacl.Fallback{FallbackBehavior: "MATCH"}}, "CONTAINS"
		}), "fingerprint", "allowed is EXACTLY"},
		"fingerprint, regex": {statement(webacl.Statement{RegexMatchStatement: &webacl.RegexMatch{RegexString: "a",
			Inspected: look(webacl.Field{JA4Fingerprint: &webacl.Fallback{FallbackBehavior: "MATCH"}})}}), "fingerprint", "accepts only"},
		"two fields": {seen(webacl.Field{UriPath: &webacl.Empty{}, Method: &webacl.Empty{}}), "field", "got Method and UriPath"},
		"no field":   {seen(webacl.Field{}), "field", "is empty"},
		"headers": {seen(webacl.Field{Headers: &webacl.Headers{MatchPattern: nil, MatchScope: "ALL", OversizeHandling: "MATCH"}}),
			"pattern", "MatchPattern is required"},
		"cookies": {seen(webacl.Field{Cookies: &webacl.Cookies{MatchPattern: &webacl.CookiePattern{}, MatchScope: "ALL",
			OversizeHandling: "MATCH"}}), "pattern", "is empty"},
		"header scope": {seen(webacl.Field{Headers: &webacl.Headers{MatchPattern: &webacl.HeaderPattern{All: &webacl.Empty{}},
			MatchScope: "VALUES", OversizeHandling: "MATCH"}}), "scope", "write VALUE"},
		"pointer": {seen(webacl.Field{JsonBody: &webacl.JSONBody{MatchPattern: &webacl.JSONPattern{IncludedPaths: []string{"a.b"}},
			MatchScope: "ALL", InvalidFallbackBehavior: "", OversizeHandling: "MATCH"}}), "pattern", "JSON pointer"},
		"argument":       {seen(webacl.Field{SingleQueryArgument: &webacl.Named{}}), "field", "allowed are 1 to 30"},
		"country":        {statement(geo("XX")), "countries", `got "XX"`},
		"country's case": {statement(geo("de")), "countries", "write DE"},
		"51 countries":   {statement(geo(slices.Repeat([]string{"DE"}, 51)...)), "countries", "got 51; allowed are 1 to 50"},
		"no country":     {statement(geo()), "countries", "got 0"},
		"101 systems":    {statement(webacl.Statement{AsnMatchStatement: &webacl.ASN{AsnList: make([]int, 101)}}), "asn", "got 101"},
		"system":         {statement(webacl.Statement{AsnMatchStatement: &webacl.ASN{AsnList: []int{1 << 32}}}), "asn", "got 4294967296"},
		"regex length": {statement(webacl.Statement{RegexMatchStatement: &webacl.RegexMatch{RegexString: strings.Repeat("x", 513),
			Inspected: look(path)}}), "regex", "got 513"},
		"regex": {statement(webacl.Statement{RegexMatchStatement: &webacl.RegexMatch{RegexString: "(a", Inspected: look(path)}}),
			"regex", "missing closing"},
		"level": {statement(webacl.Statement{SqliMatchStatement: &webacl.SQLi{SensitivityLevel: "MEDIUM", Inspected: look(path)}}),
			"sensitivity", "LOW, HIGH"},
		"comparison": {statement(webacl.Statement{SizeConstraintStatement: &webacl.Size{ComparisonOperator: ">", Size: 1,
			Inspected: look(path)}}), "comparison", "EQ, NE"},
		"size": {statement(webacl.Statement{SizeConstraintStatement: &webacl.Size{ComparisonOperator: "GT", Size: -1,
			Inspected: look(path)}}), "size", "got -1"},
		"priority twice": {at(1, func(r *webacl.Rule) { r.Priority = 1 }), "priority-twice", `"Labels" and "Answer" both have 1`},
		"negative":       {at(1, func(r *webacl.Rule) { r.Priority = -1 }), "priority", "got -1"},
		"Shield's":       {at(9, func(r *webacl.Rule) { r.Priority = 10_000_000 }), "priority", "reserved for Shield Advanced"},
		"name twice":     {at(4, func(r *webacl.Rule) { r.Name = "answer" }), "name-twice", `"answer" twice`},
		"rule's name":    {at(4, func(r *webacl.Rule) { r.Name = "a b" }), "name", `"a b"`},
		"no action":      {at(4, func(r *webacl.Rule) { r.Action = nil }), "action", "Action is required"},
		"both":           {at(7, func(r *webacl.Rule) { r.Action = blocks }), "action", "set OverrideAction instead"},
		"no override":    {at(7, func(r *webacl.Rule) { r.OverrideAction = nil }), "action", "AWS requires OverrideAction None or Count"},
		"override of a match": {at(4, func(r *webacl.Rule) { r.OverrideAction = &webacl.OverrideAction{None: &webacl.Empty{}} }), "action",
			"only for rule groups"},
		"two actions": {at(4, func(r *webacl.Rule) {
			r.Action = &webacl.Action{Allow: &webacl.AllowAction{}, Block: &webacl.BlockAction{}}
		}), "action", "Allow and Block"},
		"two statements": {at(4, func(r *webacl.Rule) {
			s := match(path, "x")
			s.GeoMatchStatement = geo("DE").GeoMatchStatement
			r.Statement = &s
		}), "statement", "ByteMatchStatement and GeoMatchStatement"},
		"empty statement": {statement(webacl.Statement{}), "statement", "is empty"},
		"no statement":    {at(4, func(r *webacl.Rule) { r.Statement = nil }), "statement", "is required"},
		"or with one": {statement(webacl.Statement{OrStatement: &webacl.Nested{Statements: []webacl.Statement{match(path, "x")}}}),
			"nesting", "got 1"},
		"not of nothing": {statement(webacl.Statement{NotStatement: &webacl.Negated{}}), "statement", "missing"},
		"nested rate": {statement(webacl.Statement{NotStatement: &webacl.Negated{Statement: &nested}}), "nesting",
			"make it a rule of its own"},
		"nested group": {statement(webacl.Statement{AndStatement: &webacl.Nested{Statements: []webacl.Statement{inner,
			match(path, "x")}}}), "nesting", "make it a rule of its own"},
		"group scoped by rate": {group(webacl.ManagedGroup{Name: "AWSManagedRulesLinuxRuleSet", ScopeDownStatement: &nested}), "nesting",
			"ScopeDownStatement"},
		"reserved label": {at(0, func(r *webacl.Rule) { r.RuleLabels = []webacl.Label{{Name: "odd:request"}, {Name: "aws:x"}} }), "label",
			"reserved word"},
		"label": {at(0, func(r *webacl.Rule) { r.RuleLabels = []webacl.Label{{Name: "odd:request"}, {Name: "a b"}} }), "label",
			"a label is not usable"},
		"label of a group": {at(7, func(r *webacl.Rule) { r.RuleLabels = []webacl.Label{{Name: "x"}} }), "label", "leave them out"},
		"no such body": {at(1, func(r *webacl.Rule) { r.Action.Block.CustomResponse.CustomResponseBodyKey = "Sory" }), "response",
			`got "Sory"; the web ACL has Sorry`},
		"large body": {func(a *webacl.ACL) {
			a.CustomResponseBodies["Sorry"] = webacl.ResponseBody{ContentType: "TEXT_PLAIN", Content: strings.Repeat("x", 4097)}
		}, "response-body", "got 4097"},
		"bodies": {func(a *webacl.ACL) {
			for i := range 13 {
				a.CustomResponseBodies[fmt.Sprint("B", i)] = webacl.ResponseBody{ContentType: "TEXT_PLAIN", Content: strings.Repeat("x", 4096)}
			}
		}, "response-body", "together are too large"},
		"code":   {at(1, func(r *webacl.Rule) { r.Action.Block.CustomResponse.ResponseCode = 418 }), "response", "got 418"},
		"header": {at(1, func(r *webacl.Rule) { r.Action.Block.CustomResponse.ResponseHeaders[0].Name = "x y" }), "header", `"x y"`},
		"header's value": {at(1, func(r *webacl.Rule) { r.Action.Block.CustomResponse.ResponseHeaders[0].Value = "a\r\nSet-Cookie: b" }),
			"header", "printable ASCII"},
		"immunity": {at(2, func(r *webacl.Rule) { r.CaptchaConfig.ImmunityTimeProperty.ImmunityTime = 59 }), "immunity",
			"got 59; allowed are 60"},
		"challenge": {func(a *webacl.ACL) {
			a.ChallengeConfig = &webacl.Immunity{ImmunityTimeProperty: &webacl.ImmunityTime{ImmunityTime: 299}}
		}, "immunity", "allowed are 300"},
		"body limit of ALB": {func(a *webacl.ACL) {
			a.AssociationConfig.RequestBody = map[string]webacl.BodyLimit{"ALB": {DefaultSizeInspectionLimit: "KB_16"}}
		}, "body-limit", "have 8 KB"},
		"body limit": {func(a *webacl.ACL) {
			a.AssociationConfig.RequestBody["API_GATEWAY"] = webacl.BodyLimit{DefaultSizeInspectionLimit: "KB_8"}
		}, "body-limit", "KB_16"},
		"limit elsewhere": {func(a *webacl.ACL) {
			a.AssociationConfig.RequestBody = map[string]webacl.BodyLimit{"CLOUDFRONT": {DefaultSizeInspectionLimit: "KB_16"}}
		}, "body-limit", "another scope"},
		"token domains": {func(a *webacl.ACL) { a.TokenDomains = strings.Fields(strings.Repeat("example.com ", 11)) }, "token-domain", "got 11"},
		"data protection": {func(a *webacl.ACL) {
			a.DataProtectionConfig.DataProtections[0].Field = webacl.ProtectedField{FieldType: "BODY", FieldKeys: []string{"x"}}
		}, "data-protection", "takes no keys"},
		"override name": {at(7, func(r *webacl.Rule) {
			r.Statement.ManagedRuleGroupStatement.RuleActionOverrides[0].Name = "SizeRestrictions_Body"
		}), "override", "write SizeRestrictions_BODY"},
		"override's nothing": {at(7, func(r *webacl.Rule) { r.Statement.ManagedRuleGroupStatement.RuleActionOverrides[0].ActionToUse = nil }),
			"override", "ActionToUse is required"},
		"own override": {at(3, func(r *webacl.Rule) { r.Statement.RuleGroupReferenceStatement.RuleActionOverrides[0].Name = "inner" }),
			"override", "write Inner"},
		"no versions": {group(webacl.ManagedGroup{Name: "AWSManagedRulesAnonymousIpList", Version: "Version_1.0"}), "managed",
			"leave Version out"},
		"version":        {group(webacl.ManagedGroup{Name: "AWSManagedRulesLinuxRuleSet", Version: "1 0"}), "managed", "as in Version_1.0"},
		"no such group":  {group(webacl.ManagedGroup{Name: "AWSManagedRulesPOSIXRuleSet"}), "managed", "no such managed rule group"},
		"misspelt group": {group(webacl.ManagedGroup{Name: "AWSManagedRulesLinuxRuleset"}), "managed", "write AWSManagedRulesLinuxRuleSet"},
		"invented group": {group(webacl.ManagedGroup{Name: "AWSManagedRulesAccountTakeoverPreventionRuleSet"}), "managed",
			"no such managed rule group"},
		"ATP without": {at(10, func(r *webacl.Rule) { r.Statement.ManagedRuleGroupStatement.ManagedRuleGroupConfigs = nil }),
			"managed-config", "needs its own configuration"},
		"bots without": {at(9, func(r *webacl.Rule) { r.Statement.ManagedRuleGroupStatement.ManagedRuleGroupConfigs = nil }),
			"managed-config", "needs its own configuration"},
		"ATP responses": {at(10, func(r *webacl.Rule) {
			atp := r.Statement.ManagedRuleGroupStatement.ManagedRuleGroupConfigs[0].AWSManagedRulesATPRuleSet
			atp.ResponseInspection = &webacl.ResponseInspection{StatusCode: &webacl.ResponseStatusCode{}}
		}), "managed-config", "only in scope CLOUDFRONT"},
		"ATP field": {at(10, func(r *webacl.Rule) {
			atp := r.Statement.ManagedRuleGroupStatement.ManagedRuleGroupConfigs[0].AWSManagedRulesATPRuleSet
			atp.RequestInspection.UsernameField = &webacl.Identifier{Identifier: "user"}
		}), "managed-config", "write /user"},
		"other's config": {group(webacl.ManagedGroup{Name: "AWSManagedRulesLinuxRuleSet",
			ManagedRuleGroupConfigs: []webacl.ManagedConfig{{AWSManagedRulesATPRuleSet: &webacl.ATPConfig{LoginPath: "/"}}}}), "managed-config",
			"for another group"},
		"floods": {group(webacl.ManagedGroup{Name: "AWSManagedRulesAntiDDoSRuleSet",
			ManagedRuleGroupConfigs: []webacl.ManagedConfig{{AWSManagedRulesAntiDDoSRuleSet: &webacl.AntiDDoSConfig{
				ClientSideActionConfig: &webacl.ClientSideActions{Challenge: &webacl.ClientSideAction{UsageOfAction: "ENABLED"}}}}}}), "managed-config",
			"allowed are 1 to 5"},
		"set of another kind": {statement(webacl.Statement{IPSetReferenceStatement: &webacl.IPSet{Arn: regexARN}}), "reference", "/ipset/"},
		"set of another scope": {statement(webacl.Statement{IPSetReferenceStatement: &webacl.IPSet{
			Arn: "arn:aws:wafv2:us-east-1:111122223333:global/ipset/Office/a1b2"}}), "reference", "another scope"},
		"no set": {statement(webacl.Statement{IPSetReferenceStatement: &webacl.IPSet{}}), "reference", "empty"},
		"forwarded header": {statement(webacl.Statement{GeoMatchStatement: &webacl.Geo{CountryCodes: []string{"DE"},
			ForwardedIPConfig: &webacl.ForwardedIP{HeaderName: "X_Forwarded", FallbackBehavior: "MATCH"}}}), "header", "X_Forwarded"},
		"forwarded fallback": {statement(webacl.Statement{GeoMatchStatement: &webacl.Geo{CountryCodes: []string{"DE"},
			ForwardedIPConfig: &webacl.ForwardedIP{HeaderName: "X-Forwarded-For", FallbackBehavior: ""}}}), "fallback", "MATCH, NO_MATCH"},
		"forwarded position": {statement(webacl.Statement{IPSetReferenceStatement: &webacl.IPSet{Arn: setARN,
			IPSetForwardedIPConfig: &webacl.SetForwardedIP{ForwardedIP: webacl.ForwardedIP{HeaderName: "X-Forwarded-For", FallbackBehavior: "MATCH"},
				Position: "SECOND"}}}), "position", "FIRST, LAST, ANY"},
		"label before its rule": {at(2, func(r *webacl.Rule) { r.Priority = 0 }), "label-flow", "a smaller priority"},
		"label of nobody": {at(2, func(r *webacl.Rule) { r.Statement.LabelMatchStatement.Key = "odd:requests" }), "label-flow",
			"no rule adds it"},
		"label, managed": {at(8, func(r *webacl.Rule) {
			r.Statement.LabelMatchStatement.Key = "awswaf:managed:aws:core-rule-set:SizeRestriction_Body"
		}), "label-flow", "no rule adds it"},
		"payment": {at(4, func(r *webacl.Rule) {
			r.Action = &webacl.Action{Monetize: &webacl.MonetizeAction{PriceMultiplier: "1"}}
		}), "monetize", "only in scope CLOUDFRONT"},
		"eleven rates": {func(a *webacl.ACL) {
			for i := range 9 {
				a.Rules = append(a.Rules, rule(fmt.Sprint("R", i), 100+i,
					webacl.Statement{RateBasedStatement: &webacl.RateBased{Limit: 100, AggregateKeyType: "IP"}}))
			}
		}, "rate-rules", "got 11; allowed are 10"},
		"51 references": {func(a *webacl.ACL) {
			for i := range 45 {
				a.Rules = append(a.Rules, rule(fmt.Sprint("R", i), 100+i, webacl.Statement{IPSetReferenceStatement: &webacl.IPSet{Arn: setARN}}))
			}
		}, "references", "got 51; allowed are 50"},
		"5,000 WCU": {func(a *webacl.ACL) {
			for i := range 102 {
				a.Rules = append(a.Rules, rule(fmt.Sprint("X", i), 100+i,
					webacl.Statement{XssMatchStatement: &webacl.XSS{Inspected: look(webacl.Field{QueryString: &webacl.Empty{}})}}))
			}
		}, "wcu", "allowed are 5000. The most expensive rules: AWSManagedRulesCommonRuleSet 700"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := good()
			test.change(&a)
			found := ACL(a, refs, 0)
			var said []string
			for _, p := range found {
				if p.Warning {
					continue
				}
				said = append(said, fmt.Sprintf("%s: %s %s; %s; %s", p.Kind, p.Where, p.Summary, p.Detail, p.Fix))
			}
			require.Len(t, said, 1, strings.Join(said, "\n"))
			assert.True(t, strings.HasPrefix(said[0], test.kind+": "), said[0])
			assert.Contains(t, said[0], test.says)
		})
	}
	t.Logf("%d configurations", len(tests))
}

// TestWarnings: configurations that AWS accepts, but that do not do what they seem to do.
func TestWarnings(t *testing.T) {
	t.Parallel()
	allow := rule("Partner", 1, match(webacl.Field{SingleHeader: &webacl.Named{Name: "x-partner"}}, "yes"))
	allow.Action = &webacl.Action{Allow: &webacl.AllowAction{}}
	last := rule("Rest", 2, webacl.Statement{IPSetReferenceStatement: &webacl.IPSet{Arn: setARN}})
	last.Action = &webacl.Action{Allow: &webacl.AllowAction{}}
	counting := managedRule(3, webacl.ManagedGroup{Name: "AWSManagedRulesCommonRuleSet",
		RuleActionOverrides: []webacl.ActionOverride{{Name: "NoUserAgent_HEADER", ActionToUse: blocks}}})
	counting.OverrideAction = &webacl.OverrideAction{Count: &webacl.Empty{}}
	var dear []webacl.Rule
	for i := range 40 {
		dear = append(dear, rule(fmt.Sprint("X", i), i,
			webacl.Statement{XssMatchStatement: &webacl.XSS{Inspected: look(webacl.Field{QueryString: &webacl.Empty{}})}}))
	}
	var shared []webacl.Rule
	for i := range 100 {
		shared = append(shared,
			rule(fmt.Sprint("X", i), i,
				webacl.Statement{XssMatchStatement: &webacl.XSS{Inspected: look(webacl.Field{QueryString: &webacl.Empty{}}, "URL_DECODE",
					"LOWERCASE")}}))
	}
	guarded := rule("Guarded", 1,
		webacl.Statement{AndStatement: &webacl.Nested{Statements: []webacl.Statement{match(webacl.Field{SingleHeader: &webacl.Named{
			Name: "x-partner"}}, "yes"), {IPSetReferenceStatement: &webacl.IPSet{Arn: setARN}}}}})
	guarded.Action = &webacl.Action{Allow: &webacl.AllowAction{}}
	assert.Empty(t, ACL(acl(guarded, rule("After", 5, match(path, "x"))), refs, 0), "an address is not the client's to choose")
	for name, test := range map[string]struct {
		rules []webacl.Rule
		want  string
	}{
		"forgeable": {[]webacl.Rule{allow, rule("After", 5, match(path, "x"))}, "forgeable"},
		"redundant": {[]webacl.Rule{last}, "redundant"},
		"cancelled": {[]webacl.Rule{counting}, "override-cancelled"},
		"price":     {dear, "wcu-price"},
		"shared":    {shared, "wcu-shared"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := ACL(acl(test.rules...), refs, 0)
			require.Len(t, found, 1)
			assert.True(t, found[0].Warning)
			assert.Equal(t, test.want, found[0].Kind)
		})
	}
}

func TestGroups(t *testing.T) {
	t.Parallel()
	g := webacl.Group{Name: "Ours", Scope: webacl.Regional, Capacity: 12, VisibilityConfig: &webacl.Visibility{MetricName: "Ours"},
		Rules: []webacl.Rule{rule("A", 1, match(path, "x", "LOWERCASE"))}}
	assert.Empty(t, Group(g, refs))
	g.Capacity = 11
	found := Group(g, refs)
	require.Len(t, found, 1)
	assert.Contains(t, found[0].Detail, "got 11 WCU; the rules need 12")
	g.Capacity = 0
	g.Rules = []webacl.Rule{managedRule(1, webacl.ManagedGroup{Name: "AWSManagedRulesCommonRuleSet"})}
	found = Group(g, refs)
	require.Len(t, found, 1)
	assert.Equal(t, "a rule group uses a rule group", found[0].Summary)
}

func TestIPSets(t *testing.T) {
	t.Parallel()
	kinds := func(version string, blocks ...string) (out []string) {
		for _, p := range IPSet("Office", "", webacl.Regional, webacl.Addresses{Version: version, Blocks: blocks}) {
			out = append(out, p.Summary)
		}
		return out
	}
	assert.Empty(t, kinds("IPV4", "203.0.113.0/24", "${Token[TOKEN.1]}"))
	assert.Empty(t, kinds("IPV6", "2001:db8::/32"))
	assert.Equal(t, []string{"a block covers every address"}, kinds("IPV4", "0.0.0.0/0"))
	assert.Equal(t, []string{"a block has host bits set"}, kinds("IPV4", "203.0.113.1/24"))
	assert.Equal(t, []string{"a block has no prefix length"}, kinds("IPV4", "203.0.113.1"))
	assert.Equal(t, []string{"a block is not usable"}, kinds("IPV4", "office"))
	assert.Equal(t, []string{"a block has the wrong IP version"}, kinds("IPV4", "2001:db8::/32"))
	assert.Equal(t, []string{"a block is an IPv4 block in IPv6 notation"}, kinds("IPV6", "::ffff:203.0.113.0/120"))
	assert.Equal(t, []string{"a value is unknown"}, kinds("IPv4", "203.0.113.0/24")[:1])
	assert.Equal(t, []string{"an IP set has too many blocks"}, kinds("IPV4", make([]string, 10_001)...)[:1])

	v4, v6, tokens, problems := webacl.Collapse([]string{"10.0.0.0/25", "10.0.0.128/25", "10.0.0.7/32", "2001:db8::/33", "${T}", "x",
		"2001:db8:8000::/33", "0.0.0.0/1", "128.0.0.0/1"})
	assert.Equal(t, []string{"0.0.0.0/1", "128.0.0.0/1"}, v4)
	assert.Equal(t, []string{"2001:db8::/32"}, v6)
	assert.Equal(t, []string{"${T}"}, tokens)
	assert.Len(t, problems, 1)
}

func TestRegexes(t *testing.T) {
	t.Parallel()
	for _, good := range []string{`^/api/`, `a|b`, `(?i)bot`, `(?:a)(b)`, `a(?=b)`, `(?<!a)b`, `\d+`, `[a+]+`, `\\1`, `[\]+]+`, `\.php$`,
		`a{2,3}`, `[]+]+`} {
		assert.Empty(t, RegexSet("Set", "", webacl.Regional, []string{good}), good)
	}
	for _, bad := range []string{`(a)\1`, `(?<n>a)\k<n>`, `(?P<n>a)(?P=n)`, `(?R)`, `(?1)`, `(?(1)a|b)`, `(*SKIP)`, `\C`, `\R`, `a\Kb`,
		`(?C1)`, `(?>a)`, `a++`, `a*+b`, `(a`, `a**`, ``, strings.Repeat("x", 201)} {
		assert.Len(t, RegexSet("Set", "", webacl.Regional, []string{bad}), 1, bad)
	}
	assert.Len(t, RegexSet("Set", "", webacl.Regional, nil), 1)
	assert.Len(t, RegexSet("Set", "", webacl.Regional, strings.Split(strings.Repeat("x ", 11), " ")[:11]), 1)
}

func TestLogging(t *testing.T) {
	t.Parallel()
	const group = "arn:aws:logs:eu-west-1:111122223333:log-group:aws-waf-logs-shop"
	logging := func(change func(*webacl.Logging)) []webacl.Problem {
		l := webacl.Logging{LogDestinationConfigs: []string{group},
			RedactedFields: []webacl.Field{{SingleHeader: &webacl.Named{Name: "cookie"}}, {Method: &webacl.Empty{}}},
			LoggingFilter: &webacl.LoggingFilter{DefaultBehavior: "DROP", Filters: []webacl.LogFilter{{Behavior: "KEEP", Requirement: "MEETS_ANY",
				Conditions: []webacl.LogCondition{{ActionCondition: &webacl.ActionCondition{Action: "BLOCK"}},
					{LabelNameCondition: &webacl.LabelNameCondition{LabelName: "awswaf:managed:aws:x"}}}}}}}
		change(&l)
		return Logging(l, webacl.Regional)
	}
	assert.Empty(t, logging(func(*webacl.Logging) {}))
	assert.Empty(t, logging(func(l *webacl.Logging) { l.LogDestinationConfigs[0] = "arn:aws:s3:::aws-waf-logs-shop" }))
	assert.Empty(t, logging(func(l *webacl.Logging) {
		l.LogDestinationConfigs[0] = "arn:aws:firehose:eu-west-1:111122223333:deliverystream/aws-waf-logs-shop"
	}))
	for says, change := range map[string]func(*webacl.Logging){
		"begin with aws-waf-logs-": func(l *webacl.Logging) {
			l.LogDestinationConfigs[0] = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/wafv2/logs"
		},
		"remove :*":               func(l *webacl.Logging) { l.LogDestinationConfigs[0] += ":*" },
		"a web ACL has one":       func(l *webacl.Logging) { l.LogDestinationConfigs = append(l.LogDestinationConfigs, group) },
		"a log group, a bucket":   func(l *webacl.Logging) { l.LogDestinationConfigs[0] = "aws-waf-logs-shop" },
		"got Body; allowed are":   func(l *webacl.Logging) { l.RedactedFields[0] = webacl.Field{Body: &webacl.Oversized{}} },
		"KEEP, DROP":              func(l *webacl.Logging) { l.LoggingFilter.DefaultBehavior = "Keep it" },
		"MEETS_ALL, MEETS_ANY":    func(l *webacl.Logging) { l.LoggingFilter.Filters[0].Requirement = "ALL" },
		"EXCLUDED_AS_COUNT":       func(l *webacl.Logging) { l.LoggingFilter.Filters[0].Conditions[0].ActionCondition.Action = "STOP" },
		"awswaf:<account>":        func(l *webacl.Logging) { l.LoggingFilter.Filters[0].Conditions[1].LabelNameCondition.LabelName = "x" },
		"has no conditions":       func(l *webacl.Logging) { l.LoggingFilter.Filters[0].Conditions = nil },
		"leave LoggingFilter out": func(l *webacl.Logging) { l.LoggingFilter.Filters = nil },
	} {
		found := logging(change)
		require.Len(t, found, 1, says)
		assert.Contains(t, found[0].Summary+found[0].Detail+found[0].Fix, says)
	}
}
