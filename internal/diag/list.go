package diag

import (
	"cmp"
	"slices"
	"strings"
)

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

// Sorted returns a copy that is ordered by severity, file, line, path, rule, text and subject, without duplicates. The result
// does not depend on the order in which diagnostics were added.
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

// String returns the text of all diagnostics, separated by blank lines.
func (l List) String() string {
	parts := make([]string, len(l))
	for i, d := range l {
		parts[i] = d.String()
	}
	return strings.Join(parts, "\n\n")
}

// Err returns the Errors as one error, or nil if there are none.
func (l List) Err() error {
	errs := l.With(Error)
	if len(errs) == 0 {
		return nil
	}
	return listError(errs)
}

type listError List

func (e listError) Error() string { return List(e).String() }
