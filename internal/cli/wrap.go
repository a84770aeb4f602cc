package cli

import (
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/tierwall/tierwall/internal/texttable"
)

// defaultWidth is the width of the output, in characters, unless the terminal is narrower: longer lines are hard to read.
const defaultWidth = 100

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
		parts[i] = texttable.Wrap(printable(line), outputWidth())
	}
	return strings.Join(parts, "\n")
}
