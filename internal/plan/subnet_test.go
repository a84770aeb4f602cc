package plan

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go4.org/netipx"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

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

func TestPlacementErrors(t *testing.T) {
	t.Parallel()
	app := func(id string, change func(*arch.Tier)) arch.Tier {
		tier := arch.Tier{ID: id, Kind: arch.App}
		if change != nil {
			change(&tier)
		}
		return tier
	}
	block := func(n int) func(*arch.Tier) { return func(t *arch.Tier) { t.Block = n } }
	exact := func(subnets ...string) func(*arch.Tier) { return func(t *arch.Tier) { t.Subnets = subnets } }
	tests := map[string]struct {
		tiers []arch.Tier
		want  string
	}{
		"fine": {[]arch.Tier{app("A", nil), app("B", block(6)), app("C", exact("10.0.112.0/24", "10.0.113.0/24"))}, ""},
		"no block": {[]arch.Tier{app("A", nil), app("B", nil), app("C", block(6))},
			"tiers.B: a tier has no block of its own\n    block 3 (10.0.48.0/20), the default of app tiers, is A's\n    fix: set Block: 7, " +
				"which is the next free one"},
		"taken by who states it": {[]arch.Tier{app("A", nil), app("B", block(3))}, "tiers.A: a tier has no block of its own"},
		"taken": {[]arch.Tier{app("A", block(9)), app("B", block(9))},
			"tiers.B: a tier's block is taken\n    block 9 (10.0.144.0/20) is A's"},
		"no such block":  {[]arch.Tier{app("A", block(16))}, "got Block: 16; the network has blocks 1 to 15"},
		"negative block": {[]arch.Tier{app("A", block(-1))}, "got Block: -1"},
		"exact over a block": {[]arch.Tier{app("A", nil), app("B", exact("10.0.48.0/24", "10.0.112.0/24"))},
			"block 3 (10.0.48.0/20) overlaps the subnet 10.0.48.0/24 of B"},
		"exact over another": {[]arch.Tier{app("A", exact("10.0.96.0/24", "10.0.97.0/24")), app("B", exact("10.0.97.0/24",
			"10.0.98.0/24"))}, "10.0.97.0/24 overlaps 10.0.97.0/24 of A"},
		"exact over itself": {[]arch.Tier{app("A", exact("10.0.96.0/24", "10.0.96.0/24"))}, "10.0.96.0/24 overlaps 10.0.96.0/24 of A"},
		"exact in block 0":  {[]arch.Tier{app("A", exact("10.0.0.0/24", "10.0.1.0/24"))}, ""},
		"exact over half of all": {[]arch.Tier{app("A", exact("10.0.0.0/17", "10.0.128.0/18")), app("B", exact("10.0.192.0/19",
			"10.0.224.0/19"))}, ""},
		"next free": {[]arch.Tier{app("A", exact("10.0.96.0/24", "10.0.97.0/24")), app("B", exact("10.0.97.0/24",
			"10.0.16.0/24"))}, "10.0.97.0/24 overlaps 10.0.97.0/24 of A\n    fix: 10.0.17.0/24 is the next free subnet of that size"},
		"exact outside": {[]arch.Tier{app("A", exact("10.1.0.0/24", "10.0.97.0/24"))},
			"10.1.0.0/24 is not in the network's range, 10.0.0.0/16"},
		"exact too small": {[]arch.Tier{app("A", exact("10.0.96.0/29", "10.0.97.0/24"))},
			"10.0.96.0/29 has a size that AWS refuses; allowed are /16 to /28"},
		"exact with host bits":     {[]arch.Tier{app("A", exact("10.0.96.1/24", "10.0.97.0/24"))}, "has host bits set"},
		"exact, one for two zones": {[]arch.Tier{app("A", exact("10.0.96.0/24"))}, "got 1, allowed is one for each zone: 2"},
		"two places":               {[]arch.Tier{app("A", func(t *arch.Tier) { t.Block = 6; t.SharesWith = "B" }), app("B", nil)}, "at most one of Block, Subnets and SharesWith"},
		"shares with nobody":       {[]arch.Tier{app("A", func(t *arch.Tier) { t.SharesWith = "B" })}, `the network has no tier "B"`},
		"shares with itself":       {[]arch.Tier{app("A", func(t *arch.Tier) { t.SharesWith = "A" })}, "it is the tier itself"},
		"shares in a chain":        {[]arch.Tier{app("A", nil), app("B", func(t *arch.Tier) { t.SharesWith = "A" }), app("C", func(t *arch.Tier) { t.SharesWith = "B" })}, "B shares the subnets of A itself; name that one"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, diags := Make(arch.Architecture{Network: network(), Tiers: test.tiers}, today)
			text := diags.With(0).String()
			if test.want == "" {
				assert.Empty(t, text)
			}
			assert.Contains(t, text, test.want)
		})
	}
}

