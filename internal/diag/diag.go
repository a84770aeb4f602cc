// Package diag holds the messages of tierwall about an architecture or a template. A [Diagnostic] says what is wrong, where,
// why it matters, and how to fix it. A [List] collects diagnostics, so that all of them are shown at once. A [Position] is a
// line of the user's source, and [Caller] finds the line that declared something.
//
// Package diag must not know tiers, rules or templates. It knows only how CDK writes the ids of findings, and which frames
// of a call stack belong to CDK.
package diag

import (
	"fmt"
	"strings"
)

// Severity says how a diagnostic affects synthesis.
type Severity int

const (
	// Error fails synthesis and cannot be acknowledged: the architecture cannot be emitted as declared.
	Error Severity = iota
	// Finding fails synthesis until it is acknowledged with a reason, through CDK's validations.
	Finding
	// Warning is shown, and synthesis succeeds.
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

// Diagnostic is one message to the user.
type Diagnostic struct {
	Severity Severity
	// Rule is the stable name of the check, in kebab case: "expired", "block-taken". Rule and Subject identify a finding
	// or warning, so that one of them can be acknowledged without the others.
	Rule string
	// Subject identifies what a finding or warning is about, for its ID: "Shop/Network:Web->Database:tcp/3306".
	Subject string
	// Summary says what is wrong, in one line.
	Summary string
	// Detail says why, with the actual value and the allowed values. It may be empty.
	Detail string
	// Fix says what to do. It may be empty.
	Fix string
	// Path says where in the architecture: "tiers.Web -> tiers.Database".
	Path string
	// At are the declarations that the diagnostic is about, starting with the one to change. Messages omit the zero
	// Position.
	At []Position
}

// String returns the text of the diagnostic in several lines: where and what, then why, then the fix.
func (d Diagnostic) String() string {
	return d.Severity.String() + ": " + d.Message()
}

// Message returns the text without the severity, for callers that show the severity themselves.
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

// Where returns the known positions, separated by commas.
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
