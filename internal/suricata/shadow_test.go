package suricata

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestShadows(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ rules, want string }{
		"by one": {`
			pass tcp 10.0.0.0/16 any -> any 443 (sid:1;)
			pass tcp 10.0.1.0/24 any -> 10.9.0.0/16 443 (sid:2;)`, "2 by 1"},
		"by two together": {`
			pass tcp 10.0.0.0/25 any -> any 80:443 (sid:1;)
			pass tcp 10.0.0.128/25 any -> any [80,443] (sid:2;)
			pass tcp 10.0.0.0/24 any -> 10.9.0.0/16 443 (sid:3;)`, "3 by 1 2"},
		"a gap of one port": {`
			pass tcp any any -> any :442 (sid:1;)
			pass tcp any any -> any 444: (sid:2;)
			pass tcp any any -> any any (sid:3;)`, ""},
		"the opposite": {`
			drop ip any any -> 10.0.0.0/8 any (sid:1;)
			pass udp any any -> 10.1.0.0/16 53 (sid:2;)`, "2 by 1 contradicts"},
		"a rule with options is inside its header": {`
			pass tcp any any -> any 80 (flow:to_server; sid:1;)
			drop http any any -> any 80 (flow:to_server; http.host; content:"x"; sid:2;)`, "2 by 1 contradicts"},
		"and shadows nothing": {`
			drop http any any -> any 80 (flow:to_server; http.host; content:"x"; sid:1;)
			pass tcp any any -> any 80 (flow:to_server; sid:2;)`, ""},
		"one way does not shadow both": {`
			pass tcp any any -> any 80 (flow:to_server; sid:1;)
			pass tcp any any -> any 80 (sid:2;)`, ""},
		"both ways do": {`
			pass tcp any any -> any 80 (flow:to_server; sid:1;)
			pass tcp any any -> any 80 (flow:to_client; sid:2;)
			pass tcp any any -> any 80 (flow:established; sid:3;)`, "3 by 1 2"},
		"an alert ends nothing": {`
			alert tcp any any -> any any (sid:1;)
			drop tcp any any -> any any (sid:2;)`, ""},
		"unknown addresses shadow nothing": {`
			drop tcp @LIST any -> any any (sid:1;)
			drop tcp @LIST any -> any any (sid:2;)`, ""},
		"but are shadowed by every address": {`
			drop tcp any any -> any any (sid:1;)
			drop tcp @LIST any -> any any (sid:2;)`, "2 by 1"},
		"other protocols": {`
			pass tcp any any -> any any (sid:1;)
			drop udp any any -> any any (sid:2;)`, ""},
		"families apart": {`
			drop ip 0.0.0.0/0 any -> any any (sid:1;)
			drop ip any any -> any any (sid:2;)`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lines, problems := ParseText(test.rules)
			require.Empty(t, problems)
			g := Group{Lines: lines, References: []string{"LIST"}}
			var got []string
			for _, s := range Shadows([]Group{g}) {
				text := fmt.Sprint(s.Rule.Line+1, " by")
				for _, by := range s.By {
					text += fmt.Sprint(" ", by.Line+1)
				}
				if s.Contradiction {
					text += " contradicts"
				}
				got = append(got, text)
			}
			assert.Equal(t, test.want, strings.Join(got, ", "))
		})
	}
}

// TestShadowsOfRandomRules compares Shadows with a search over every packet that could make a difference: a rule is shadowed exactly if
// earlier rules decide all packets that it matches, and the rules that Shadows names must be enough.
func TestShadowsOfRandomRules(t *testing.T) {
	t.Parallel()
	blocks := []string{
		"any", "any", "10.0.0.0/8", "10.1.0.0/16", "10.1.0.0/17", "10.1.128.0/17", "10.0.0.0/15", "0.0.0.0/1", "128.0.0.0/1", "::/0",
		"2001:db8::/32", "2001:db8:8000::/33", "[10.1.0.0/17,10.1.128.0/17]", "!10.1.0.0/16",
	}
	ports := []string{"any", "any", ":442", "443", "444:", "!443"}
	flows := []string{
		"", "", "flow:to_server; ", "flow:to_client; ", "flow:to_server,established; ", "flow:established; ", "flow:not_established; ",
	}
	packets := allPackets()
	rapid.Check(t, func(t *rapid.T) {
		pick := func(what string, from []string) string { return rapid.SampledFrom(from).Draw(t, what) }
		var g Group
		for i := range rapid.IntRange(2, 8).Draw(t, "rules") {
			text := fmt.Sprintf("%s %s %s any -> %s %s (%ssid:%d;)",
				pick("action", []string{"pass", "pass", "drop", "alert"}), pick("protocol", []string{"tcp", "tcp", "udp", "ip"}),
				pick("source", blocks), pick("destination", blocks), pick("port", ports), pick("flow", flows), i+1)
			g.Lines = append(g.Lines, Line{Number: i + 1, Text: text, Rule: must(Parse(text))})
		}
		matches := make([][]bool, len(g.Lines))
		for i, line := range g.Lines {
			boxes, _ := g.boxes(line.Rule)
			matches[i] = make([]bool, len(packets))
			for j := range packets {
				matches[i][j] = slices.ContainsFunc(boxes, func(b box) bool { return b.meets(&packets[j]) })
			}
		}
		covered := func(i int, by []int) bool {
			some := false
			for j := range packets {
				some = some || matches[i][j]
				if matches[i][j] && !slices.ContainsFunc(by, func(k int) bool { return matches[k][j] }) {
					return false
				}
			}
			return some
		}
		found := map[int][]int{}
		for _, s := range Shadows([]Group{g}) {
			for _, by := range s.By {
				found[s.Rule.Line] = append(found[s.Rule.Line], by.Line)
			}
		}
		for i := range g.Lines {
			var before []int
			for k := range i {
				if g.Lines[k].Rule.Action.Decides() {
					before = append(before, k)
				}
			}
			by, shadowed := found[i]
			assert.Equal(t, covered(i, before), shadowed, g.Lines[i].Text)
			if shadowed {
				assert.True(t, covered(i, by), "%s by %v", g.Lines[i].Text, by)
			}
		}
	})
}

// allPackets returns one packet of each kind that the rules of the test can tell apart.
func allPackets() []box {
	var out []box
	addresses := []string{"0.0.0.1", "10.0.0.1", "10.1.0.1", "10.1.128.1", "10.2.0.1", "128.0.0.1", "::1", "2001:db8::1", "2001:db8:8000::1"}
	for _, protocol := range []string{"tcp", "udp", "icmp", "other"} {
		for _, from := range addresses {
			for _, to := range addresses {
				from, to := netip.MustParseAddr(from), netip.MustParseAddr(to)
				if from.Is4() != to.Is4() {
					continue
				}
				for _, port := range []uint16{442, 443, 444} {
					for s := toServerNew; s < anyState; s <<= 1 {
						out = append(out, box{protocol: protocol}.at(from, to, 1, port, s))
					}
				}
			}
		}
	}
	return out
}
