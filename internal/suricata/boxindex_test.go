package suricata

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// TestBoxIndex compares the index of random boxes with a search of all of them.
func TestBoxIndex(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := drawBoxes(t, "indexed", 60)
		others := drawBoxes(t, "others", 3)
		limit := rapid.IntRange(0, len(all)).Draw(t, "limit")
		var want []int
		for i := range all[:limit] {
			if slices.ContainsFunc(others, func(b box) bool { return b.meets(&all[i]) }) {
				want = append(want, i)
			}
		}
		assert.Equal(t, want, slices.Collect(newBoxIndex(all).meeting(others, limit)))
	})
}

// drawBoxes draws the boxes of a few rules.
func drawBoxes(t *rapid.T, what string, most int) []box {
	addresses := rapid.SampledFrom([]string{
		"any", "10.0.0.0/8", "10.1.0.0/16", "10.1.1.0/24", "10.1.1.1", "10.1.1.2", "10.2.0.0/16", "192.0.2.7", "!10.0.0.0/8",
		"::/0", "2001:db8::/32", "2001:db8::1", "2001:db8::2", "::1",
	})
	ports := rapid.SampledFrom([]string{"any", "80", "443", "80:443", ":1023", "!80", "1024:"})
	protocols := rapid.SampledFrom([]string{"tcp", "tcp", "udp", "ip"})
	flows := rapid.SampledFrom([]string{"to_server", "to_client", "established", "not_established,to_server"})
	var out []box
	for range rapid.IntRange(0, most).Draw(t, what) {
		boxes, _ := Group{}.boxes(Rule{
			Protocol: protocols.Draw(t, "protocol"), Options: []Option{{"flow", flows.Draw(t, "flow")}},
			Source: addresses.Draw(t, "source"), SourcePort: ports.Draw(t, "source port"),
			Destination: addresses.Draw(t, "destination"), DestinationPort: ports.Draw(t, "port"),
		})
		out = append(out, boxes...)
	}
	return out
}
