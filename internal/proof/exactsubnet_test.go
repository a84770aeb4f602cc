package proof_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/arch"
)

// TestExactSubnetsAreExact: exact subnets are proven in an existing address plan, where the network's own subnets are between those of
// tiers and the range has no room for blocks.
func TestExactSubnetsAreExact(t *testing.T) {
	t.Parallel()
	small := filtered()
	small.Network.Range.Text, small.Network.NATSubnets = "10.0.0.0/24", []string{"10.0.0.128/28"}
	for i, subnets := range [][]string{{"10.0.0.0/28", "10.0.0.16/28"}, {"10.0.0.32/28", "10.0.0.48/28"}, {"10.0.0.64/28", "10.0.0.80/28"},
		{"10.0.0.96/28", "10.0.0.112/28"}} {
		small.Tiers[i].Subnets = subnets
	}
	firewall := shop()
	firewall.Network.Inspection = &arch.Inspection{Paths: arch.EgressPath | arch.EastWestPath | arch.IngressPath}
	for i := range firewall.Flows {
		firewall.Flows[i].Path.Kind = arch.Inspected
	}
	firewall.Network.NATSubnets = []string{"10.0.0.0/28"}
	firewall.Network.FirewallSubnets = []string{"10.0.0.16/28", "10.0.16.0/22"} // The second is a slot of block 1.
	firewall.Network.IngressSubnets = []string{"10.0.0.48/28", "10.0.0.64/28"}
	firewall.Tiers[0].Subnets = []string{"10.0.4.0/24", "10.0.5.0/24"} // Where firewall endpoints are planned.
	firewall.Tiers[2].Block = 9
	for name, a := range map[string]arch.Architecture{"a small range": small, "a firewall": firewall} {
		template, declared := planned(t, a)
		assert.Empty(t, ids(t, template, declared), name)
	}
}
