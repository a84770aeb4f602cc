package importer_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/importer"
)

var allBad = flag.Bool("badcontrols", false, "try all changes of the templates with controls, in place of a sample")

var ruleCount = flag.Int("rules", 2000, "rules of the large firewall")

// badValues replace the values of properties.
var badValues = []string{
	`"a\n\"b\"\\ ; ${c} {{resolve:x}} \u202e # d"`, "[]", "{}", "{Ref: Nothing}", `[[{}], "x", 7]`, "!Ref Vpc",
	"{Statement: {Effect: Allow, Principal: 7, Action: {}, Resource: [[]]}}", `{"Fn::If": [NoSuchCondition, a, b]}`,
}

// TestBadControls changes single values of the templates with controls: nothing panics, each line of the report stays one line, and no
// document is called good that would carry more.
func TestBadControls(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/controls/*.yaml")
	require.NoError(t, err)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			tried, n := 0, len(data)
			lines := strings.Split(string(data), "\n")
			for at, text := range lines {
				key, value, found := strings.Cut(text, ": ")
				if !found || strings.HasPrefix(strings.TrimSpace(text), "#") || strings.TrimSpace(value) == "" {
					continue
				}
				for _, bad := range badValues {
					if n++; n%67 != 0 && !*allBad {
						continue
					}
					changed := strings.Join(lines[:at], "\n") + "\n" + key + ": " + bad + "\n" + strings.Join(lines[at+1:], "\n")
					if tryBad(t, fmt.Sprintf("%s:%d: %s", file, at+1, bad), changed) {
						tried++
					}
				}
			}
			assert.NotZero(t, tried)
		})
	}
}

// tryBad imports a text. It returns false if the text is no template.
func tryBad(t *testing.T, name, text string) bool {
	t.Helper()
	a, err := cfn.Read("t.yaml", []byte(text), nil)
	if err != nil {
		return false
	}
	d, report := importer.Import(a, importer.Options{Today: today})
	assert.Empty(t, report.Verdict.Wider, name)
	for _, r := range report.Residual {
		assert.NotContains(t, r.At+r.Text, "\n", name)
		assert.NotContains(t, r.At+r.Text, "\u202e", name)
	}
	if d != nil {
		_, problems := document.Parse("architecture.yaml", d.Write())
		assert.False(t, problems.HasErrors(), "%s: %v", name, problems.Error())
	}
	return true
}

// TestForeignControls makes the security groups of the templates foreign: what their rules say is not known, so no flow to a name and no
// grant follows from them.
func TestForeignControls(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/controls/*.yaml")
	require.NoError(t, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		bad := strings.ReplaceAll(string(data), "Type: AWS::EC2::SecurityGroup\n", "Type: Somebody::Elses::Group\n")
		assert.True(t, tryBad(t, file, bad), file)
	}
}

// TestHostileRules imports a firewall with rules that no Suricata accepts, and with thousands of rules.
func TestHostileRules(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/controls/egress-names.yaml")
	require.NoError(t, err)
	const before = "            # One name, one port, and two rules that no flow says.\n"
	require.Contains(t, string(data), before)
	var many strings.Builder
	for n := range *ruleCount {
		fmt.Fprintf(&many, "            pass tls $HOME_NET any -> any 443 (tls.sni; content:\"h%d.example.com\"; startswith; endswith; "+
			"sid:%d;)\n", n, 2_000_000+n)
	}
	for _, rules := range []string{
		"            pass tcp any any -> any any (msg:\"\\\"\\;\\\\\"; sid:50;)\n",
		"            pass tcp [any any -> ]] 0 (((\n            drop (\n            \x01\n",
		"            pass tls any any -> any 443 (tls.sni; content:\"a|0a|b\"; content:\"x\\\"y\"; pcre:\"/(/\"; sid:51;)\n",
		"            pass tcp $A any -> $B $C (sid:52;)\n",
		"            pass tcp 10.0.0.0/8 any <> 10.0.0.0/8 any (sid:1000000; sid:1000001;)\n",
		many.String(),
	} {
		tryBad(t, rules[:min(len(rules), 80)], strings.Replace(string(data), before, rules, 1))
	}
}
