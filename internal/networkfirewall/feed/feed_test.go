package feed

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/suricata"
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
		rules := IPs("bad", strings.NewReader(strings.Join(texts, "\n")))
		require.Empty(t, rules.Problems)
		lines := checked(t, rules.Text)
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
		assert.Equal(t, rules.Text, IPs("bad", strings.NewReader(strings.Join(texts, "\r\n\n")+"# the end")).Text)
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
		for _, l := range checked(t, r.Text) {
			sid, _ := l.Rule.SID()
			assert.True(t, sid >= feedBand && sid < 2*feedBand, "%d is in the band of feeds", sid)
			out = append(out, sid)
		}
		return out
	}
	addresses := func(list string) []int { return numbers(IPs("bad", strings.NewReader(list))) }
	names := func(list string) []int { return numbers(Domains("bad", strings.NewReader(list))) }
	before, after := addresses(many(2*feedChunk)), addresses("193.0.2.1\n"+many(2*feedChunk))
	require.Len(t, before, 4)
	require.Len(t, after, 6)
	assert.Equal(t, before, after[:4])
	assert.Equal(t, addresses("2001:db8::/32"), addresses("2001:db8::/32\n193.0.2.1")[2:])
	assert.NotEqual(t, before, numbers(IPs("worse", strings.NewReader(many(2*feedChunk)))))

	before, after = names("a.example\nc.example"), names("a.example\n.b.example\nA.example\nc.example ; twice is once")
	require.Len(t, before, 4)
	require.Len(t, after, 6)
	assert.Equal(t, before, slices.Delete(slices.Clone(after), 2, 4))
}

// TestFeedLines checks that every line is an entry, is ignored, or is named in the error, and that it never becomes another rule.
func TestFeedLines(t *testing.T) {
	t.Parallel()
	line := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"192.0.2.1", ".bad.example", `x"; sid:1;) pass ip any any -> any any (sid:2;`, "# no", "::1/128", "\x00", "a.example\rb.example",
	}))
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(line, 0, 20).Draw(t, "lines"), "\n")
		for _, r := range []Rules{IPs("bad", strings.NewReader(text)), Domains("bad", strings.NewReader(text))} {
			for _, l := range checked(t, r.Text) {
				require.Equal(t, suricata.Drop, l.Rule.Action)
			}
			require.True(t, r.Text != "" || len(r.Problems) > 0, "no rule and no problem for %q", text)
		}
	})
}

func FuzzFeeds(f *testing.F) {
	f.Add("bad", "192.0.2.0/24 # x\n2001:db8::1\n.bad.example\n")
	f.Fuzz(func(t *testing.T, name, list string) {
		for _, r := range []Rules{IPs(name, strings.NewReader(list)), Domains(name, strings.NewReader(list))} {
			checked(t, r.Text)
		}
	})
}
