package cfn

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/diag"
)

// warn reports an oddity once.
func (r *resolver) warn(d diag.Diagnostic) {
	d.Severity = diag.Warning
	if r.warned == nil {
		r.warned = map[string]bool{}
	}
	if id := d.ID(); !r.warned[id] {
		r.warned[id] = true
		r.warnings.Add(d)
	}
}

// warnAt reports an oddity at n.
func (r *resolver) warnAt(n *node, rule, subject, format string, args ...any) {
	d := r.diagnostic(n, format, args...)
	d.Rule, d.Subject = rule, subject
	r.warn(d)
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
