package diag

import (
	"strings"
	"unicode"
)

// ID identifies a finding or warning: the rule, with the subject in brackets.
func (d Diagnostic) ID() string {
	if d.Subject == "" {
		return d.Rule
	}
	return d.Rule + "[" + d.Subject + "]"
}

// AcknowledgeID is ID in a form that CDK takes and prints without a change. It is what a finding is acknowledged by.
func (d Diagnostic) AcknowledgeID() string {
	d.Subject = acknowledgeable(d.Subject)
	return d.ID()
}

// acknowledgeable writes a subject in a form that CDK takes as part of an id. CDK prints blanks as hyphens, and it refuses
// brackets that do not match.
func acknowledgeable(subject string) string {
	subject = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			return '-'
		}
		return r
	}, subject)
	if balanced(subject) {
		return subject
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("()[]{}", r) {
			return '-'
		}
		return r
	}, subject)
}

// balanced reports whether every bracket has its partner.
func balanced(text string) bool {
	var open []rune
	for _, r := range text {
		switch r {
		case '(', '[', '{':
			open = append(open, r)
		case ')', ']', '}':
			partner := map[rune]rune{')': '(', ']': '[', '}': '{'}[r]
			if len(open) == 0 || open[len(open)-1] != partner {
				return false
			}
			open = open[:len(open)-1]
		}
	}
	return len(open) == 0
}
