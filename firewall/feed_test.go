package firewall

import (
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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

// addresses draws a list of addresses and blocks as in feeds.
func addresses() *rapid.Generator[[]netip.Prefix] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) netip.Prefix {
		if rapid.Bool().Draw(t, "v6") {
			var a [16]byte
			copy(a[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "address"))
			a[0] = 0x20
			return netip.PrefixFrom(netip.AddrFrom16(a), rapid.IntRange(minFeedBits6, 128).Draw(t, "bits")).Masked()
		}
		a := [4]byte{
			byte(rapid.IntRange(193, 223).Draw(t, "first")), rapid.Byte().Draw(t, "second"), rapid.Byte().Draw(t, "third"),
			rapid.Byte().Draw(t, "fourth"),
		}
		return netip.PrefixFrom(netip.AddrFrom4(a), rapid.IntRange(minFeedBits4, 32).Draw(t, "bits")).Masked()
	}), 1, 400)
}

// TestIPFeedDropsItsList checks that the rules drop exactly the addresses of the list, in both directions, in every order of its lines.
func TestIPFeedDropsItsList(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := addresses().Draw(t, "list")
		texts := make([]string, len(list))
		for i, p := range list {
			texts[i] = p.String()
		}
		rules := IPFeed("bad", strings.NewReader(strings.Join(texts, "\n")))
		require.Empty(t, rules.problems)
		lines := checked(t, rules.text)
		listed := func(a netip.Addr) bool {
			return slices.ContainsFunc(list, func(p netip.Prefix) bool { return p.Contains(a) })
		}
		for _, p := range list {
			for _, a := range []netip.Addr{p.Addr(), p.Addr().Prev(), lastOf(p), lastOf(p).Next()} {
				if !a.IsValid() || a.Is4In6() {
					continue
				}
				assert.Equal(t, listed(a), drops(t, lines, func(r suricata.Rule) string { return r.Destination }, a), "to %s", a)
				assert.Equal(t, listed(a), drops(t, lines, func(r suricata.Rule) string { return r.Source }, a), "from %s", a)
			}
		}
		for _, l := range lines {
			header := l.Rule.Source + l.Rule.Destination
			assert.False(t, strings.Contains(header, ".") && strings.Contains(header, ":"), "one family in %s", header)
		}
		slices.Reverse(texts)
		assert.Equal(t, rules.text, IPFeed("bad", strings.NewReader(strings.Join(texts, "\r\n\n")+"# the end")).text)
	})
}

func lastOf(p netip.Prefix) netip.Addr {
	bytes := p.Addr().AsSlice()
	for bit := p.Bits(); bit < len(bytes)*8; bit++ {
		bytes[bit/8] |= 0x80 >> (bit % 8)
	}
	a, _ := netip.AddrFromSlice(bytes) // Of 4 or 16 bytes.
	return a
}

func drops(t require.TestingT, lines []suricata.Line, side func(suricata.Rule) string, a netip.Addr) bool {
	for _, l := range lines {
		require.Equal(t, suricata.Drop, l.Rule.Action)
		if text := side(l.Rule); text != "any" {
			set, err := suricata.Group{}.Addresses(text)
			require.NoError(t, err)
			if set.Set.Contains(a) {
				return true
			}
		}
	}
	return false
}

// TestFeedNumbers checks that a newer list with the same name keeps the numbers of its rules, and that a name keeps its numbers.
func TestFeedNumbers(t *testing.T) {
	t.Parallel()
	many := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "198.%d.%d.1\n", 20+i/256, i%256)
		}
		return b.String()
	}
	numbers := func(r Rules) []int {
		var out []int
		for _, l := range checked(t, r.text) {
			sid, _ := l.Rule.SID()
			assert.True(t, sid >= feedBand && sid < 2*feedBand, "%d is in the band of feeds", sid)
			out = append(out, sid)
		}
		return out
	}
	addresses := func(list string) []int { return numbers(IPFeed("bad", strings.NewReader(list))) }
	names := func(list string) []int { return numbers(DomainFeed("bad", strings.NewReader(list))) }
	before, after := addresses(many(2*feedChunk)), addresses("193.0.2.1\n"+many(2*feedChunk))
	require.Len(t, before, 4)
	require.Len(t, after, 6)
	assert.Equal(t, before, after[:4])
	assert.Equal(t, addresses("2001:db8::/32"), addresses("2001:db8::/32\n193.0.2.1")[2:])
	assert.NotEqual(t, before, numbers(IPFeed("worse", strings.NewReader(many(2*feedChunk)))))

	before, after = names("a.example\nc.example"), names("a.example\n.b.example\nA.example\nc.example ; twice is once")
	require.Len(t, before, 4)
	require.Len(t, after, 6)
	assert.Equal(t, before, slices.Delete(slices.Clone(after), 2, 4))
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

// TestFeedLines checks that every line is an entry, is ignored, or is named in the error, and that it never becomes another rule.
func TestFeedLines(t *testing.T) {
	t.Parallel()
	line := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"192.0.2.1", ".bad.example", `x"; sid:1;) pass ip any any -> any any (sid:2;`, "# no", "::1/128", "\x00", "a.example\rb.example",
	}))
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(line, 0, 20).Draw(t, "lines"), "\n")
		for _, r := range []Rules{IPFeed("bad", strings.NewReader(text)), DomainFeed("bad", strings.NewReader(text))} {
			for _, l := range checked(t, r.text) {
				require.Equal(t, suricata.Drop, l.Rule.Action)
			}
			require.True(t, r.text != "" || len(r.problems) > 0, "no rule and no problem for %q", text)
		}
	})
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

func FuzzFeeds(f *testing.F) {
	f.Add("bad", "192.0.2.0/24 # x\n2001:db8::1\n.bad.example\n")
	f.Fuzz(func(t *testing.T, name, list string) {
		for _, r := range []Rules{IPFeed(name, strings.NewReader(list)), DomainFeed(name, strings.NewReader(list))} {
			checked(t, r.text)
		}
	})
}
