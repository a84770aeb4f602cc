package iam

import (
	"strings"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// variable matches the variables of a policy, "${aws:username}" and "${aws:PrincipalTag/Team, 'none'}". Values that are known only at
// deployment look different: "${AWS::Region}", "${Shop/Bucket.Arn}".
var variable = lazyregexp.New(`\$\{\s*([A-Za-z0-9.-]+:[A-Za-z][^,{}]*?)\s*(?:,\s*'([^'{}]*)'\s*)?\}`)

// IsVariable reports whether a text such as "${aws:username}" is a variable of a policy.
func IsVariable(text string) bool {
	return text == "${*}" || text == "${?}" || text == "${$}" || variable.FindString(text) == text && text != ""
}

// expand replaces the variables in a text by the request's values. Variables with unknown values stay. If a variable has no value, or
// several, ok is false: the text matches nothing (IAM User Guide, "IAM policy elements: Variables and tags").
func (e *evaluation) expand(text string) (expanded string, ok bool) {
	if !strings.Contains(text, "${") {
		return text, true
	}
	if e.version != Version { // Older policies have no variables.
		return variable.ReplaceAllStringFunc(text, func(v string) string { return "${$}" + v[1:] }), true
	}
	ok = true
	expanded = variable.ReplaceAllStringFunc(text, func(v string) string {
		match := variable.FindStringSubmatch(v)
		values, known := e.values(match[1])
		switch {
		case !known:
			return v
		case len(values) == 1:
			return quoted(values[0])
		case strings.Contains(v, "'"):
			return quoted(match[2])
		}
		ok = false
		return v
	})
	return expanded, ok
}

// expandAll expands texts and leaves out those that match nothing.
func (e *evaluation) expandAll(texts []string) []string {
	var out []string
	for _, t := range texts {
		if expanded, ok := e.expand(t); ok {
			out = append(out, expanded)
		}
	}
	return out
}

// quoted escapes * and ? in a value.
func quoted(value string) string {
	var b strings.Builder
	for _, p := range parts(value) {
		if p.unknown {
			b.WriteString(p.text)
			continue
		}
		b.WriteString(strings.NewReplacer("*", "${*}", "?", "${?}").Replace(p.text))
	}
	return b.String()
}

// dependsOnText notes what a comparison with a text depends on: the text's unknown variables, or otherwise if it has none.
func (e *evaluation) dependsOnText(text, otherwise string) {
	found := variable.FindAllStringSubmatch(text, -1)
	for _, v := range found {
		e.open[v[1]] = true
	}
	if len(found) == 0 {
		e.open[otherwise] = true
	}
}
