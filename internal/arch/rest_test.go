package arch

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestRest(t *testing.T) {
	t.Parallel()
	block := func(text string) Peer { return Peer{Kind: CIDR, Operand: Operand{Text: text}} }
	for name, c := range map[string]struct {
		network string
		peer    Peer
		want    string
	}{
		"elsewhere":             {"10.0.0.0/16", block("192.168.0.0/16"), "192.168.0.0/16"},
		"around":                {"10.64.0.0/10", block("10.0.0.0/8"), "10.0.0.0/10 10.128.0.0/9"},
		"around, the upper end": {"10.0.3.0/24", block("10.0.0.0/22"), "10.0.0.0/23 10.0.2.0/24"},
		"the same":              {"10.0.0.0/16", block("10.0.0.0/16"), "10.0.0.0/16"},
		"inside":                {"10.0.0.0/16", block("10.0.1.0/24"), "10.0.1.0/24"},
		"of the other family":   {"10.0.0.0/16", block("2001:db8::/32"), "2001:db8::/32"},
		"no range":              {"", block("10.0.0.0/8"), "10.0.0.0/8"},
		"of deployment":         {"10.0.0.0/16", Peer{Kind: CIDR, Operand: Operand{Text: "Block", Symbolic: true}}, "Block"},
		"a tier":                {"10.0.0.0/16", TierPeer(App, "App"), "App"},
		"the internet":          {"10.0.0.0/16", Peer{Kind: Internet}, "the internet"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := &Model{}
			if c.network != "" {
				m.Prefix = netip.MustParsePrefix(c.network)
			}
			var got []string
			for _, p := range m.Rest(c.peer) {
				got = append(got, p.String())
			}
			assert.Equal(t, c.want, strings.Join(got, " "))
		})
	}
}
