package check

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/webacl"
)

// The limits of a web ACL and of a rule group. References are the sets and groups that their rules name.
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
			c.fail("name-twice", "two rules have the same name", fmt.Sprintf("got %q twice", r.Name), "give one of them another name")
		}
		if other, taken := priorities[r.Priority]; taken {
			c.fail("priority-twice", "two rules have the same priority", fmt.Sprintf("%q and %q both have %d", other, r.Name, r.Priority),
				"give one of them another priority")
		}
		priorities[r.Priority] = r.Name
		switch {
		case r.Priority < 0 && !r.Unread:
			c.fail("priority", "a priority is not usable", fmt.Sprintf("got %d; allowed are 0 and more", r.Priority), "")
		case r.Priority >= shieldPriority && c.acl:
			c.fail("priority", "a priority is reserved for Shield Advanced",
				fmt.Sprintf("got %d; its rule group for automatic mitigation has 10,000,000", r.Priority), "choose a smaller number")
		}
		if r.Unread {
			continue
		}
		c.oneRule(r)
		rates += countStatements(r.Statement, func(s *webacl.Statement) bool { return s.RateBasedStatement != nil })
		references += countStatements(r.Statement, func(s *webacl.Statement) bool {
			return s.IPSetReferenceStatement != nil || s.RegexPatternSetReferenceStatement != nil || s.RuleGroupReferenceStatement != nil ||
				s.ManagedRuleGroupStatement != nil
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
		c.fail("references", "the web ACL names too many sets and groups", fmt.Sprintf("got %d; allowed are %d", references, maxReferences), "")
	}
}

// countStatements counts the statements in a tree for which pick is true.
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
		c.failAt("statement", "Statement", "a rule has no statement", "Statement is required", "")
		return
	}
	c.top(r.Statement)
	group := r.Statement.ManagedRuleGroupStatement != nil || r.Statement.RuleGroupReferenceStatement != nil
	switch {
	case group && r.Action != nil:
		c.failAt("action", "Action", "a rule that uses a rule group has an action",
			"the rules of the group act; OverrideAction, None or Count, decides what becomes of their result", "set OverrideAction instead")
	case group && r.OverrideAction == nil:
		c.failAt("action", "OverrideAction", "a rule that uses a rule group has no OverrideAction", "AWS requires OverrideAction None or Count",
			"")
	case !group && r.OverrideAction != nil:
		c.failAt("action", "OverrideAction", "a rule without a rule group has an OverrideAction", "OverrideAction is only for rule groups",
			"set Action instead")
	case !group && r.Action == nil:
		c.failAt("action", "Action", "a rule has no action", "Action is required", "")
	}
	if group && len(r.RuleLabels) > 0 {
		c.failAt("label", "RuleLabels", "a rule that uses a rule group has labels", "the rules of the group label requests", "leave them out")
	}
	if r.OverrideAction != nil {
		c.one("action", "OverrideAction", "the override", *r.OverrideAction)
	}
	if r.Action != nil {
		c.action("Action", r.Action)
		if r.Statement.RateBasedStatement != nil && (r.Action.Allow != nil || r.Action.Monetize != nil) {
			c.failAt("rate-action", "Action", "a rate-based rule allows the requests that exceed its limit",
				"got "+strings.Join(members(r.Action), "")+"; allowed are Block, Count, Captcha and Challenge", "")
		}
	}
}
