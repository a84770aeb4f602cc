package check

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/webacl"
)

// order warns about rules that do not do what they seem to do.
func (c *checker) order(a webacl.ACL) {
	ordered := slices.Clone(a.Rules)
	slices.SortStableFunc(ordered, func(x, y webacl.Rule) int { return x.Priority - y.Priority })
	for i, r := range ordered {
		c.rule = r.Name
		c.forgeable(r)
		c.cancelled(r)
		if i == len(ordered)-1 && r.Action != nil && r.Action.Allow != nil && a.DefaultAction != nil && a.DefaultAction.Allow != nil &&
			len(r.RuleLabels) == 0 && r.Action.Allow.CustomRequestHandling == nil {
			c.warnAt("redundant", "", "the last rule allows requests that the default action allows anyway", "", "leave it out")
		}
	}
	c.rule = ""
}

// forgeable warns about rules that allow everybody who sends a certain header or cookie.
func (c *checker) forgeable(r webacl.Rule) {
	if r.Action == nil || r.Action.Allow == nil {
		return
	}
	forgeable, other := false, false
	webacl.Walk(r.Statement, func(s *webacl.Statement) {
		switch {
		case s.IPSetReferenceStatement != nil && s.IPSetReferenceStatement.IPSetForwardedIPConfig == nil, s.LabelMatchStatement != nil,
			s.AsnMatchStatement != nil && s.AsnMatchStatement.ForwardedIPConfig == nil:
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
		c.warnAt("forgeable", "", "anybody can make the rule allow a request",
			"it decides by what the client sends, and later rules are not evaluated",
			"also check an address, or count and label instead of allowing")
	}
}

// cancelled warns about overrides that have no effect because OverrideAction Count makes the whole group count.
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
		c.warnAt("override-cancelled", "OverrideAction", "overrides have no effect in a group that only counts",
			"got "+strings.Join(acting, ", "), "set OverrideAction None, and override the other rules with Count")
	}
}
