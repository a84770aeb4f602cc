package webacl

import (
	"encoding/base64"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// Check returns all that AWS refuses about a web ACL, and as warnings what it takes and nobody wants. reserved is the WCU that others
// will take of the budget, as Shield Advanced does.
func Check(a ACL, refs References, reserved int) []Problem {
	c := &checker{acl: true, scope: a.Scope, bodies: a.CustomResponseBodies, refs: refs}
	c.head(a.Name, a.Description, a.VisibilityConfig)
	c.defaultAction(a.DefaultAction)
	c.responseBodies()
	c.immunity("CaptchaConfig", a.CaptchaConfig, minCaptcha)
	c.immunity("ChallengeConfig", a.ChallengeConfig, minChallenge)
	c.association(a.AssociationConfig)
	c.protection(a.DataProtectionConfig)
	c.tokenDomains(a.TokenDomains)
	c.rules(a.Rules)
	c.labels(a.Rules)
	c.order(a)
	c.budget("web ACL", a.Cost(refs), reserved)
	return c.found
}

// CheckGroup is Check for a rule group.
func CheckGroup(g Group, refs References) []Problem {
	c := &checker{scope: g.Scope, bodies: g.CustomResponseBodies, refs: refs}
	c.head(g.Name, g.Description, g.VisibilityConfig)
	c.responseBodies()
	c.rules(g.Rules)
	cost := g.Cost(refs)
	if g.Capacity != 0 && g.Capacity < cost.Total {
		c.fail("capacity", "the rule group's capacity does not hold its rules", fmt.Sprintf("got %d WCU; the rules need %d, %d if no transformation is shared", g.Capacity, cost.Total, cost.Upper),
			"make another group with more, because the capacity of a group never changes; a construct computes it if Capacity is left out")
	}
	c.budget("rule group", cost, 0)
	return c.found
}

// isNot reports whether the scope is surely another one.
func (c *checker) isNot(scope string) bool { return c.scope != scope && !IsToken(c.scope) }

// checker collects problems.
type checker struct {
	acl    bool // or else a rule group
	scope  string
	bodies map[string]ResponseBody
	refs   References
	rule   string // the one that is checked
	found  []Problem
}

func (c *checker) put(kind, where, summary, detail, fix string, warning bool) {
	if c.rule != "" {
		where = strings.TrimSuffix(fmt.Sprintf("rule %q: %s", c.rule, where), ": ")
	}
	c.found = append(c.found, Problem{Kind: kind, Where: where, Summary: summary, Detail: detail, Fix: fix, Warning: warning})
}

func (c *checker) fail(kind, summary, detail, fix string) {
	c.put(kind, "", summary, detail, fix, false)
}

func (c *checker) failAt(kind, where, summary, detail, fix string) {
	c.put(kind, where, summary, detail, fix, false)
}

func (c *checker) warnAt(kind, where, summary, detail, fix string) {
	c.put(kind, where, summary, detail, fix, true)
}

// The forms of texts (CloudFormation's schemas of AWS::WAFv2; API reference).
var (
	entityName  = regexp.MustCompile(`^[0-9A-Za-z_-]{1,128}$`)
	metricName  = regexp.MustCompile(`^[\w#:./-]{1,128}$`)
	description = regexp.MustCompile(`^[a-zA-Z0-9=:#@/,.-][a-zA-Z0-9+=:#@/,.\s-]+[a-zA-Z0-9+=:#@/,.-]$`)
	bodyKey     = regexp.MustCompile(`^[\w-]{1,128}$`)
	tokenDomain = regexp.MustCompile(`^[\w./-]{1,253}$`)
)

const maxDescription = 256

// IsToken reports whether a text is known to the deployment alone.
func IsToken(s string) bool {
	return strings.Contains(s, "${") || strings.HasPrefix(s, "{{resolve:") || strings.HasPrefix(s, "#{")
}

func (c *checker) head(name, text string, v *Visibility) {
	if c.scope != Regional && c.scope != CloudFront && !IsToken(c.scope) {
		c.fail("scope", "the scope is unknown", fmt.Sprintf("got %q; allowed are REGIONAL and CLOUDFRONT", c.scope), "")
	}
	if name != "" {
		c.name("Name", name)
	}
	c.description(text)
	c.visibility(v)
}

func (c *checker) name(what, name string) {
	if !IsToken(name) && !entityName.MatchString(name) {
		c.failAt("name", what, "a name is not usable", fmt.Sprintf("got %.140q; allowed are 1 to 128 letters, digits, hyphens and underscores", name), "")
	}
}

func (c *checker) description(text string) {
	if text != "" && !IsToken(text) && (len(text) > maxDescription || !description.MatchString(text)) {
		c.failAt("description", "Description", "a description is not usable",
			fmt.Sprintf("got %.80q with %d characters; allowed are 3 to 256 letters, digits, spaces and +=:#@/-,. with no space at the ends", text, len(text)), "leave out brackets, quotes and underscores")
	}
}

func (c *checker) visibility(v *Visibility) {
	switch {
	case v == nil:
		c.failAt("metric", "VisibilityConfig", "nothing says what is counted", "VisibilityConfig is required", "")
	case !IsToken(v.MetricName) && !metricName.MatchString(v.MetricName):
		c.failAt("metric", "VisibilityConfig.MetricName", "the name of a metric is not usable", fmt.Sprintf("got %.140q; allowed are 1 to 128 letters, digits and _#:./-", v.MetricName), "")
	case v.MetricName == "All" || v.MetricName == "Default_Action":
		c.failAt("metric", "VisibilityConfig.MetricName", "the name of a metric is AWS's own", fmt.Sprintf("got %q", v.MetricName), "give it another name")
	}
}

// members are the names of the members of a structure that are set.
func members(v any) []string {
	value := reflect.ValueOf(v)
	if value.Kind() == reflect.Pointer {
		if value.IsNil() {
			return nil
		}
		value = value.Elem()
	}
	var out []string
	for i := range value.NumField() {
		if !value.Field(i).IsZero() {
			out = append(out, value.Type().Field(i).Name)
		}
	}
	return out
}

// possible are the names of all members.
func possible(v any) string {
	t := reflect.TypeOf(v)
	var out []string
	for i := range t.NumField() {
		out = append(out, t.Field(i).Name)
	}
	return strings.Join(out, ", ")
}

// one checks that just one member is set.
func (c *checker) one(kind, where, what string, v any) bool {
	set := members(v)
	switch len(set) {
	case 1:
		return true
	case 0:
		c.failAt(kind, where, what+" is empty", "it holds just one of "+possible(v), "")
	default:
		c.failAt(kind, where, what+" is several", "got "+strings.Join(set, " and ")+"; it holds just one of them", "make one of each")
	}
	return false
}

func (c *checker) enum(kind, where, got string, allowed ...string) bool {
	if IsToken(got) || slices.Contains(allowed, got) {
		return true
	}
	fix := ""
	if near := nearest(got, allowed); near != "" {
		fix = "write " + near
	}
	c.failAt(kind, where, "a value is unknown", fmt.Sprintf("got %.80q; allowed are %s", got, strings.Join(allowed, ", ")), fix)
	return false
}

func (c *checker) between(kind, where string, got, low, high int, unit string) {
	if got < low || got > high {
		c.failAt(kind, where, "a number is not usable", fmt.Sprintf("got %d; allowed are %d to %d%s", got, low, high, unit), "")
	}
}

func (c *checker) budget(what string, cost Cost, reserved int) {
	words := fmt.Sprintf("%d WCU", cost.Total)
	if reserved > 0 {
		words += fmt.Sprintf(", and %d that Shield Advanced adds", reserved)
	}
	c.rule = ""
	switch {
	case cost.Total+reserved > MaxCapacity:
		c.fail("wcu", "the "+what+" costs more than AWS takes", fmt.Sprintf("got %s; allowed are %d. %s", words, MaxCapacity, cost.dearest()), "leave out what is not needed")
	case cost.Upper+reserved > MaxCapacity:
		c.warnAt("wcu-shared", "", "the "+what+" may cost more than AWS takes", fmt.Sprintf("it is %s where AWS counts a transformation of a part once, and %d where it does not; allowed are %d", words, cost.Upper+reserved, MaxCapacity), "")
	case c.acl && cost.Total+reserved > FreeCapacity:
		c.warnAt("wcu-price", "", "requests cost more beyond 1,500 WCU", fmt.Sprintf("the web ACL is %s; AWS charges for every started 500 beyond 1,500. %s", words, cost.dearest()), "")
	}
}

// dearest names the three dearest rules.
func (c Cost) dearest() string {
	rules := slices.SortedStableFunc(slices.Values(c.Rules), func(a, b RuleCost) int { return b.Total - a.Total })
	var out []string
	for _, r := range rules[:min(3, len(rules))] {
		out = append(out, fmt.Sprintf("%s %d", r.Name, r.Total))
	}
	return "The dearest rules: " + strings.Join(out, ", ")
}

// maxRateRules are the rate-based rules of a web ACL, and of a rule group; maxReferences the sets and groups that it names.
const (
	maxRateRules      = 10
	maxGroupRateRules = 4
	maxReferences     = 50
	shieldPriority    = 10_000_000
)

func (c *checker) rules(rules []Rule) {
	names, priorities := map[string]int{}, map[int]string{}
	rates, references := 0, 0
	for _, r := range rules {
		c.rule = r.Name
		c.name("Name", r.Name)
		names[strings.ToLower(r.Name)]++
		if names[strings.ToLower(r.Name)] == 2 {
			c.fail("name-twice", "two rules have one name", fmt.Sprintf("got %q twice", r.Name), "give one of them another name")
		}
		if other, taken := priorities[r.Priority]; taken {
			c.fail("priority-twice", "two rules have one priority", fmt.Sprintf("%q and %q have %d", other, r.Name, r.Priority), "give one of them another priority")
		}
		priorities[r.Priority] = r.Name
		switch {
		case r.Priority < 0 && !r.Unread:
			c.fail("priority", "a priority is not usable", fmt.Sprintf("got %d; allowed are 0 and more", r.Priority), "")
		case r.Priority >= shieldPriority && c.acl:
			c.fail("priority", "a priority is Shield Advanced's", fmt.Sprintf("got %d; the rule group for automatic mitigation has 10,000,000", r.Priority), "choose a smaller number")
		}
		if r.Unread {
			continue
		}
		c.oneRule(r)
		rates += countStatements(r.Statement, func(s *Statement) bool { return s.RateBasedStatement != nil })
		references += countStatements(r.Statement, func(s *Statement) bool {
			return s.IPSetReferenceStatement != nil || s.RegexPatternSetReferenceStatement != nil || s.RuleGroupReferenceStatement != nil || s.ManagedRuleGroupStatement != nil
		})
	}
	c.rule = ""
	most := maxRateRules
	if !c.acl {
		most = maxGroupRateRules
	}
	if rates > most {
		c.fail("rate-rules", "there are too many rate-based rules", fmt.Sprintf("got %d; allowed are %d", rates, most), "")
	}
	if references > maxReferences {
		c.fail("references", "too many sets and groups are named", fmt.Sprintf("got %d; allowed are %d", references, maxReferences), "")
	}
}

// countStatements counts the statements in a tree that a test picks.
func countStatements(s *Statement, pick func(*Statement) bool) int {
	n := 0
	Walk(s, func(s *Statement) {
		if pick(s) {
			n++
		}
	})
	return n
}

// Walk visits a statement and all in it.
func Walk(s *Statement, visit func(*Statement)) {
	if s == nil {
		return
	}
	visit(s)
	for _, list := range []*Nested{s.AndStatement, s.OrStatement} {
		if list != nil {
			for i := range list.Statements {
				Walk(&list.Statements[i], visit)
			}
		}
	}
	if s.NotStatement != nil {
		Walk(s.NotStatement.Statement, visit)
	}
	if s.RateBasedStatement != nil {
		Walk(s.RateBasedStatement.ScopeDownStatement, visit)
	}
	if s.ManagedRuleGroupStatement != nil {
		Walk(s.ManagedRuleGroupStatement.ScopeDownStatement, visit)
	}
}

// oneRule checks a rule by itself.
func (c *checker) oneRule(r Rule) {
	c.visibility(r.VisibilityConfig)
	c.immunity("CaptchaConfig", r.CaptchaConfig, minCaptcha)
	c.immunity("ChallengeConfig", r.ChallengeConfig, minChallenge)
	for _, l := range r.RuleLabels {
		c.label("RuleLabels", l.Name)
	}
	if r.Statement == nil {
		c.failAt("statement", "Statement", "a rule asks for nothing", "Statement is required", "")
		return
	}
	c.top(r.Statement)
	group := r.Statement.ManagedRuleGroupStatement != nil || r.Statement.RuleGroupReferenceStatement != nil
	switch {
	case group && r.Action != nil:
		c.failAt("action", "Action", "a rule with a rule group has an action", "the group's own rules act; OverrideAction None or Count says what becomes of that", "set OverrideAction instead")
	case group && r.OverrideAction == nil:
		c.failAt("action", "OverrideAction", "a rule with a rule group does not say what becomes of its verdict", "OverrideAction None or Count is required", "")
	case !group && r.OverrideAction != nil:
		c.failAt("action", "OverrideAction", "a rule without a rule group overrides one", "OverrideAction is for rule groups alone", "set Action instead")
	case !group && r.Action == nil:
		c.failAt("action", "Action", "a rule does nothing", "Action is required", "")
	}
	if group && len(r.RuleLabels) > 0 {
		c.failAt("label", "RuleLabels", "a rule with a rule group has labels", "the group's own rules label requests", "leave them out")
	}
	if r.OverrideAction != nil {
		c.one("action", "OverrideAction", "the override", *r.OverrideAction)
	}
	if r.Action != nil {
		c.action("Action", r.Action)
		if r.Statement.RateBasedStatement != nil && (r.Action.Allow != nil || r.Action.Monetize != nil) {
			c.failAt("rate-action", "Action", "a rate-based rule lets through what comes too often", "got "+strings.Join(members(r.Action), "")+"; allowed are Block, Count, Captcha and Challenge", "")
		}
	}
}

// maxSearch is the length of a text to look for, in bytes; maxTransformations how many there are of a statement.
const (
	maxSearch          = 200
	maxTransformations = 10
)

func (c *checker) searched(where string, m *ByteMatch) {
	text := []byte(m.SearchString)
	switch {
	case m.SearchString != "" && m.SearchStringBase64 != "":
		c.failAt("search", where, "a text to look for is given twice", "SearchString and SearchStringBase64 exclude each other", "")
		return
	case m.SearchStringBase64 != "":
		decoded, err := base64.StdEncoding.DecodeString(m.SearchStringBase64)
		if err != nil && !IsToken(m.SearchStringBase64) {
			c.failAt("search", where+".SearchStringBase64", "a text to look for is no Base64", err.Error(), "")
			return
		}
		text = decoded
	}
	if !IsToken(string(text)) && (len(text) == 0 || len(text) > maxSearch) {
		c.failAt("search", where, "a text to look for is not usable", fmt.Sprintf("got %d bytes; allowed are 1 to %d", len(text), maxSearch), "")
	}
	c.impossibleText(where+".SearchString", string(text), m.TextTransformations)
}
