package cli

import (
	"os"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// defaultWidth is the width of the output, in characters, unless the terminal is narrower: longer lines are hard to read.
const defaultWidth = 100

// hangingIndent is how far the continuation lines of wrapped prose are indented beyond its first line.
const hangingIndent = 2

// outputWidth returns the width of the output: COLUMNS if the environment sets it, as for the help, or else defaultWidth, but no more than
// the terminal has.
func outputWidth() int {
	if columns, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && columns > 0 {
		return columns
	}
	return screenWidth()
}

var screenWidth = sync.OnceValue(func() int {
	if columns := terminalWidth(os.Stdout); columns > 0 {
		return min(columns, defaultWidth)
	}
	return defaultWidth
})

// prose makes text printable and wraps its lines at the width of the output. It returns no newline at the end.
func prose(text string) string {
	parts := strings.Split(text, "\n")
	for i, line := range parts {
		parts[i] = wrapLine(printable(line), outputWidth())
	}
	return strings.Join(parts, "\n")
}

// wrapLine breaks a line at spaces so that no part is wider than width, as far as words allow.
func wrapLine(line string, width int) string {
	if utf8.RuneCountInString(line) <= width {
		return line
	}
	words := strings.Split(strings.TrimLeft(line, " "), " ")
	indent := strings.Repeat(" ", len(line)-len(strings.TrimLeft(line, " ")))
	var b strings.Builder
	b.WriteString(indent + words[0])
	column := utf8.RuneCountInString(indent + words[0])
	for _, word := range words[1:] {
		if n := utf8.RuneCountInString(word); column+1+n > width {
			indent := indent + strings.Repeat(" ", hangingIndent)
			b.WriteString("\n" + indent + word)
			column = len(indent) + n
		} else {
			b.WriteString(" " + word)
			column += 1 + n
		}
	}
	return b.String()
}
