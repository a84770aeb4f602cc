package suricata

import "strings"

// Line is a rule in a text of rules.
type Line struct {
	// Number is the number of the line, counted from 1. It is 0 for a rule that was not read from a text.
	Number int
	// Text is the line as written, without spaces around it.
	Text string
	Rule Rule
	// Indented is true if the line begins with a space or tab.
	Indented bool
}

// ParseText reads a text of rules, as in RulesString: one rule per line. It skips blank lines and comments, which begin with #. A line that
// is not a rule is a problem; the other lines are returned all the same.
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
			problems = append(problems, Problem{
				Line: number, Rule: "syntax", Summary: "this line is not a rule: " + err.Error(), Fix: "write one rule per line",
			})
			continue
		}
		lines = append(lines, Line{Number: number, Text: line, Rule: rule, Indented: indented})
	}
	return lines, problems
}

// counts reports whether a line is neither blank nor a comment.
func counts(line string) bool { return line != "" && line[0] != '#' }

// Capacity returns the capacity that AWS counts for a text of rules: one for each line that is neither blank nor a comment (measured: 250
// rules use 250).
func Capacity(text string) int {
	n := 0
	for line := range strings.Lines(text) {
		if counts(strings.TrimSpace(line)) {
			n++
		}
	}
	return n
}
