package suricata

import "strings"

// Line is a rule in a text of rules.
type Line struct {
	// Number counts from 1. It is 0 for a rule that was not read from a text.
	Number int
	// Text is the line as written, without spaces around it.
	Text string
	Rule Rule
	// Indented is true if the line begins with a blank.
	Indented bool
}

// Severity says how bad a problem is.
type Severity uint8

// The severities.
const (
	// Error is what AWS, Suricata or we refuse.
	Error Severity = iota
	// Warning is what they take, and is probably a mistake.
	Warning
)

// Problem is one thing that is wrong with rules.
type Problem struct {
	Severity Severity
	// Group is the index of the group in a [Policy]; 0 in problems of one group.
	Group int
	// Line is the number of the line, counted from 1; 0 if it is about the whole text or group.
	Line int
	// Rule is the stable name of the check, in kebab case: "sid-missing".
	Rule string
	// Summary says what is wrong, in one line.
	Summary string
	// Detail says why, with what was got and what is allowed. It may be empty.
	Detail string
	// Fix says what to do.
	Fix string
}

// ParseText reads a text of rules, as in RulesString: a rule per line. Blank lines and comments, which begin with #, are
// skipped. All lines that are no rules are problems, and the others are returned all the same.
func ParseText(text string) ([]Line, []Problem) {
	var lines []Line
	var problems []Problem
	number := 0
	for line := range strings.Lines(text) {
		number++
		indented := line[0] == ' ' || line[0] == '\t'
		line = strings.TrimSpace(line)
		if !counts(line) {
			continue
		}
		rule, err := Parse(line)
		if err != nil {
			problems = append(problems, Problem{Line: number, Rule: "syntax", Summary: "this is no rule: " + err.Error(), Fix: "write one rule per line"})
			continue
		}
		lines = append(lines, Line{Number: number, Text: line, Rule: rule, Indented: indented})
	}
	return lines, problems
}

// counts reports whether a line is neither blank nor a comment.
func counts(line string) bool { return line != "" && line[0] != '#' }

// Capacity returns the capacity that AWS counts for a text of rules: its lines that are neither blank nor comments (measured:
// 250 rules consume 250).
func Capacity(text string) int {
	n := 0
	for line := range strings.Lines(text) {
		if counts(strings.TrimSpace(line)) {
			n++
		}
	}
	return n
}
