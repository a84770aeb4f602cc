package deployed

import (
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
)

// lineOf is the line that a problem is about: that of the last part of the way to it that the template has.
func lineOf(r *cfn.Resource, where string) int {
	at := cfn.Value{Kind: cfn.Map, Fields: r.Properties, Line: r.Line}
	if rest, ok := strings.CutPrefix(where, "rule "); ok {
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil {
			return r.Line
		}
		name, _ := strconv.Unquote(quoted) // It is the prefix of a quoted text.
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

// ruleNamed is the last rule of a name: of two, that is the one that is told of.
func ruleNamed(rules cfn.Value, name string) cfn.Value {
	found := rules
	for _, rule := range rules.Items {
		if got, ok := rule.Get("Name").Literal(); ok && got == name {
			found = rule
		}
	}
	return found
}

// steps are the names and indexes of a way: "a.b[1].c".
func steps(where string) []string {
	return strings.FieldsFunc(where, func(r rune) bool { return r == '.' || r == '[' || r == ']' || r == ' ' })
}

func next(v cfn.Value, step string) cfn.Value {
	if i, err := strconv.Atoi(step); err == nil && v.Kind == cfn.List && i >= 0 && i < len(v.Items) {
		return v.Items[i]
	}
	return v.Get(step)
}
