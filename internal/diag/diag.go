// Package diag holds what tierwall tells its users about their architecture: diagnostics that say what is wrong, where,
// why, and how to mend it, collected so that all of them are shown at once.
//
// It knows nothing of tiers, rules or CDK.
package diag

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Severity says what a diagnostic does to a synth.
type Severity int

const (
	// Error fails the synth and cannot be acknowledged: the architecture cannot be emitted as declared.
	Error Severity = iota
	// Finding fails the synth until somebody acknowledges it with a reason, in CDK's own way.
	Finding
	// Warning is shown and fails nothing.
	Warning
)

// String returns "error", "finding" or "warning".
func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Finding:
		return "finding"
	case Warning:
		return "warning"
	}
	return fmt.Sprintf("severity(%d)", int(s))
}

// Diagnostic is one thing to tell the user.
type Diagnostic struct {
	Severity Severity
	// Rule is the stable name of the check, in kebab case: "expired", "block-taken". With Subject it identifies a
	// finding or warning, so that one of them can be acknowledged without the others.
	Rule string
	// Subject says what exactly a finding or warning is about, for its ID: "Shop/Network:Web->Database:tcp/3306".
	Subject string
	// Summary says what is wrong, in one line.
	Summary string
	// Detail says why, with what was got and what is allowed. It may be empty.
	Detail string
	// Fix says what to do. It may be empty.
	Fix string
	// Path says where in the architecture: "tiers.Web -> tiers.Database".
	Path string
	// At are the declarations it is about, the one to change first. The zero Position is left out of messages.
	At []Position
}

// String renders the diagnostic on several lines: where and what, then why, then the fix.
func (d Diagnostic) String() string {
	return d.Severity.String() + ": " + d.Message()
}

// Message is String without the severity, for callers that show it in their own way.
func (d Diagnostic) Message() string {
	var b strings.Builder
	if d.Path != "" {
		b.WriteString(d.Path + ": ")
	}
	b.WriteString(d.Summary)
	if at := d.Where(); at != "" {
		b.WriteString(" (" + at + ")")
	}
	if d.Detail != "" {
		b.WriteString("\n    " + indent(d.Detail))
	}
	if d.Fix != "" {
		b.WriteString("\n    fix: " + indent(d.Fix))
	}
	return b.String()
}

// Where lists the known positions, separated by commas.
func (d Diagnostic) Where() string {
	var at []string
	for _, p := range d.At {
		if !p.IsZero() {
			at = append(at, p.String())
		}
	}
	return strings.Join(at, ", ")
}

func indent(s string) string { return strings.ReplaceAll(s, "\n", "\n    ") }

// List is a collection of diagnostics. The zero List is empty and ready to use.
type List []Diagnostic

// Add appends d.
func (l *List) Add(d Diagnostic) { *l = append(*l, d) }

// With returns the diagnostics of the given severities, in their order.
func (l List) With(severities ...Severity) List {
	var out List
	for _, d := range l {
		if slices.Contains(severities, d.Severity) {
			out = append(out, d)
		}
	}
	return out
}

// HasErrors reports whether one of the diagnostics is an Error.
func (l List) HasErrors() bool { return len(l.With(Error)) > 0 }

// Sorted returns a copy ordered by severity, file, line, path, rule, text and subject, without exact repetitions: the same
// architecture gives the same list, however it was collected.
func (l List) Sorted() List {
	out := slices.Clone(l)
	slices.SortStableFunc(out, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.Severity, b.Severity),
			comparePositions(a.At, b.At),
			cmp.Compare(a.Path, b.Path),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Message(), b.Message()),
			cmp.Compare(a.Subject, b.Subject),
		)
	})
	return slices.CompactFunc(out, func(a, b Diagnostic) bool { return a.String() == b.String() && a.ID() == b.ID() })
}

func comparePositions(a, b []Position) int {
	first := func(p []Position) Position {
		if len(p) == 0 {
			return Position{}
		}
		return p[0]
	}
	return first(a).compare(first(b))
}

// String renders all diagnostics, a blank line between two.
func (l List) String() string {
	parts := make([]string, len(l))
	for i, d := range l {
		parts[i] = d.String()
	}
	return strings.Join(parts, "\n\n")
}

// Err returns the Errors as one error, nil where there are none.
func (l List) Err() error {
	errs := l.With(Error)
	if len(errs) == 0 {
		return nil
	}
	return listError(errs)
}

type listError List

func (e listError) Error() string { return List(e).String() }
