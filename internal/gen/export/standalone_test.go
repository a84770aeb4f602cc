package export

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/proof"
)

// TestDNSFirewallStandsAlone: a DNS firewall that no call of watch.DNS made stands alone, and its parts are told once.
func TestDNSFirewallStandsAlone(t *testing.T) {
	t.Parallel()
	declared := &proof.Declaration{
		Networks: []proof.Network{{Architecture: arch.Architecture{Network: arch.Network{Path: "Shop/Network"}}}},
		Controls: []proof.Control{
			{Name: "DNS firewall", Path: "Shop/Network/DNS/RuleGroup"}, {Name: "list of domains", Path: "Shop/Network/DNS/Names"},
			{Name: "query log", Path: "Shop/Network/DNS/QueryLog"},
		},
	}
	said := StandAlone(declared)
	if assert.Len(t, said, 1) {
		assert.Equal(t, "the DNS firewall Shop/Network/DNS/RuleGroup is a construct of its own; make it in workloads.go", said[0].What)
	}
	declared.Networks[0].Calls = json.RawMessage(`{"Watch": {"DNS": {}}}`)
	assert.Empty(t, StandAlone(declared))
}
