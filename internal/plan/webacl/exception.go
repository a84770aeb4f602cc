package webacl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/webacl"
)

// exceptions makes rules of managed groups count only.
func (b *builder) exceptions() {
	for _, e := range b.of.Exceptions {
		i := slices.IndexFunc(b.rules, func(r Rule) bool {
			return r.Statement.ManagedRuleGroupStatement != nil && r.Name == e.Group
		})
		if i < 0 {
			b.fail("protection-exception", "an exception is for a managed group that the web ACL does not have",
				fmt.Sprintf("got %q; there are %s", e.Group, strings.Join(b.groups(), ", ")), "")
			continue
		}
		if known, ok := webacl.LookUp("AWS", e.Group); ok {
			if has, near := known.Rule(e.Rule); !has {
				fix := ""
				if near != "" {
					fix = "write " + near
				}
				b.fail("protection-exception", "an exception is for a rule that the managed group does not have",
					fmt.Sprintf("got %q of %s; names are told apart by case, and AWS ignores those that it does not know", e.Rule, e.Group), fix)
				continue
			}
		}
		g := b.rules[i].Statement.ManagedRuleGroupStatement
		g.RuleActionOverrides = append(g.RuleActionOverrides, counted(e.Rule))
		b.rules[i].Reason += fmt.Sprintf("; %s only counts: %s", e.Rule, e.Reason)
	}
}

// counted makes a rule of a managed group count only.
func counted(rule string) webacl.ActionOverride {
	return webacl.ActionOverride{Name: rule, ActionToUse: &webacl.Action{Count: &webacl.AllowAction{}}}
}

// groups are the managed groups that the web ACL has.
func (b *builder) groups() []string {
	var out []string
	for _, r := range b.rules {
		if r.Statement.ManagedRuleGroupStatement != nil {
			out = append(out, r.Name)
		}
	}
	return out
}
