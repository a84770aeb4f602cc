package diag

import (
	"strings"
	"unicode"
)

// ID returns the identifier of a finding or warning: the rule, and the subject in brackets.
func (d Diagnostic) ID() string {
	if d.Subject == "" {
		return d.Rule
	}
	return d.Rule + "[" + d.Subject + "]"
}

// AcknowledgeID returns the ID by which a finding is acknowledged: ID in a form that CDK accepts and prints unchanged.
func (d Diagnostic) AcknowledgeID() string {
	d.Subject = acknowledgeable(d.Subject)
	return d.ID()
}

// Within returns the diagnostic with its subject inside a network, whose path differs between environments.
func (d Diagnostic) Within(network string) Diagnostic {
	d.Subject = strings.TrimPrefix(d.Subject, network+":")
	return d
}

// acknowledgeable writes a subject in a form that CDK accepts as part of an id. CDK prints spaces as hyphens, and rejects
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

// balanced reports whether all brackets match.
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
