package deployed

import (
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
)

// lineOf returns the line of a problem: that of the last part of its path that the template has.
func lineOf(r *cfn.Resource, where string) int {
	at := cfn.Value{Kind: cfn.Map, Fields: r.Properties, Line: r.Line}
	if rest, ok := strings.CutPrefix(where, "rule "); ok {
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil {
			return r.Line
		}
		name, _ := strconv.Unquote(quoted) // QuotedPrefix has checked it.
		at, where = ruleNamed(r.Get("Rules"), name), strings.TrimPrefix(rest[len(quoted):], ": ")
	}
	line := at.Line
	for _, step := range steps(where) {
		at = next(at, step)
		if at.IsMissing() {
			break
		}
		if at.Line > 0 {
			line = at.Line
		}
	}
	if line == 0 {
		return r.Line
	}
	return line
}

// ruleNamed returns the last rule with a name: of two rules with one name, the last is reported.
func ruleNamed(rules cfn.Value, name string) cfn.Value {
	found := rules
	for _, rule := range rules.Items {
		if got, ok := rule.Get("Name").Literal(); ok && got == name {
			found = rule
		}
	}
	return found
}

// steps returns the names and indexes of a path: "a.b[1].c".
func steps(where string) []string {
	return strings.FieldsFunc(where, func(r rune) bool { return r == '.' || r == '[' || r == ']' || r == ' ' })
}

func next(v cfn.Value, step string) cfn.Value {
	if i, err := strconv.Atoi(step); err == nil && v.Kind == cfn.List && i >= 0 && i < len(v.Items) {
		return v.Items[i]
	}
	return v.Get(step)
}
