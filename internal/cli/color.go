package cli

import (
	"io"
	"os"
	"runtime"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// colors says which of the two outputs have colours.
type colors struct{ out, err bool }

// choose decides it: when is "auto", "always" or "never". With auto, terminals have colours, unless the environment speaks against it: see
// no-color.org.
func (c *colors) choose(when string, out, err io.Writer) {
	auto := when == "auto" && os.Getenv("NO_COLOR") == "" && understandsCodes()
	c.out = when == "always" || auto && isTerminal(out)
	c.err = when == "always" || auto && isTerminal(err)
}

// understandsCodes reports whether the terminal, if there is one, acts upon escape codes. Old consoles of Windows do not.
func understandsCodes() bool {
	term := os.Getenv("TERM")
	return term != "dumb" && (runtime.GOOS != "windows" || term != "" || os.Getenv("WT_SESSION") != "")
}

// isTerminal reports whether a stream is a terminal: the null device is none.
func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && file.Name() != os.DevNull
}

// The escape codes.
const (
	bold   = "\x1b[1m"
	dim    = "\x1b[2m"
	red    = "\x1b[31m"
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	normal = "\x1b[0m"
)

// mark is something that the command itself writes into its text. The expression has three groups, and the second gets the colour.
type mark struct {
	is    *lazyregexp.Regexp
	color string
}

var marks = []mark{
	{lazyregexp.New(`(?m)^((?:tierwall: )?(?:\S+: )?)(error|finding)(:)`), red},
	{lazyregexp.New(`(?m)^((?:tierwall: )?(?:\S+: )?)(warning|unknown|not known|note)(:)`), yellow},
	{lazyregexp.New(`(?m)^((?:tierwall: )?)([^\s:]+:\d+:\d+)(:)`), dim},       // where a problem of a file is
	{lazyregexp.New(`(?m)(\()([^\s:()]+:\d+(?:, [^\s:()]+:\d+)*)(\))$`), dim}, // where a finding is
	{lazyregexp.New(`(?m)(  )([^\s:]+:\d+(?:, [^\s:]+:\d+)*)()$`), dim},       // the same in the last column of a table
	{lazyregexp.New(`(?m)^( +\| +)(\^+)()$`), red},
	{lazyregexp.New(`(?m)^()( *[A-Z][A-Z, ]*(?:  +[A-Z][A-Z, ]*)+)()$`), bold}, // the head of a table
	{lazyregexp.New(`(?m)^()([A-Za-z][A-Za-z ]*:)()$`), bold},                  // a title
	{lazyregexp.New(`(?m)(  )(excess|missing|weakened|unprotected)()$`), red},  // verdicts on pairs
	{lazyregexp.New(`(?m)(  )(unknown)()$`), yellow},
	{lazyregexp.New(`(?m)^()(\d+ findings?)()\b`), red},
	{lazyregexp.New(`(?m)^()(exact|as expected|no findings|no traffic changes|up to date|carries the same traffic)()\b`), green},
	{lazyregexp.New(`(?m)^()(not up to date|not proven)()\b`), yellow},
	{lazyregexp.New(`(?m)^(\S+ (?:\([a-z0-9-]+\) )?)(carried)(:)`), green}, // verdicts on connections
	{lazyregexp.New(`(?m)^(\S+ (?:\([a-z0-9-]+\) )?)(not carried)(:)`), red},
	{lazyregexp.New(`(?m)^(\S+ (?:\([a-z0-9-]+\) )?)(not known|carried in part)(:)`), yellow},
	{lazyregexp.New(`(?m)^()(next: tierwall .*)()$`), bold},
	{lazyregexp.New(`(?m)^()(--- .*|\+\+\+ .*)()$`), bold}, // changes
	{lazyregexp.New(`(?m)^()([~+-]\? .*|~ .*|@@ .*)()$`), yellow},
	{lazyregexp.New(`(?m)^()(\+.*)()$`), green},
	{lazyregexp.New(`(?m)^()(-.*)()$`), red},
}

// colored colours the marks in a text that is printable: its own words can hold no escape codes.
func colored(text string) string {
	for _, m := range marks {
		text = m.is.ReplaceAllString(text, "${1}"+m.color+"${2}"+normal+"${3}")
	}
	return text
}