func TestNoBlockIsFree(t *testing.T) {
	t.Parallel()
	a := arch.Architecture{Network: network()}
	for block := 1; block < 16; block++ {
		a.Tiers = append(a.Tiers, arch.Tier{ID: fmt.Sprintf("T%d", block), Kind: arch.App, Block: block})
	}
	a.Tiers = append(a.Tiers, arch.Tier{ID: "More", Kind: arch.App})
	_, diags := Make(a, today)
	assert.Contains(t, diags.String(), "no block is free")
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

// TestExactSubnetsForTheNetworkItself: stated exactly, they leave block 0; where they are planned, they keep their keys.
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

// TestPurposesAndTiers: what the network puts into subnets and what tiers have never collide without a word.
func TestPurposesAndTiers(t *testing.T) {
	t.Parallel()
	toInternet := arch.Flow{From: arch.TierPeer(arch.App, "A"), To: arch.Peer{Kind: arch.Internet}, Service: "https"}
	behind := arch.Flow{From: arch.TierPeer(arch.App, "A"), To: blockPeer("192.168.0.0/16"), Service: "https",
		Path: arch.Path{Kind: arch.ThroughGateway, Via: arch.Gateway{Kind: arch.TransitGateway,
			Operand: arch.Operand{Text: "tgw-0123456789abcdef0"}}}}
	exact := []string{"10.0.0.0/24", "10.0.1.0/24"}
	tests := map[string]struct {
		network func(*arch.Network)
		subnets []string
		flows   []arch.Flow
		want    string
	}{
		"nothing of the network's own": {nil, exact, nil, ""},
		"NAT": {nil, exact, []arch.Flow{toInternet}, "a subnet that the network plans for itself is taken\n" +
			"    10.0.0.0/24, planned for a NAT gateway in eu-west-1a, overlaps the subnet 10.0.0.0/24 of A\n" +
			`    fix: state other addresses, such as these, which are free: NATSubnets: []string{"10.0.16.0/24", "10.0.17.0/24"}`},
		"a single NAT, elsewhere": {func(n *arch.Network) { n.NAT = arch.NATSingle }, []string{"10.0.1.0/24", "10.0.2.0/24"},
			[]arch.Flow{toInternet}, ""},
		"NAT stated": {func(n *arch.Network) { n.NATSubnets = []string{"10.0.2.0/26", "10.0.2.64/26"} }, exact,
			[]arch.Flow{toInternet}, ""},
		"NAT stated over a tier": {func(n *arch.Network) { n.NATSubnets = []string{"10.0.2.0/26", "10.0.1.64/26"} }, exact, nil,
			"tiers.A: an exact subnet is taken\n    10.0.1.0/24 overlaps 10.0.1.64/26 of NATSubnets\n    fix: 10.0.16.0/24 is the next free " +
				"subnet of that size"},
		"NAT stated over a block": {func(n *arch.Network) { n.NATSubnets = []string{"10.0.48.0/26", "10.0.2.64/26"} }, nil, nil,
			"tiers.A: a tier's block is taken\n    block 3 (10.0.48.0/20) overlaps the subnet 10.0.48.0/26 of NATSubnets\n    fix: set Block: " +
				"6, which is the next free one"},
		"purposes over each other": {func(n *arch.Network) {
			n.NATSubnets, n.TransitSubnets = exact, exact
		}, nil, nil, "network: an exact subnet is taken\n    10.0.0.0/24 overlaps 10.0.0.0/24 of NATSubnets"},
		"a purpose over one that is planned": {func(n *arch.Network) { n.TransitSubnets = exact }, nil, []arch.Flow{toInternet},
			"10.0.0.0/24, planned for a NAT gateway in eu-west-1a, overlaps the subnet 10.0.0.0/24 of TransitSubnets"},
		"transit": {nil, []string{"10.0.9.0/25", "10.0.9.128/25"}, []arch.Flow{behind},
			"10.0.9.0/24, planned for a transit gateway's attachment in eu-west-1b, overlaps the subnet 10.0.9.0/25 of A"},
		"firewall": {func(n *arch.Network) { n.Inspection = &arch.Inspection{Paths: arch.EastWestPath} }, []string{"10.0.4.0/24",
			"10.0.6.0/24"}, nil,
			"10.0.4.0/24, planned for a firewall endpoint in eu-west-1a, overlaps the subnet 10.0.4.0/24 of A"},
		"too few": {func(n *arch.Network) { n.NATSubnets = exact[:1] }, nil, nil,
			"the number of NATSubnets does not fit\n    got 1, allowed is one for each NAT gateway: 2"},
		"too many": {func(n *arch.Network) { n.NAT, n.NATSubnets = arch.NATSingle, exact }, nil, nil,
			"got 2, allowed is one for each NAT gateway: 1"},
		"outside": {func(n *arch.Network) { n.IngressSubnets = []string{"10.1.0.0/24", "10.0.1.0/24"} }, nil, nil,
			"one of IngressSubnets is not usable\n    10.1.0.0/24 is not in the network's range, 10.0.0.0/16"},
		"a range that exact subnets fill": {func(n *arch.Network) {
			n.Range.Text, n.NATSubnets = "10.0.0.0/25", []string{"10.0.0.64/28", "10.0.0.80/28"}
		}, []string{"10.0.0.0/27", "10.0.0.32/27"}, []arch.Flow{toInternet}, ""},
		"a range too small for a block": {func(n *arch.Network) { n.Range.Text = "10.0.0.0/24" }, nil, nil,
			"tiers.A: the network's range is too small for blocks\n    got /24; with 16 blocks, each with room for NAT, firewall and transit " +
				"subnets or for one tier in " +
				"4 zones, allowed are /16 to /20\n    fix: state exact Subnets, or use a range from /16 to /20"},
		"a range too small for blocks of that number": {func(n *arch.Network) { n.Range.Text, n.Blocks = "10.0.0.0/19", 64 }, nil, nil,
			"fix: state exact Subnets, or use a range from /16 to /18, or Blocks: 16"},
		"a range too small for NAT": {func(n *arch.Network) { n.Range.Text = "10.0.0.0/25" }, []string{"10.0.0.0/27", "10.0.0.32/27"},
			[]arch.Flow{toInternet},
			`NATSubnets: []string{"10.0.0.64/28", "10.0.0.80/28"}`},
		"of a dual network": {func(n *arch.Network) { n.IPv6, n.NATSubnets = true, exact }, nil, nil,
			"exact subnets need a network whose addresses are all known"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := arch.Architecture{Network: network(), Tiers: []arch.Tier{{ID: "A", Kind: arch.App, Subnets: test.subnets}}, Flows: test.flows}
			if test.network != nil {
				test.network(&a.Network)
			}
			_, diags := Make(a, today)
			text := diags.With(diag.Error).String()
			if test.want == "" {
				assert.Empty(t, text)
			}
			assert.Contains(t, text, test.want)
		})
	}
}
