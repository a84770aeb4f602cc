package suricata

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const good = `pass tcp 10.0.1.0/24 any -> 10.0.2.0/24 8080 (msg:"web to app\; \"daily\""; flow:to_server; sid:1; rev:2;)`

func TestParse(t *testing.T) {
	t.Parallel()
	r, err := Parse(good)
	require.NoError(t, err)
	assert.Equal(t, Rule{
		Action: Pass, Protocol: "tcp", Source: "10.0.1.0/24", SourcePort: "any", Destination: "10.0.2.0/24", DestinationPort: "8080",
		Options: []Option{{"msg", `"web to app\; \"daily\""`}, {"flow", "to_server"}, {"sid", "1"}, {"rev", "2"}},
	}, r)
	assert.Equal(t, `web to app; "daily"`, r.Msg())
	assert.Equal(t, good, r.String())

	for text, want := range map[string]string{
		"":                                                       "column 1: expected an action",
		"allow tcp any any -> any any ()":                        `column 1: got the action "allow"`,
		"pass tcp any any":                                       "column 17: expected the options in parentheses",
		"pass tcp any any -> any any":                            "column 28: expected the options",
		"pass tcp any any => any any (sid:1;)":                   "column 18: expected the direction",
		"pass tcp any any -> any any (sid:1)":                    "column 30: expected an option that ends with a semicolon",
		"pass tcp any any -> any any (sid:1;":                    "column 36: expected an option",
		"pass tcp any any -> any any (sid:;)":                    "column 30: expected a value after sid",
		"pass tcp any any -> any any (sid:1;) drop":              "column 38: expected nothing after the options",
		`pass tcp any any -> any any (msg:"a;b"; sid:1;)`:        `column 37: expected a keyword, got "b\""`,
		"pass tcp any any -> any any (msg:\"a\nb\"; sid:1;)":     "column 36: a character that is not printable ASCII",
		"pass tcp any any -> any any (msg:\"é\"; sid:1;)":        "column 35: a character",
		"pass tcp any any -> [10.0.0.0/8, !10.1.0.0/16 any (a;)": "expected a closing bracket",
		"pass tcp 10.0.0.0/8 any -> any any sid:1":               "expected the options in parentheses",
	} {
		_, err := Parse(text)
		if assert.Error(t, err, text) {
			assert.Contains(t, err.Error(), want, text)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(good)
	data, err := os.ReadFile("testdata/corpus/written.rules")
	if err != nil {
		f.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		f.Add(line)
	}
	f.Add(`drop http [10.0.0.0/8, !10.1.0.0/16] any -> $HOME_NET ![80,8080:] (http.host; pcre:!"/a\;b/"; sid:2;)`)
	f.Fuzz(func(t *testing.T, text string) {
		lines, _ := ParseText(text)
		for _, line := range lines {
			again, err := Parse(line.Rule.String())
			if err != nil || again.String() != line.Rule.String() {
				t.Fatalf("%q became %q: %v", line.Rule.String(), again.String(), err)
			}
		}
		Check(Group{StrictOrder: true, Lines: lines})
		Shadows([]Group{{Lines: lines}})
		CheckPolicy([]Group{{Lines: lines}})
	})
}
