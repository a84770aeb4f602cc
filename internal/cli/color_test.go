package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

var withoutCodes = strings.NewReplacer(bold, "", dim, "", red, "", green, "", yellow, "", normal, "")

func TestColored(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"tierwall: error: Web -> Data: no (a.yaml:14)":      "tierwall: [31merror[0m: Web -> Data: no ([2ma.yaml:14[0m)",
		"tierwall: a.yaml:3:30: error: an unknown key":      "tierwall: [2ma.yaml:3:30[0m: [31merror[0m: an unknown key",
		"      |          ^^":                               "      |          [31m^^[0m",
		"warning: the tier is not wired (a.yaml:6, b.go:7)": "[33mwarning[0m: the tier is not wired ([2ma.yaml:6, b.go:7[0m)",
		"FROM  TO   DECLARED AT":                            "[1mFROM  TO   DECLARED AT[0m",
		"Web   App  a.yaml:3":                               "Web   App  [2ma.yaml:3[0m",
		"Web   App  tcp/443  excess":                        "Web   App  tcp/443  [31mexcess[0m",
		"exact: 3 pairs of peers carry":                     "[32mexact[0m: 3 pairs of peers carry",
		"2 findings":                                        "[31m2 findings[0m",
		"tcp/443 (https) carried: a -> b":                   "tcp/443 (https) [32mcarried[0m: a -> b",
		"tcp/443 carried in part: udp/53; a -> b":           "tcp/443 [33mcarried in part[0m: udp/53; a -> b",
		"+  App  Database":                                  "[32m+  App  Database[0m",
		"--- network_gen.go":                                "[1m--- network_gen.go[0m",
		"+?  App  Database":                                 "[33m+?  App  Database[0m",
		"Security group rules:":                             "[1mSecurity group rules:[0m",
		"    fix: write an error: so":                       "    fix: write an error: so",
		"App   WEB":                                         "App   WEB",
	} {
		assert.Equal(t, strings.ReplaceAll(want, "[", "\x1b["), colored(text))
	}
}

// TestColorsOnlyMark: colours change nothing else of a text, and no text brings escape codes of its own.
func TestColorsOnlyMark(t *testing.T) {
	t.Parallel()
	word := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"error:", "\x1b[31m", "a.go:3", "(a.go:3)", "exact", "\n", "  ", "+", "-", "FROM  TO", "tcp/1 carried:",
		"\x1b]0;title\x07", "finding", "\u202e",
	}))
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(word).Draw(t, "words"), "")
		var out, err bytes.Buffer
		c := console{out: &out, err: &err, colors: &colors{true, true}}
		assert.NoError(t, c.print(text))
		assert.Equal(t, printableLines(text), withoutCodes.Replace(out.String()))
		assert.NoError(t, c.tell(text))
		assert.NotContains(t, withoutCodes.Replace(err.String()), "\x1b")
		out.Reset()
		assert.NoError(t, c.file(text))
		assert.Equal(t, printableLines(text), out.String())
	})
}

func TestChooseColors(t *testing.T) {
	for _, test := range []struct {
		when, noColor, term string
		want                bool
	}{
		{"auto", "", "xterm", false}, // a buffer is no terminal
		{"always", "", "xterm", true},
		{"always", "1", "dumb", true}, // who asks for it gets it
		{"never", "", "xterm", false},
	} {
		t.Setenv("NO_COLOR", test.noColor)
		t.Setenv("TERM", test.term)
		var c colors
		c.choose(test.when, &bytes.Buffer{}, &bytes.Buffer{})
		assert.Equal(t, colors{test.want, test.want}, c, test)
	}
}
