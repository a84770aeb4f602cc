package firewall

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/suricata"
	"github.com/tierwall/tierwall/internal/suricatatest"
)

// checked returns the rules of a text, and requires that AWS accepts them.
func checked(t require.TestingT, text string) []suricata.Line {
	lines, problems := suricata.ParseText(text)
	require.Empty(t, problems)
	require.Empty(t, suricata.Check(suricata.Group{Lines: lines, StrictOrder: true}))
	return lines
}

// TestFeedFiles checks that a file is read like any other list.
func TestFeedFiles(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "list.txt")
	list := strings.Repeat("# a comment\n", 1000) + "192.0.2.1\n"
	require.NoError(t, os.WriteFile(path, []byte(list), 0o600))
	want := IPFeed("bad", strings.NewReader(list))
	got := IPFeed("bad", File(path))
	assert.Empty(t, got.problems)
	assert.Equal(t, want.text, got.text)
	assert.NotEmpty(t, got.text)
}

// TestTuples checks that a tuple becomes the rule that it describes, or an error, and that no field becomes a rule or option of its own.
func TestTuples(t *testing.T) {
	t.Parallel()
	field := func(good ...string) *rapid.Generator[string] {
		return rapid.Custom(func(t *rapid.T) string {
			if rapid.IntRange(0, 19).Draw(t, "bad") == 0 {
				return rapid.String().Draw(t, "text")
			}
			return rapid.SampledFrom(good).Draw(t, "good")
		})
	}
	rapid.Check(t, func(t *rapid.T) {
		tuple := Tuple{
			Action: Action(field("pass", "drop", "alert").Draw(t, "action")), Protocol: Protocol(field("tcp", "tls").Draw(t, "protocol")),
			Source:      field("", "10.0.0.0/24", "[10.0.1.0/24,!10.0.1.5]").Draw(t, "source"),
			Destination: field("any", "$HOME_NET").Draw(t, "destination"),
			SourcePort:  field("", "any").Draw(t, "source port"), DestinationPort: field("443", "[80,8000:8010]").Draw(t, "destination port"),
			Flow: field("", "to_server").Draw(t, "flow"), Message: field("", `a; "b" \`).Draw(t, "message"),
			SID:     rapid.IntRange(-1, 9).Draw(t, "SID"),
			Options: field("", `content:"x"; nocase`, `content:"x";`).Draw(t, "options"),
		}
		rules := Tuples(tuple)
		lines, problems := suricata.ParseText(rules.text)
		if len(rules.problems)+len(problems)+len(suricata.Check(suricata.Group{Lines: lines, StrictOrder: true})) > 0 {
			return
		}
		require.Len(t, lines, 1)
		r := lines[0].Rule
		sid, _ := r.SID()
		or := func(s string) string {
			if s == "" {
				return "any"
			}
			return s
		}
		assert.Equal(t, []string{
			string(tuple.Action), string(tuple.Protocol), or(tuple.Source), or(tuple.SourcePort), or(tuple.Destination),
			or(tuple.DestinationPort), tuple.Message,
		}, []string{string(r.Action), r.Protocol, r.Source, r.SourcePort, r.Destination, r.DestinationPort, r.Msg()})
		assert.Equal(t, tuple.SID, sid)
	})
}

// TestSuricataTakesFeeds lets Suricata load the rules of feeds and tuples.
func TestSuricataTakesFeeds(t *testing.T) {
	suricatatest.Available(t)
	var list strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&list, "198.51.%d.%d\n2001:db8:%x::/48\n", 2*i/256, 2*i%256, i)
	}
	tuples := Tuples(
		Tuple{
			Action: Pass, Protocol: "tcp", Source: "[10.0.1.0/24,!10.0.1.5]", DestinationPort: "8000:8010", Flow: "to_server", SID: 11,
			Message: `"a"; b\`,
		},
		Tuple{Action: Alert, Protocol: "http", Flow: "to_server", SID: 12, Options: `http.host; content:"x.example"; endswith`},
	)
	text := strings.Join([]string{
		IPFeed("bad", strings.NewReader(list.String())).text,
		DomainFeed("worse", strings.NewReader("a.example\n.b.example\nxn--bcher-kva.example")).text,
		tuples.text,
	}, "\n")
	checked(t, text)
	dir := t.TempDir()
	rules, config := filepath.Join(dir, "r.rules"), filepath.Join(dir, "min.yaml")
	require.NoError(t, os.WriteFile(rules, []byte(text), 0o600))
	require.NoError(t, os.WriteFile(config, []byte(`%YAML 1.1
---
vars:
  address-groups:
    HOME_NET: "[10.0.0.0/8]"
    EXTERNAL_NET: "!$HOME_NET"
`), 0o600))
	out, err := exec.Command("suricata", "-T", "-c", config, "-S", rules, "-l", dir, "--init-errors-fatal").CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// TestLineEnds: rules from a checkout on Windows are the same.
func TestLineEnds(t *testing.T) {
	t.Parallel()
	const text = "drop tcp any any -> 192.0.2.1 any (sid:1;)\n\tdrop tcp any any -> 192.0.2.2 any (sid:2;)\n"
	assert.Equal(t, Suricata(text), Suricata(strings.ReplaceAll(text, "\n", "\r\n")))
}
