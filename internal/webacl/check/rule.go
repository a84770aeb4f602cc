package check

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/webacl"
)

// maxRateRules are the rate-based rules of a web ACL, and of a rule group; maxReferences the sets and groups that it names.
const (
	maxRateRules      = 10
	maxGroupRateRules = 4
	maxReferences     = 50
	shieldPriority    = 10_000_000
)

func (c *checker) rules(rules []webacl.Rule) {
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
		rates += countStatements(r.Statement, func(s *webacl.Statement) bool { return s.RateBasedStatement != nil })
		references += countStatements(r.Statement, func(s *webacl.Statement) bool {
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
func countStatements(s *webacl.Statement, pick func(*webacl.Statement) bool) int {
	n := 0
	webacl.Walk(s, func(s *webacl.Statement) {
		if pick(s) {
			n++
		}
	})
	return n
}

// oneRule checks a rule by itself.
func (c *checker) oneRule(r webacl.Rule) {
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
