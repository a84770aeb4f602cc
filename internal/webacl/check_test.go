package webacl

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func look(f Field, transformations ...string) Inspected {
	if len(transformations) == 0 {
		transformations = []string{"NONE"}
	}
	i := Inspected{FieldToMatch: &f}
	for n, t := range transformations {
		i.TextTransformations = append(i.TextTransformations, Transformation{n, t})
	}
	return i
}

var (
	path   = Field{UriPath: &Empty{}}
	host   = Field{SingleHeader: &Named{"host"}}
	blocks = &Action{Block: &BlockAction{}}
)

func match(f Field, text string, transformations ...string) Statement {
	return Statement{ByteMatchStatement: &ByteMatch{SearchString: text, PositionalConstraint: "EXACTLY", Inspected: look(f, transformations...)}}
}

func rule(name string, priority int, s Statement) Rule {
	return Rule{Name: name, Priority: priority, Statement: &s, Action: blocks, VisibilityConfig: &Visibility{MetricName: name}}
}

func managedRule(priority int, m ManagedGroup) Rule {
	m.VendorName = "AWS"
	r := rule(m.Name, priority, Statement{ManagedRuleGroupStatement: &m})
	r.Action, r.OverrideAction = nil, &OverrideAction{None: &Empty{}}
	return r
}

func acl(rules ...Rule) ACL {
	return ACL{Name: "Shop", Scope: Regional, DefaultAction: &DefaultAction{Allow: &AllowAction{}}, VisibilityConfig: &Visibility{MetricName: "Shop"}, Rules: rules}
}

const (
	setARN   = "arn:aws:wafv2:eu-west-1:111122223333:regional/ipset/Office/a1b2"
	regexARN = "arn:aws:wafv2:eu-west-1:111122223333:regional/regexpatternset/Bots/a1b2"
	groupARN = "arn:aws:wafv2:eu-west-1:111122223333:regional/rulegroup/Ours/a1b2"
)

// good holds all kinds of statements, fields, keys and actions.
func good() ACL {
	everywhere := []Field{path, host, {AllQueryArguments: &Empty{}}, {Body: &Oversized{"MATCH"}}, {Cookies: &Cookies{&CookiePattern{All: &Empty{}}, "VALUE", "MATCH"}},
		{HeaderOrder: &Oversized{"CONTINUE"}}, {Headers: &Headers{&HeaderPattern{IncludedHeaders: []string{"x-a"}}, "ALL", "NO_MATCH"}}, {JA3Fingerprint: &Fallback{"MATCH"}},
		{JA4Fingerprint: &Fallback{"NO_MATCH"}}, {JsonBody: &JSONBody{&JSONPattern{IncludedPaths: []string{"/a/b~1c"}}, "KEY", "MATCH", "CONTINUE"}}, {Method: &Empty{}}, {QueryString: &Empty{}},
		{SingleQueryArgument: &Named{"q"}}, {UriFragment: &Fallback{"MATCH"}}}
	var several []Statement
	for _, f := range everywhere {
		several = append(several, match(f, "x"))
	}
	count := rule("Labels", 1, Statement{OrStatement: &Nested{several}})
	count.Action, count.RuleLabels = &Action{Count: &AllowAction{}}, []Label{{"odd:request"}}
	custom := rule("Answer", 2, Statement{NotStatement: &Negated{&Statement{GeoMatchStatement: &Geo{CountryCodes: []string{"DE", "FR"}}}}})
	custom.Action = &Action{Block: &BlockAction{&Response{ResponseCode: 403, CustomResponseBodyKey: "Sorry", ResponseHeaders: []Header{{"X-Why", "country"}}}}}
	puzzle := rule("Puzzle", 3, Statement{LabelMatchStatement: &LabelMatch{"LABEL", "odd:request"}})
	puzzle.Action, puzzle.CaptchaConfig = &Action{Captcha: &AllowAction{}}, &Immunity{&ImmunityTime{60}}
	group := rule("Ours", 4, Statement{RuleGroupReferenceStatement: &GroupRef{Arn: groupARN, RuleActionOverrides: []ActionOverride{{"Inner", blocks}}}})
	group.Action, group.OverrideAction = nil, &OverrideAction{Count: &Empty{}}
	a := acl(count, custom, puzzle, group,
		rule("Many", 5, Statement{AndStatement: &Nested{[]Statement{
			{RegexMatchStatement: &RegexMatch{`^/(?:a|b)(?=c)$`, look(path, "URL_DECODE", "LOWERCASE")}}, {RegexPatternSetReferenceStatement: &RegexSet{regexARN, look(host)}},
			{SizeConstraintStatement: &Size{"GT", 8192, look(Field{Body: &Oversized{"CONTINUE"}})}}, {SqliMatchStatement: &SQLi{"HIGH", look(Field{QueryString: &Empty{}})}},
			{XssMatchStatement: &XSS{look(Field{QueryString: &Empty{}})}}, {AsnMatchStatement: &ASN{AsnList: []int{0, 64500}}},
			{IPSetReferenceStatement: &IPSet{setARN, &SetForwardedIP{ForwardedIP{"X-Forwarded-For", "NO_MATCH"}, "ANY"}}},
			{LabelMatchStatement: &LabelMatch{"NAMESPACE", "awswaf:clientip:geo:country:"}}}}}),
		rule("Rate", 6, Statement{RateBasedStatement: &RateBased{Limit: 100, EvaluationWindowSec: 60, AggregateKeyType: "IP"}}),
		rule("Keys", 7, Statement{RateBasedStatement: &RateBased{Limit: 10, AggregateKeyType: "CUSTOM_KEYS", ForwardedIPConfig: &ForwardedIP{"X-Forwarded-For", "MATCH"},
			CustomKeys: []RateKey{{ForwardedIP: &Empty{}}, {Header: &RateField{"x-key", look(host).TextTransformations}}, {HTTPMethod: &Empty{}}, {LabelNamespace: &LabelNamespace{"odd"}}, {ASN: &Empty{}}}}}),
		managedRule(8, ManagedGroup{Name: "AWSManagedRulesCommonRuleSet", RuleActionOverrides: []ActionOverride{{"SizeRestrictions_BODY", &Action{Count: &AllowAction{}}}}}),
		rule("Large", 9, Statement{LabelMatchStatement: &LabelMatch{"LABEL", "awswaf:managed:aws:core-rule-set:SizeRestrictions_Body"}}),
		managedRule(10, ManagedGroup{Name: "AWSManagedRulesBotControlRuleSet", ManagedRuleGroupConfigs: []ManagedConfig{{AWSManagedRulesBotControlRuleSet: &BotControlConfig{InspectionLevel: "COMMON"}}}}),
		managedRule(11, ManagedGroup{Name: "AWSManagedRulesATPRuleSet", ManagedRuleGroupConfigs: []ManagedConfig{{AWSManagedRulesATPRuleSet: &ATPConfig{LoginPath: "/login",
			RequestInspection: &RequestInspection{PayloadType: "JSON", UsernameField: &Identifier{"/user"}, PasswordField: &Identifier{"/password"}}}}}}),
	)
	a.Description = "the shops web ACL"
	a.CustomResponseBodies = map[string]ResponseBody{"Sorry": {"TEXT_PLAIN", "not from here"}}
	a.AssociationConfig = &AssociationConfig{map[string]BodyLimit{"API_GATEWAY": {"KB_64"}}}
	a.TokenDomains = []string{"example.com"}
	a.DataProtectionConfig = &DataProtectionConfig{[]DataProtection{{Action: "HASH", Field: ProtectedField{"SINGLE_HEADER", []string{"authorization"}}}}}
	a.ChallengeConfig = &Immunity{&ImmunityTime{300}}
	return a
}

