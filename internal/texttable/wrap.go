package texttable

import (
	"strings"
	"unicode/utf8"
)

// indent is how far the further lines of a wrapped text are indented beyond its first line.
const indent = 2

// Wrap breaks a line at spaces so that no part is wider than width, as far as words allow.
func Wrap(line string, width int) string {
	if utf8.RuneCountInString(line) <= width {
		return line
	}
	words := strings.Split(strings.TrimLeft(line, " "), " ")
	start := strings.Repeat(" ", len(line)-len(strings.TrimLeft(line, " ")))
	var b strings.Builder
	b.WriteString(start + words[0])
	column := utf8.RuneCountInString(start + words[0])
	for _, word := range words[1:] {
		if n := utf8.RuneCountInString(word); column+1+n > width {
			hanging := start + strings.Repeat(" ", indent)
			b.WriteString("\n" + hanging + word)
			column = len(hanging) + n
		} else {
			b.WriteString(" " + word)
			column += 1 + n
		}
	}
	return b.String()
}
