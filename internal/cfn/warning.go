package cfn

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/diag"
)

// warn reports an oddity once.
func (r *resolver) warn(d diag.Diagnostic) {
	if r.firstTime(d.ID()) {
		d.Severity = diag.Warning
		r.warnings.Add(d)
	}
}

// firstTime reports whether there was no warning of that ID before.
func (r *resolver) firstTime(id string) bool {
	if r.warned[id] {
		return false
	}
	if r.warned == nil {
		r.warned = map[string]bool{}
	}
	r.warned[id] = true
	return true
}

// warnAt reports an oddity at n, once. A loop may find the same one many times, so that the text is written only for the first.
func (r *resolver) warnAt(n *node, rule, subject, format string, args ...any) {
	if !r.firstTime((diag.Diagnostic{Rule: rule, Subject: subject}).ID()) {
		return
	}
	d := r.diagnostic(n, format, args...)
	d.Rule, d.Subject, d.Severity = rule, subject, diag.Warning
	r.warnings.Add(d)
}

// allWarnings returns the warnings, sorted and limited in number.
func (r *resolver) allWarnings() diag.List {
	list := r.warnings.Sorted()
	if more := len(list) - maxProblems; more > 0 {
		list = append(list[:maxProblems:maxProblems], diag.Diagnostic{
			Severity: diag.Warning, Rule: "more-warnings", Summary: fmt.Sprintf("and %d more warnings", more),
		})
	}
	return list
}