var refs = References{Groups: map[string]*Group{groupARN: {Capacity: 50, Rules: []Rule{{Name: "Inner"}}}}}

func TestGood(t *testing.T) {
	t.Parallel()
	assert.Empty(t, Check(good(), refs, 0))
	data, err := json.Marshal(good())
	require.NoError(t, err)
	var again ACL
	require.NoError(t, json.Unmarshal(data, &again))
	assert.Equal(t, good(), again)
}

// TestBad: each configuration that AWS refuses, or that does nothing, is refused with a message that says what is wrong. Most of
// them pass CDK's own validation.
func TestBad(t *testing.T) {
	t.Parallel()
	at := func(i int, change func(*Rule)) func(*ACL) { return func(a *ACL) { change(&a.Rules[i]) } }
	statement := func(s Statement) func(*ACL) {
		return func(a *ACL) { a.Rules[4].Statement = &s }
	}
	rate := func(change func(*RateBased)) func(*ACL) {
		return at(5, func(r *Rule) { change(r.Statement.RateBasedStatement) })
	}
	byteMatch := func(change func(*ByteMatch)) func(*ACL) {
		s := match(path, "x")
		change(s.ByteMatchStatement)
		return statement(s)
	}
	seen := func(f Field) func(*ACL) { return byteMatch(func(m *ByteMatch) { m.FieldToMatch = &f }) }
	group := func(m ManagedGroup) func(*ACL) {
		return func(a *ACL) { a.Rules[4] = managedRule(5, m) }
	}
	nested := Statement{RateBasedStatement: &RateBased{Limit: 100, AggregateKeyType: "IP"}}
	inner := Statement{ManagedRuleGroupStatement: &ManagedGroup{VendorName: "AWS", Name: "AWSManagedRulesCommonRuleSet"}}
	geo := func(codes ...string) Statement {
		return Statement{GeoMatchStatement: &Geo{CountryCodes: codes}}
	}
	tests := map[string]struct {
		change func(*ACL)
		kind   string
		says   string
	}{
		"description":   {func(a *ACL) { a.Description = `the shop's "ACL" (new)` }, "description", "leave out brackets"},
		"name":          {func(a *ACL) { a.Name = "shop acl" }, "name", `"shop acl"`},
		"metric":        {func(a *ACL) { a.VisibilityConfig.MetricName = "a b" }, "metric", `"a b"`},
		"metric of AWS": {func(a *ACL) { a.VisibilityConfig.MetricName = "All" }, "metric", "AWS's own"},
		"no metrics":    {func(a *ACL) { a.VisibilityConfig = nil }, "metric", "is required"},
		"scope":         {func(a *ACL) { a.Scope = "GLOBAL" }, "scope", "REGIONAL and CLOUDFRONT"},
		"no default":    {func(a *ACL) { a.DefaultAction = nil }, "default-action", "is required"},
		"both defaults": {func(a *ACL) { a.DefaultAction.Block = &BlockAction{} }, "default-action", "Allow and Block"},
		"rate too low":  {rate(func(r *RateBased) { r.Limit = 9 }), "rate", "got 9; allowed are 10 to 2000000000"},
		"window":        {rate(func(r *RateBased) { r.EvaluationWindowSec = 90 }), "rate", "60, 120, 300 and 600"},
		"six keys": {at(6, func(r *Rule) {
			k := r.Statement.RateBasedStatement
			k.CustomKeys = append(k.CustomKeys, RateKey{UriPath: &RateText{look(path).TextTransformations}})
		}), "rate-key", "got 6; allowed are 5"},
		"keys without":      {rate(func(r *RateBased) { r.AggregateKeyType = "CUSTOM_KEYS" }), "rate-key", "name one to five keys"},
		"keys for nothing":  {rate(func(r *RateBased) { r.CustomKeys = []RateKey{{ASN: &Empty{}}} }), "rate-key", "write CUSTOM_KEYS"},
		"only the address":  {at(6, func(r *Rule) { r.Statement.RateBasedStatement.CustomKeys = []RateKey{{IP: &Empty{}}} }), "rate-key", "the only key"},
		"constant":          {rate(func(r *RateBased) { r.AggregateKeyType = "CONSTANT" }), "rate-key", "needs a ScopeDownStatement"},
		"forwarded":         {rate(func(r *RateBased) { r.AggregateKeyType = "FORWARDED_IP" }), "rate-key", "ForwardedIPConfig is required"},
		"rate allows":       {at(5, func(r *Rule) { r.Action = &Action{Allow: &AllowAction{}} }), "rate-action", "got Allow"},
		"aggregate":         {rate(func(r *RateBased) { r.AggregateKeyType = "Ip" }), "rate-key", "write IP"},
		"no transformation": {byteMatch(func(m *ByteMatch) { m.TextTransformations = nil }), "transformation", "write NONE"},
		"eleven transformations": {byteMatch(func(m *ByteMatch) {
			m.Inspected = look(path, strings.Split(strings.Repeat("LOWERCASE ", 11), " ")[:11]...)
		}), "transformation", "got 11; allowed are 1 to 10"},
		"transformation": {byteMatch(func(m *ByteMatch) { m.Inspected = look(path, "LOWER_CASE") }), "transformation", "write LOWERCASE"},
		"one priority":   {byteMatch(func(m *ByteMatch) { m.TextTransformations = []Transformation{{0, "NONE"}, {0, "LOWERCASE"}} }), "transformation", "one priority"},
		"long search":    {byteMatch(func(m *ByteMatch) { m.SearchString = strings.Repeat("x", 201) }), "search", "got 201 bytes"},
		"no search":      {byteMatch(func(m *ByteMatch) { m.SearchString = "" }), "search", "got 0 bytes"},
		"search twice":   {byteMatch(func(m *ByteMatch) { m.SearchStringBase64 = "eA==" }), "search", "given twice"},
		"position":       {byteMatch(func(m *ByteMatch) { m.PositionalConstraint = "PREFIX" }), "position", "STARTS_WITH"},
		"body":           {seen(Field{Body: &Oversized{}}), "oversize", "nothing is hidden behind the limit"},
		"fingerprint in part": {byteMatch(func(m *ByteMatch) {
			m.FieldToMatch, m.PositionalConstraint = &Field{JA3Fingerprint: &Fallback{"MATCH"}}, "CONTAINS"
		}), "fingerprint", "allowed is EXACTLY"},
		"fingerprint, regex":  {statement(Statement{RegexMatchStatement: &RegexMatch{"a", look(Field{JA4Fingerprint: &Fallback{"MATCH"}})}}), "fingerprint", "alone"},
		"two fields":          {seen(Field{UriPath: &Empty{}, Method: &Empty{}}), "field", "got Method and UriPath"},
		"no field":            {seen(Field{}), "field", "is empty"},
		"headers":             {seen(Field{Headers: &Headers{nil, "ALL", "MATCH"}}), "pattern", "MatchPattern is required"},
		"cookies":             {seen(Field{Cookies: &Cookies{&CookiePattern{}, "ALL", "MATCH"}}), "pattern", "is empty"},
		"header scope":        {seen(Field{Headers: &Headers{&HeaderPattern{All: &Empty{}}, "VALUES", "MATCH"}}), "scope", "write VALUE"},
		"pointer":             {seen(Field{JsonBody: &JSONBody{&JSONPattern{IncludedPaths: []string{"a.b"}}, "ALL", "", "MATCH"}}), "pattern", "JSON pointer"},
		"argument":            {seen(Field{SingleQueryArgument: &Named{}}), "field", "allowed are 1 to 30"},
		"country":             {statement(geo("XX")), "countries", `got "XX"`},
		"country's case":      {statement(geo("de")), "countries", "write DE"},
		"51 countries":        {statement(geo(strings.Fields(countries)[:51]...)), "countries", "got 51; allowed are 1 to 50"},
		"no country":          {statement(geo()), "countries", "got 0"},
		"101 systems":         {statement(Statement{AsnMatchStatement: &ASN{AsnList: make([]int, 101)}}), "asn", "got 101"},
		"system":              {statement(Statement{AsnMatchStatement: &ASN{AsnList: []int{1 << 32}}}), "asn", "got 4294967296"},
		"regex length":        {statement(Statement{RegexMatchStatement: &RegexMatch{strings.Repeat("x", 513), look(path)}}), "regex", "got 513"},
		"regex":               {statement(Statement{RegexMatchStatement: &RegexMatch{"(a", look(path)}}), "regex", "missing closing"},
		"level":               {statement(Statement{SqliMatchStatement: &SQLi{"MEDIUM", look(path)}}), "sensitivity", "LOW, HIGH"},
		"comparison":          {statement(Statement{SizeConstraintStatement: &Size{">", 1, look(path)}}), "comparison", "EQ, NE"},
		"size":                {statement(Statement{SizeConstraintStatement: &Size{"GT", -1, look(path)}}), "size", "got -1"},
		"priority twice":      {at(1, func(r *Rule) { r.Priority = 1 }), "priority-twice", `"Labels" and "Answer" have 1`},
		"negative":            {at(1, func(r *Rule) { r.Priority = -1 }), "priority", "got -1"},
		"Shield's":            {at(9, func(r *Rule) { r.Priority = 10_000_000 }), "priority", "Shield Advanced's"},
		"name twice":          {at(4, func(r *Rule) { r.Name = "answer" }), "name-twice", `"answer" twice`},
		"rule's name":         {at(4, func(r *Rule) { r.Name = "a b" }), "name", `"a b"`},
		"no action":           {at(4, func(r *Rule) { r.Action = nil }), "action", "Action is required"},
		"both":                {at(7, func(r *Rule) { r.Action = blocks }), "action", "set OverrideAction instead"},
		"no override":         {at(7, func(r *Rule) { r.OverrideAction = nil }), "action", "OverrideAction None or Count is required"},
		"override of a match": {at(4, func(r *Rule) { r.OverrideAction = &OverrideAction{None: &Empty{}} }), "action", "for rule groups alone"},
		"two actions":         {at(4, func(r *Rule) { r.Action = &Action{Allow: &AllowAction{}, Block: &BlockAction{}} }), "action", "Allow and Block"},
		"two statements": {at(4, func(r *Rule) {
			s := match(path, "x")
			s.GeoMatchStatement = geo("DE").GeoMatchStatement
			r.Statement = &s
		}), "statement", "ByteMatchStatement and GeoMatchStatement"},
		"empty statement":      {statement(Statement{}), "statement", "is empty"},
		"no statement":         {at(4, func(r *Rule) { r.Statement = nil }), "statement", "is required"},
		"or with one":          {statement(Statement{OrStatement: &Nested{[]Statement{match(path, "x")}}}), "nesting", "got 1"},
		"not of nothing":       {statement(Statement{NotStatement: &Negated{}}), "statement", "missing"},
		"nested rate":          {statement(Statement{NotStatement: &Negated{&nested}}), "nesting", "make a rule of it"},
		"nested group":         {statement(Statement{AndStatement: &Nested{[]Statement{inner, match(path, "x")}}}), "nesting", "make a rule of it"},
		"group scoped by rate": {group(ManagedGroup{Name: "AWSManagedRulesLinuxRuleSet", ScopeDownStatement: &nested}), "nesting", "ScopeDownStatement"},
		"reserved label":       {at(0, func(r *Rule) { r.RuleLabels = []Label{{"odd:request"}, {"aws:x"}} }), "label", "reserved word"},
		"label":                {at(0, func(r *Rule) { r.RuleLabels = []Label{{"odd:request"}, {"a b"}} }), "label", "a label is not usable"},
		"label of a group":     {at(7, func(r *Rule) { r.RuleLabels = []Label{{"x"}} }), "label", "leave them out"},
		"no such body":         {at(1, func(r *Rule) { r.Action.Block.CustomResponse.CustomResponseBodyKey = "Sory" }), "response", `got "Sory"; there are Sorry`},
		"large body":           {func(a *ACL) { a.CustomResponseBodies["Sorry"] = ResponseBody{"TEXT_PLAIN", strings.Repeat("x", 4097)} }, "response-body", "got 4097"},
		"bodies": {func(a *ACL) {
			for i := range 13 {
				a.CustomResponseBodies[fmt.Sprint("B", i)] = ResponseBody{"TEXT_PLAIN", strings.Repeat("x", 4096)}
			}
		}, "response-body", "too large together"},
		"code":              {at(1, func(r *Rule) { r.Action.Block.CustomResponse.ResponseCode = 418 }), "response", "got 418"},
		"header":            {at(1, func(r *Rule) { r.Action.Block.CustomResponse.ResponseHeaders[0].Name = "x y" }), "header", `"x y"`},
		"header's value":    {at(1, func(r *Rule) { r.Action.Block.CustomResponse.ResponseHeaders[0].Value = "a\r\nSet-Cookie: b" }), "header", "printable ASCII"},
		"immunity":          {at(2, func(r *Rule) { r.CaptchaConfig.ImmunityTimeProperty.ImmunityTime = 59 }), "immunity", "got 59; allowed are 60"},
		"challenge":         {func(a *ACL) { a.ChallengeConfig = &Immunity{&ImmunityTime{299}} }, "immunity", "allowed are 300"},
		"body limit of ALB": {func(a *ACL) { a.AssociationConfig.RequestBody = map[string]BodyLimit{"ALB": {"KB_16"}} }, "body-limit", "have 8 KB"},
		"body limit":        {func(a *ACL) { a.AssociationConfig.RequestBody["API_GATEWAY"] = BodyLimit{"KB_8"} }, "body-limit", "KB_16"},
		"limit elsewhere":   {func(a *ACL) { a.AssociationConfig.RequestBody = map[string]BodyLimit{"CLOUDFRONT": {"KB_16"}} }, "body-limit", "another scope"},
		"token domains":     {func(a *ACL) { a.TokenDomains = strings.Fields(strings.Repeat("example.com ", 11)) }, "token-domain", "got 11"},
		"data protection":   {func(a *ACL) { a.DataProtectionConfig.DataProtections[0].Field = ProtectedField{"BODY", []string{"x"}} }, "data-protection", "without keys"},
		"override name": {at(7, func(r *Rule) {
			r.Statement.ManagedRuleGroupStatement.RuleActionOverrides[0].Name = "SizeRestrictions_Body"
		}), "override", "write SizeRestrictions_BODY"},
		"override's nothing": {at(7, func(r *Rule) { r.Statement.ManagedRuleGroupStatement.RuleActionOverrides[0].ActionToUse = nil }), "override", "ActionToUse is required"},
		"own override":       {at(3, func(r *Rule) { r.Statement.RuleGroupReferenceStatement.RuleActionOverrides[0].Name = "inner" }), "override", "write Inner"},
		"no versions":        {group(ManagedGroup{Name: "AWSManagedRulesAnonymousIpList", Version: "Version_1.0"}), "managed", "leave Version out"},
		"version":            {group(ManagedGroup{Name: "AWSManagedRulesLinuxRuleSet", Version: "1 0"}), "managed", "as in Version_1.0"},
		"no such group":      {group(ManagedGroup{Name: "AWSManagedRulesPOSIXRuleSet"}), "managed", "no such managed rule group"},
		"misspelt group":     {group(ManagedGroup{Name: "AWSManagedRulesLinuxRuleset"}), "managed", "write AWSManagedRulesLinuxRuleSet"},
		"invented group":     {group(ManagedGroup{Name: "AWSManagedRulesAccountTakeoverPreventionRuleSet"}), "managed", "no such managed rule group"},
		"ATP without":        {at(10, func(r *Rule) { r.Statement.ManagedRuleGroupStatement.ManagedRuleGroupConfigs = nil }), "managed-config", "needs a configuration of its own"},
		"bots without":       {at(9, func(r *Rule) { r.Statement.ManagedRuleGroupStatement.ManagedRuleGroupConfigs = nil }), "managed-config", "needs a configuration of its own"},
		"ATP responses": {at(10, func(r *Rule) {
			r.Statement.ManagedRuleGroupStatement.ManagedRuleGroupConfigs[0].AWSManagedRulesATPRuleSet.ResponseInspection = &ResponseInspection{StatusCode: &ResponseStatusCode{}}
		}), "managed-config", "CLOUDFRONT alone"},
		"ATP field": {at(10, func(r *Rule) {
			r.Statement.ManagedRuleGroupStatement.ManagedRuleGroupConfigs[0].AWSManagedRulesATPRuleSet.RequestInspection.UsernameField = &Identifier{"user"}
		}), "managed-config", "write /user"},
		"other's config": {group(ManagedGroup{Name: "AWSManagedRulesLinuxRuleSet", ManagedRuleGroupConfigs: []ManagedConfig{{AWSManagedRulesATPRuleSet: &ATPConfig{LoginPath: "/"}}}}), "managed-config", "for another group"},
		"floods": {group(ManagedGroup{Name: "AWSManagedRulesAntiDDoSRuleSet", ManagedRuleGroupConfigs: []ManagedConfig{{AWSManagedRulesAntiDDoSRuleSet: &AntiDDoSConfig{
			ClientSideActionConfig: &ClientSideActions{&ClientSideAction{UsageOfAction: "ENABLED"}}}}}}), "managed-config", "allowed are 1 to 5"},
		"set of another kind":   {statement(Statement{IPSetReferenceStatement: &IPSet{Arn: regexARN}}), "reference", "/ipset/"},
		"set of another scope":  {statement(Statement{IPSetReferenceStatement: &IPSet{Arn: "arn:aws:wafv2:us-east-1:111122223333:global/ipset/Office/a1b2"}}), "reference", "another scope"},
		"no set":                {statement(Statement{IPSetReferenceStatement: &IPSet{}}), "reference", "empty"},
		"forwarded header":      {statement(Statement{GeoMatchStatement: &Geo{CountryCodes: []string{"DE"}, ForwardedIPConfig: &ForwardedIP{"X_Forwarded", "MATCH"}}}), "header", "X_Forwarded"},
		"forwarded fallback":    {statement(Statement{GeoMatchStatement: &Geo{CountryCodes: []string{"DE"}, ForwardedIPConfig: &ForwardedIP{"X-Forwarded-For", ""}}}), "fallback", "MATCH, NO_MATCH"},
		"forwarded position":    {statement(Statement{IPSetReferenceStatement: &IPSet{setARN, &SetForwardedIP{ForwardedIP{"X-Forwarded-For", "MATCH"}, "SECOND"}}}), "position", "FIRST, LAST, ANY"},
		"label before its rule": {at(2, func(r *Rule) { r.Priority = 0 }), "label-flow", "a smaller priority"},
		"label of nobody":       {at(2, func(r *Rule) { r.Statement.LabelMatchStatement.Key = "odd:requests" }), "label-flow", "no rule puts it"},
		"label, managed": {at(8, func(r *Rule) {
			r.Statement.LabelMatchStatement.Key = "awswaf:managed:aws:core-rule-set:SizeRestriction_Body"
		}), "label-flow", "no rule puts it"},
		"payment": {at(4, func(r *Rule) { r.Action = &Action{Monetize: &MonetizeAction{"1"}} }), "monetize", "CLOUDFRONT alone"},
		"eleven rates": {func(a *ACL) {
			for i := range 9 {
				a.Rules = append(a.Rules, rule(fmt.Sprint("R", i), 100+i, Statement{RateBasedStatement: &RateBased{Limit: 100, AggregateKeyType: "IP"}}))
			}
		}, "rate-rules", "got 11; allowed are 10"},
		"51 references": {func(a *ACL) {
			for i := range 45 {
				a.Rules = append(a.Rules, rule(fmt.Sprint("R", i), 100+i, Statement{IPSetReferenceStatement: &IPSet{Arn: setARN}}))
			}
		}, "references", "got 51; allowed are 50"},
		"5,000 WCU": {func(a *ACL) {
			for i := range 102 {
				a.Rules = append(a.Rules, rule(fmt.Sprint("X", i), 100+i, Statement{XssMatchStatement: &XSS{look(Field{QueryString: &Empty{}})}}))
			}
		}, "wcu", "allowed are 5000. The dearest rules: AWSManagedRulesCommonRuleSet 700"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := good()
			test.change(&a)
			found := Check(a, refs, 0)
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

// TestWarnings: what AWS takes and does not do what it looks like.
func TestWarnings(t *testing.T) {
	t.Parallel()
	allow := rule("Partner", 1, match(Field{SingleHeader: &Named{"x-partner"}}, "yes"))
	allow.Action = &Action{Allow: &AllowAction{}}
	last := rule("Rest", 2, Statement{IPSetReferenceStatement: &IPSet{Arn: setARN}})
	last.Action = &Action{Allow: &AllowAction{}}
	counting := managedRule(3, ManagedGroup{Name: "AWSManagedRulesCommonRuleSet", RuleActionOverrides: []ActionOverride{{"NoUserAgent_HEADER", blocks}}})
	counting.OverrideAction = &OverrideAction{Count: &Empty{}}
	var dear []Rule
	for i := range 40 {
		dear = append(dear, rule(fmt.Sprint("X", i), i, Statement{XssMatchStatement: &XSS{look(Field{QueryString: &Empty{}})}}))
	}
	var shared []Rule
	for i := range 100 {
		shared = append(shared, rule(fmt.Sprint("X", i), i, Statement{XssMatchStatement: &XSS{look(Field{QueryString: &Empty{}}, "URL_DECODE", "LOWERCASE")}}))
	}
	guarded := rule("Guarded", 1, Statement{AndStatement: &Nested{[]Statement{match(Field{SingleHeader: &Named{"x-partner"}}, "yes"), {IPSetReferenceStatement: &IPSet{Arn: setARN}}}}})
	guarded.Action = &Action{Allow: &AllowAction{}}
	assert.Empty(t, Check(acl(guarded, rule("After", 5, match(path, "x"))), refs, 0), "an address is not the client's to choose")
	for name, test := range map[string]struct {
		rules []Rule
		want  string
	}{
		"forgeable": {[]Rule{allow, rule("After", 5, match(path, "x"))}, "forgeable"},
		"redundant": {[]Rule{last}, "redundant"},
		"cancelled": {[]Rule{counting}, "override-cancelled"},
		"price":     {dear, "wcu-price"},
		"shared":    {shared, "wcu-shared"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := Check(acl(test.rules...), refs, 0)
			require.Len(t, found, 1)
			assert.True(t, found[0].Warning)
			assert.Equal(t, test.want, found[0].Kind)
		})
	}
}

func TestGroups(t *testing.T) {
	t.Parallel()
	g := Group{Name: "Ours", Scope: Regional, Capacity: 12, VisibilityConfig: &Visibility{MetricName: "Ours"}, Rules: []Rule{rule("A", 1, match(path, "x", "LOWERCASE"))}}
	assert.Empty(t, CheckGroup(g, refs))
	g.Capacity = 11
	found := CheckGroup(g, refs)
	require.Len(t, found, 1)
	assert.Contains(t, found[0].Detail, "got 11 WCU; the rules need 12")
	g.Capacity = 0
	g.Rules = []Rule{managedRule(1, ManagedGroup{Name: "AWSManagedRulesCommonRuleSet"})}
	found = CheckGroup(g, refs)
	require.Len(t, found, 1)
	assert.Equal(t, "a rule group is in a rule group", found[0].Summary)
}

func TestIPSets(t *testing.T) {
	t.Parallel()
	kinds := func(version string, blocks ...string) (out []string) {
		for _, p := range CheckIPSet("Office", "", Regional, Addresses{version, blocks}) {
			out = append(out, p.Summary)
		}
		return out
	}
	assert.Empty(t, kinds("IPV4", "203.0.113.0/24", "${Token[TOKEN.1]}"))
	assert.Empty(t, kinds("IPV6", "2001:db8::/32"))
	assert.Equal(t, []string{"a block is every address"}, kinds("IPV4", "0.0.0.0/0"))
	assert.Equal(t, []string{"a block has bits of hosts"}, kinds("IPV4", "203.0.113.1/24"))
	assert.Equal(t, []string{"a block has no length"}, kinds("IPV4", "203.0.113.1"))
	assert.Equal(t, []string{"a block is not usable"}, kinds("IPV4", "office"))
	assert.Equal(t, []string{"a block is of the other IP version"}, kinds("IPV4", "2001:db8::/32"))
	assert.Equal(t, []string{"a block is an IPv4 one in IPv6's form"}, kinds("IPV6", "::ffff:203.0.113.0/120"))
	assert.Equal(t, []string{"a value is unknown"}, kinds("IPv4", "203.0.113.0/24")[:1])
	assert.Equal(t, []string{"an IP set holds too many blocks"}, kinds("IPV4", make([]string, 10_001)...)[:1])

	v4, v6, tokens, problems := Collapse([]string{"10.0.0.0/25", "10.0.0.128/25", "10.0.0.7/32", "2001:db8::/33", "${T}", "x", "2001:db8:8000::/33", "0.0.0.0/1", "128.0.0.0/1"})
	assert.Equal(t, []string{"0.0.0.0/1", "128.0.0.0/1"}, v4)
	assert.Equal(t, []string{"2001:db8::/32"}, v6)
	assert.Equal(t, []string{"${T}"}, tokens)
	assert.Len(t, problems, 1)
}

func TestRegexes(t *testing.T) {
	t.Parallel()
	for _, good := range []string{`^/api/`, `a|b`, `(?i)bot`, `(?:a)(b)`, `a(?=b)`, `(?<!a)b`, `\d+`, `[a+]+`, `\\1`, `[\]+]+`, `\.php$`, `a{2,3}`, `[]+]+`} {
		assert.Empty(t, CheckRegexSet("Set", "", Regional, []string{good}), good)
	}
	for _, bad := range []string{`(a)\1`, `(?<n>a)\k<n>`, `(?P<n>a)(?P=n)`, `(?R)`, `(?1)`, `(?(1)a|b)`, `(*SKIP)`, `\C`, `\R`, `a\Kb`, `(?C1)`, `(?>a)`, `a++`, `a*+b`, `(a`, `a**`, ``, strings.Repeat("x", 201)} {
		assert.Len(t, CheckRegexSet("Set", "", Regional, []string{bad}), 1, bad)
	}
	assert.Len(t, CheckRegexSet("Set", "", Regional, nil), 1)
	assert.Len(t, CheckRegexSet("Set", "", Regional, strings.Split(strings.Repeat("x ", 11), " ")[:11]), 1)
}

func TestLogging(t *testing.T) {
	t.Parallel()
	const group = "arn:aws:logs:eu-west-1:111122223333:log-group:aws-waf-logs-shop"
	logging := func(change func(*Logging)) []Problem {
		l := Logging{LogDestinationConfigs: []string{group}, RedactedFields: []Field{{SingleHeader: &Named{"cookie"}}, {Method: &Empty{}}}, LoggingFilter: &LoggingFilter{"DROP", []LogFilter{{"KEEP", "MEETS_ANY",
			[]LogCondition{{ActionCondition: &ActionCondition{"BLOCK"}}, {LabelNameCondition: &LabelNameCondition{"awswaf:managed:aws:x"}}}}}}}
		change(&l)
		return CheckLogging(l, Regional)
	}
	assert.Empty(t, logging(func(*Logging) {}))
	assert.Empty(t, logging(func(l *Logging) { l.LogDestinationConfigs[0] = "arn:aws:s3:::aws-waf-logs-shop" }))
	assert.Empty(t, logging(func(l *Logging) {
		l.LogDestinationConfigs[0] = "arn:aws:firehose:eu-west-1:111122223333:deliverystream/aws-waf-logs-shop"
	}))
	for says, change := range map[string]func(*Logging){
		"begin with aws-waf-logs-": func(l *Logging) {
			l.LogDestinationConfigs[0] = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/wafv2/logs"
		},
		"leave :* out":            func(l *Logging) { l.LogDestinationConfigs[0] += ":*" },
		"a web ACL has one":       func(l *Logging) { l.LogDestinationConfigs = append(l.LogDestinationConfigs, group) },
		"a log group, a bucket":   func(l *Logging) { l.LogDestinationConfigs[0] = "aws-waf-logs-shop" },
		"got Body; allowed are":   func(l *Logging) { l.RedactedFields[0] = Field{Body: &Oversized{}} },
		"KEEP, DROP":              func(l *Logging) { l.LoggingFilter.DefaultBehavior = "Keep it" },
		"MEETS_ALL, MEETS_ANY":    func(l *Logging) { l.LoggingFilter.Filters[0].Requirement = "ALL" },
		"EXCLUDED_AS_COUNT":       func(l *Logging) { l.LoggingFilter.Filters[0].Conditions[0].ActionCondition.Action = "STOP" },
		"awswaf:<account>":        func(l *Logging) { l.LoggingFilter.Filters[0].Conditions[1].LabelNameCondition.LabelName = "x" },
		"has no conditions":       func(l *Logging) { l.LoggingFilter.Filters[0].Conditions = nil },
		"leave LoggingFilter out": func(l *Logging) { l.LoggingFilter.Filters = nil },
	} {
		found := logging(change)
		require.Len(t, found, 1, says)
		assert.Contains(t, found[0].Summary+found[0].Detail+found[0].Fix, says)
	}
}

// TestCosts: the totals that AWS publishes.
func TestCosts(t *testing.T) {
	t.Parallel()
	rateKeys := func(n int, scope *Statement) Statement {
		return Statement{RateBasedStatement: &RateBased{Limit: 100, AggregateKeyType: "CUSTOM_KEYS", CustomKeys: make([]RateKey, n), ScopeDownStatement: scope}}
	}
	perIP := Statement{RateBasedStatement: &RateBased{Limit: 100, AggregateKeyType: "IP"}}
	perCountry := Statement{RateBasedStatement: &RateBased{Limit: 100, AggregateKeyType: "IP", ScopeDownStatement: &Statement{GeoMatchStatement: &Geo{CountryCodes: []string{"US"}}}}}
	label := Statement{LabelMatchStatement: &LabelMatch{"LABEL", "x"}}
	scoped := Statement{RateBasedStatement: &RateBased{Limit: 100, AggregateKeyType: "IP", ScopeDownStatement: &label}}
	group := func(name string, scope *Statement) Statement {
		return Statement{ManagedRuleGroupStatement: &ManagedGroup{VendorName: "AWS", Name: name, ScopeDownStatement: scope}}
	}
	for name, test := range map[string]struct {
		want       int
		statements []Statement
	}{
		"aws wafv2 check-capacity": {15, []Statement{{AndStatement: &Nested{[]Statement{match(host, "x", "LOWERCASE"), {GeoMatchStatement: &Geo{}}}}}, perIP}},
		"rate-based rules": {193, []Statement{perCountry, perIP, rateKeys(2, nil), rateKeys(3, nil), label,
			rateKeys(1, &Statement{GeoMatchStatement: &Geo{}})}},
		"reputation and rate": {28, []Statement{group("AWSManagedRulesAmazonIpReputationList", nil), scoped}},
		"accounts":            {51, []Statement{group("AWSManagedRulesACFPRuleSet", &label)}},
		"console":             {925, []Statement{group("AWSManagedRulesAmazonIpReputationList", nil), group("AWSManagedRulesCommonRuleSet", nil), group("AWSManagedRulesKnownBadInputsRuleSet", nil)}},
		"JSON":                {4, []Statement{match(Field{JsonBody: &JSONBody{}}, "x")}},
		"all arguments":       {22, []Statement{match(Field{AllQueryArguments: &Empty{}}, "x", "URL_DECODE")}},
		"any position":        {5, []Statement{{IPSetReferenceStatement: &IPSet{Arn: "x", IPSetForwardedIPConfig: &SetForwardedIP{Position: "ANY"}}}}},
		"shared":              {14, []Statement{match(path, "x", "URL_DECODE"), match(path, "y", "URL_DECODE")}},
		"not shared":          {24, []Statement{match(path, "x", "URL_DECODE"), match(host, "y", "URL_DECODE")}},
		"one's own group":     {50, []Statement{{RuleGroupReferenceStatement: &GroupRef{Arn: groupARN}}}},
	} {
		var rules []Rule
		for i, s := range test.statements {
			rules = append(rules, rule(fmt.Sprint("R", i), i, s))
		}
		assert.Equal(t, test.want, acl(rules...).Cost(refs).Total, name)
	}
	cost := acl(rule("A", 1, match(path, "x", "URL_DECODE")), rule("B", 2, match(path, "y", "URL_DECODE"))).Cost(refs)
	assert.Equal(t, 24, cost.Upper)
	assert.Equal(t, "ByteMatch EXACTLY 2 + URL_DECODE 10", cost.Rules[0].Why)
	unknown := acl(rule("A", 1, Statement{ManagedRuleGroupStatement: &ManagedGroup{VendorName: "Seller", Name: "Best"}})).Cost(refs)
	assert.Equal(t, []string{"Seller Best"}, unknown.Unknown)
}
