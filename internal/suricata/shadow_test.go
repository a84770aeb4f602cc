package suricata

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// TestShadowsOfRandomRules holds what is found against every packet that could make a difference: a rule is shadowed exactly if rules
// before it decide all of the packets that it matches, and those that are named do.
func TestShadowsOfRandomRules(t *testing.T) {
	t.Parallel()
	blocks := []string{"any", "any", "10.0.0.0/8", "10.1.0.0/16", "10.1.0.0/17", "10.1.128.0/17", "10.0.0.0/15", "0.0.0.0/1", "128.0.0.0/1", "::/0", "2001:db8::/32", "2001:db8:8000::/33", "[10.1.0.0/17,10.1.128.0/17]", "!10.1.0.0/16"}
	ports := []string{"any", "any", ":442", "443", "444:", "!443"}
	flows := []string{"", "", "flow:to_server; ", "flow:to_client; ", "flow:to_server,established; ", "flow:established; ", "flow:not_established; "}
	packets := allPackets()
	rapid.Check(t, func(t *rapid.T) {
		pick := func(what string, from []string) string { return rapid.SampledFrom(from).Draw(t, what) }
		var g Group
		for i := range rapid.IntRange(2, 8).Draw(t, "rules") {
			text := fmt.Sprintf("%s %s %s any -> %s %s (%ssid:%d;)", pick("action", []string{"pass", "pass", "drop", "alert"}), pick("protocol", []string{"tcp", "tcp", "udp", "ip"}),
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

// allPackets are one packet of each kind that the rules of the test can tell apart.
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
