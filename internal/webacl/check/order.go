package check

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/webacl"
)

// order warns of rules that do not do what they look like.
func (c *checker) order(a webacl.ACL) {
	ordered := slices.Clone(a.Rules)
	slices.SortStableFunc(ordered, func(x, y webacl.Rule) int { return x.Priority - y.Priority })
	for i, r := range ordered {
		c.rule = r.Name
		c.forgeable(r)
		c.cancelled(r)
		if i == len(ordered)-1 && r.Action != nil && r.Action.Allow != nil && a.DefaultAction != nil && a.DefaultAction.Allow != nil && len(r.RuleLabels) == 0 && r.Action.Allow.CustomRequestHandling == nil {
			c.warnAt("redundant", "", "the last rule allows what the default action allows anyway", "", "leave it out")
		}
	}
	c.rule = ""
}

// forgeable warns of rules that let everybody through who sends a certain header or cookie.
func (c *checker) forgeable(r webacl.Rule) {
	if r.Action == nil || r.Action.Allow == nil {
		return
	}
	forgeable, other := false, false
	webacl.Walk(r.Statement, func(s *webacl.Statement) {
		switch {
		case s.IPSetReferenceStatement != nil && s.IPSetReferenceStatement.IPSetForwardedIPConfig == nil, s.LabelMatchStatement != nil, s.AsnMatchStatement != nil && s.AsnMatchStatement.ForwardedIPConfig == nil:
			other = true
		case s.ByteMatchStatement != nil:
			f := s.ByteMatchStatement.FieldToMatch
			forgeable = forgeable || f != nil && (f.SingleHeader != nil || f.Cookies != nil || f.Headers != nil || f.SingleQueryArgument != nil)
			other = other || webacl.IsToken(s.ByteMatchStatement.SearchString) // A secret.
		case s.IPSetReferenceStatement != nil:
			forgeable = true
		}
	})
	if forgeable && !other {
		c.warnAt("forgeable", "", "anybody can have the rule let requests through", "it allows by what the client sends, and no rule behind it is asked", "ask for an address as well, or count and label instead of allowing")
	}
}

// cancelled warns of overrides that OverrideAction Count makes void: the group's verdict only counts anyway.
func (c *checker) cancelled(r webacl.Rule) {
	if r.OverrideAction == nil || r.OverrideAction.Count == nil || r.Statement == nil {
		return
	}
	m := r.Statement.ManagedRuleGroupStatement
	if m == nil {
		return
	}
	var acting []string
	for _, o := range m.RuleActionOverrides {
		if o.ActionToUse != nil && o.ActionToUse.Count == nil {
			acting = append(acting, o.Name)
		}
	}
	if len(acting) > 0 {
		c.warnAt("override-cancelled", "OverrideAction", "rules are to act in a group that only counts", "got "+strings.Join(acting, ", "), "set OverrideAction None, and have the other rules count")
	}
}
