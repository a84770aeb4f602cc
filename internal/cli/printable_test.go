package cli

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPrintable(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain é 日本 😀": "plain é 日本 😀", "\x1b[31m": `\x1b[31m`, "\u009b31m": `\x9b31m`, "\x9b31m": `\x9b31m`, "a\x7f": `a\x7f`,
		"a\r\n\tb": `a\r\n\tb`,
		"\u061c":   `\u061c`, "\u200e\u200f": `\u200e\u200f`, "\u202a\u202b\u202c\u202d\u202e": `\u202a\u202b\u202c\u202d\u202e`,
		"\u2066\u2067\u2068\u2069":       `\u2066\u2067\u2068\u2069`,
		"\u200b\u200c\u200d\ufeff\u2060": `\u200b\u200c\u200d\ufeff\u2060`, "\u2028\u2029": `\u2028\u2029`, "\U000e0041": `\U000e0041`,
		"\xed\xa0\x80": `\xed\xa0\x80`,
		"a\xff\xfe":    `a\xff\xfe`, "\ufffd": "\ufffd", "\u00ad": `\xad`, "\ufe0f": `\ufe0f`, "\u3164": `\u3164`, "\u034f": `\u034f`,
		"\ue000": `\ue000`,
	} {
		assert.Equal(t, want, printable(in))
	}
}

func TestColumnsCountEscapes(t *testing.T) {
	t.Parallel()
	text := (&table{head: []string{"A", "B"}, rows: [][]string{{"\u202ex", "1"}, {"y", "2"}}}).text()
	assert.Equal(t, "A        B\n\\u202ex  1\ny        2\n", text)
}

func TestJSONHoldsWhatItShows(t *testing.T) {
	t.Parallel()
	value := "a\u202eb\u009b\U000e0041\u2028\u007f\n\x01😀"
	got, err := toJSON(map[string]string{"x": value})
	require.NoError(t, err)
	assert.Equal(t, got, printableLines(got), "nothing is left to escape")
	var back map[string]string
	require.NoError(t, json.Unmarshal([]byte(got), &back))
	assert.Equal(t, value, back["x"])
}

// TestErrorsAreShownAsTheyAre checks that errors with text from a user or template are escaped, too.
func TestErrorsAreShownAsTheyAre(t *testing.T) {
	t.Parallel()
	var out, errs bytes.Buffer
	assert.Equal(t, exitUsage, Main([]string{"show", "no\x1b[31m\u202efile.json"}, strings.NewReader(""), &out, &errs))
	assert.Equal(t, exitUsage, Main([]string{"no\x1b[31mcommand"}, strings.NewReader(""), &out, &errs))
	assert.NotContains(t, errs.String(), "\x1b")
	assert.NotContains(t, errs.String(), "\u202e")
	assert.Contains(t, errs.String(), `\x1b[31m`)
}

func FuzzPrintable(f *testing.F) {
	f.Add("a\x1b\u202e\xff")
	f.Fuzz(func(t *testing.T, s string) {
		got := printable(s)
		assert.True(t, utf8.ValidString(got))
		assert.Equal(t, got, printable(got), "it is escaped once")
		assert.NotContains(t, got, "\n")
		assert.Equal(t, strings.Count(s, "\n"), strings.Count(printableLines(s), "\n"))
	})
}
