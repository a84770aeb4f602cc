package address

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go4.org/netipx"

	"github.com/tierwall/tierwall/internal/arch"
)

// today is the day of all tests.
var today = time.Date(2027, time.March, 1, 12, 0, 0, 0, time.UTC)

// network is the frame of most tests: two zones, 16 blocks of a /16.
func network() arch.Network {
	return arch.Network{Path: "Test/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a", "eu-west-1b"}}
}

// everySubnet lists the subnets of all blocks and purposes.
func everySubnet(m *arch.Model) []Subnet {
	var out []Subnet
	for _, purpose := range []Purpose{ForNAT, ForFirewall, ForTransit} {
		out = append(out, PurposeSubnets(m, purpose)...)
	}
	for block := 1; block < m.Network.Blocks; block++ {
		out = append(out, TierSubnets(m, arch.Tier{Kind: arch.App, Block: block})...)
	}
	return out
}

func TestSubnetsAreDisjointAndInside(t *testing.T) {
	t.Parallel()
	zones := []string{"eu-west-1a", "eu-west-1b", "eu-west-1c", "eu-west-1d"}
	for _, blocks := range []int{16, 32, 64} {
		for bits := 16; bits <= 24-log2(blocks); bits++ {
			n := arch.Network{Range: arch.Operand{Text: fmt.Sprintf("10.16.0.0/%d", bits)}, Zones: zones, Blocks: blocks, IPv6: true}
			m, diags := arch.Check(arch.Architecture{Network: n}, today)
			require.Empty(t, diags, "/%d in %d blocks", bits, blocks)
			var all netipx.IPSetBuilder
			keys, sixes := map[string]bool{}, map[int]string{}
			for _, s := range everySubnet(m) {
				taken, err := all.IPSet()
				require.NoError(t, err)
				assert.False(t, taken.OverlapsPrefix(s.Prefix), s.Key)
				assert.True(t, m.Prefix.Contains(s.Prefix.Addr()) && s.Prefix.Bits() <= 28, "%s %s", s.Key, s.Prefix)
				assert.Equal(t, s.Prefix, s.Prefix.Masked())
				assert.Equal(t, s.Prefix, cut(m.Prefix, s.Bits, s.Index), "said in two ways")
				assert.False(t, keys[s.Key], s.Key)
				keys[s.Key] = true
				if s.IPv6 >= 0 {
					assert.Empty(t, sixes[s.IPv6], "%s has the /64 of", s.Key)
					assert.Less(t, s.IPv6, 256)
					sixes[s.IPv6] = s.Key
				}
				all.AddPrefix(s.Prefix)
			}
			assert.Len(t, keys, 4*3+4*(blocks-1))
		}
	}
}

func TestAddressPlan(t *testing.T) {
	t.Parallel()
	n := network()
	n.IPv6 = true
	m, diags := arch.Check(arch.Architecture{Network: n}, today)
	require.Empty(t, diags)
	var lines []string
	for _, s := range everySubnet(m)[:12] {
		lines = append(lines, fmt.Sprintf("%s %s %s %d", s.Key, s.Zone.Name, s.Prefix, s.IPv6))
	}
	assert.Equal(t, strings.TrimSpace(`
NATSlot0 eu-west-1a 10.0.0.0/24 -1
NATSlot1 eu-west-1b 10.0.1.0/24 -1
FirewallSlot0 eu-west-1a 10.0.4.0/24 0
FirewallSlot1 eu-west-1b 10.0.5.0/24 1
TransitSlot0 eu-west-1a 10.0.8.0/24 -1
TransitSlot1 eu-west-1b 10.0.9.0/24 -1
Block1Slot0 eu-west-1a 10.0.16.0/22 16
Block1Slot1 eu-west-1b 10.0.20.0/22 17
Block2Slot0 eu-west-1a 10.0.32.0/22 32
Block2Slot1 eu-west-1b 10.0.36.0/22 33
Block3Slot0 eu-west-1a 10.0.48.0/22 48
Block3Slot1 eu-west-1b 10.0.52.0/22 49`), strings.Join(lines, "\n"))
}

func TestExactSubnetsOfASlotKeepItsKey(t *testing.T) {
	t.Parallel()
	m, _ := arch.Check(arch.Architecture{Network: network()}, today)
	got := TierSubnets(m, arch.Tier{Kind: arch.App, Subnets: []string{"10.0.48.0/22", "10.0.200.0/24"}})
	assert.Equal(t, []string{"Block3Slot0", "Exact10-0-200-0-24"}, []string{got[0].Key, got[1].Key})
	assert.Equal(t, netip.MustParsePrefix("10.0.200.0/24"), got[1].Prefix)

	// A slot of block 0 is the network's own: a tier there has another key.
	got = TierSubnets(m, arch.Tier{Kind: arch.App, Subnets: []string{"10.0.0.0/24", "10.0.0.0/22"}})
	assert.Equal(t, []string{"Exact10-0-0-0-24", "Exact10-0-0-0-22"}, []string{got[0].Key, got[1].Key})

	// The slot of a zone that the network does not have: the zone may come later.
	got = TierSubnets(m, arch.Tier{Kind: arch.App, Subnets: []string{"10.0.60.0/22", "10.0.52.0/22"}})
	assert.Equal(t, []string{"Block3Slot3", "Block3Slot1"}, []string{got[0].Key, got[1].Key})
}

// TestExactSubnetsForTheNetworkItself: exact subnets may be outside block 0; those equal to planned ones keep their keys.
func TestExactSubnetsForTheNetworkItself(t *testing.T) {
	t.Parallel()
	n := network()
	n.NATSubnets = []string{"10.0.1.0/24", "10.0.200.0/28"} // The first is the slot of another zone.
	n.FirewallSubnets = []string{"10.0.4.0/24", "10.0.5.0/24"}
	n.TransitSubnets = []string{"10.0.16.0/22", "10.0.20.0/22"}
	m, diags := arch.Check(arch.Architecture{Network: n}, today)
	require.Empty(t, diags)
	var lines []string
	for _, p := range []Purpose{ForNAT, ForFirewall, ForTransit, ForIngress} {
		for _, s := range PurposeSubnets(m, p) {
			lines = append(lines, fmt.Sprintf("%s %s %s", s.Key, s.Zone.Name, s.Prefix))
		}
	}
	assert.Equal(t, strings.TrimSpace(`
NATSlot1 eu-west-1a 10.0.1.0/24
Exact10-0-200-0-28 eu-west-1b 10.0.200.0/28
FirewallSlot0 eu-west-1a 10.0.4.0/24
FirewallSlot1 eu-west-1b 10.0.5.0/24
Exact10-0-16-0-22 eu-west-1a 10.0.16.0/22
Exact10-0-20-0-22 eu-west-1b 10.0.20.0/22
IngressSlot0 eu-west-1a 10.0.12.0/24
IngressSlot1 eu-west-1b 10.0.13.0/24`), strings.Join(lines, "\n"))
}
