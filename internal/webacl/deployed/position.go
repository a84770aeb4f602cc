package deployed

import (
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// position returns the position of a problem. A problem with a rule names the rule, and then the part of it: `rule "admin": Statement`.
func position(r *cfn.Resource, where string) diag.Position {
	rest, ok := strings.CutPrefix(where, "rule ")
	if !ok {
		return r.At(where)
	}
	quoted, err := strconv.QuotedPrefix(rest)
	if err != nil {
		return r.At("")
	}
	name, _ := strconv.Unquote(quoted) // QuotedPrefix has checked it.
	return r.At(ruleNamed(r.Get("Rules"), name) + "." + strings.TrimPrefix(rest[len(quoted):], ": "))
}

// ruleNamed returns the path of the last rule with a name: of two rules with one name, the last is reported.
func ruleNamed(rules cfn.Value, name string) string {
	path := "Rules"
	for i, rule := range rules.Items {
		if got, ok := rule.Get("Name").Literal(); ok && got == name {
			path = "Rules[" + strconv.Itoa(i) + "]"
		}
	}
	return path
}
