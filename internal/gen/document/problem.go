package document

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
)

// Problem is a message about a place in the file.
type Problem struct {
	File string
	// Line and Column start at 1; 0 is the whole file. Width is how many characters are wrong.
	Line, Column, Width int
	Source              string // the line
	Warning             bool   // the document may be used
	Summary             string // what is wrong
	Detail              string // why, with what was got and what is allowed; may be empty
	Fix                 string // in the words of the file; may be empty
}

// Problems are all messages about a file, in the order of its lines.
type Problems []Problem

// HasErrors reports whether the file cannot be used.
func (p Problems) HasErrors() bool {
	return slices.ContainsFunc(p, func(p Problem) bool { return !p.Warning })
}

// maxShown is how many messages are shown of a file. More of them rarely say more.
const maxShown = 100

// Error returns all messages, or the first of very many.
func (p Problems) Error() string {
	var texts []string
	for _, one := range p[:min(len(p), maxShown)] {
		texts = append(texts, one.String())
	}
	if more := len(p) - maxShown; more > 0 {
		texts = append(texts, fmt.Sprintf("%d more problems are not shown", more))
	}
	return strings.Join(texts, "\n\n")
}

// List returns the problems as diagnostics.
func (p Problems) List() diag.List {
	var list diag.List
	for _, one := range p {
		severity := diag.Error
		if one.Warning {
			severity = diag.Warning
		}
		list.Add(diag.Diagnostic{Severity: severity, Rule: "file", Summary: one.Summary, Detail: one.Detail, Fix: one.Fix,
			At: []diag.Position{{File: one.File, Line: one.Line}}})
	}
	return list
}

// String returns the place, what is wrong, the line with a caret, why and the fix.
func (p Problem) String() string {
	var b strings.Builder
	severity := "error"
	if p.Warning {
		severity = "warning"
	}
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", p.Line, p.Column)
	}
	b.WriteString(": " + severity + ": " + p.Summary)
	if p.Line > 0 {
		source, caret := p.excerpt()
		fmt.Fprintf(&b, "\n%5d | %s\n      | %s", p.Line, source, caret)
	}
	for _, line := range []struct{ label, text string }{{"", p.Detail}, {"fix: ", p.Fix}} {
		if line.text != "" {
			b.WriteString("\n    " + line.label + strings.ReplaceAll(line.text, "\n", "\n    "))
		}
	}
	return b.String()
}

// The longest part of a line that a message shows, and the part of it before the column. With the line's number it is shorter than the
// lines of prose that the command writes.
const (
	excerptWidth = 88
	excerptLead  = 44
)

// excerpt returns the printable part of the line around the column, and a line with carets below what is wrong.
func (p Problem) excerpt() (source, caret string) {
	line := []rune(printable(p.Source))
	start := max(0, min(p.Column-1, len(line))-excerptLead)
	if len(line) <= excerptWidth {
		start = 0
	}
	end := min(len(line), start+excerptWidth)
	column := max(0, min(p.Column-1, len(line))-start)
	width := max(1, min(p.Width, end-start-column))
	return string(line[start:end]), strings.Repeat(" ", column) + strings.Repeat("^", width)
}

// printable replaces what a terminal would act upon, one character for each, so that columns stay.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case hidden(r) || r == '\n' || r == '\r':
			return '�'
		}
		return r
	}, s)
}

// sorted returns the problems in the order of their places, each once.
func (p Problems) sorted() Problems {
	slices.SortStableFunc(p, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Summary, b.Summary))
	})
	return slices.CompactFunc(p, func(a, b Problem) bool {
		return a.Line == b.Line && a.Column == b.Column && a.Summary == b.Summary
	})
}
