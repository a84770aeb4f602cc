package address_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan/plantest"
)

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
		"two places": {[]arch.Tier{app("A", func(t *arch.Tier) { t.Block = 6; t.SharesWith = "B" }), app("B", nil)},
			"at most one of Block, Subnets and SharesWith"},
		"shares with nobody": {[]arch.Tier{app("A", func(t *arch.Tier) { t.SharesWith = "B" })}, `the network has no tier "B"`},
		"shares with itself": {[]arch.Tier{app("A", func(t *arch.Tier) { t.SharesWith = "A" })}, "it is the tier itself"},
		"shares in a chain": {[]arch.Tier{app("A", nil), app("B", func(t *arch.Tier) { t.SharesWith = "A" }),
			app("C", func(t *arch.Tier) { t.SharesWith = "B" })}, "B shares the subnets of A itself; name that one"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, diags := plantest.MakeBoth(t, arch.Architecture{Network: plantest.Network(), Tiers: test.tiers})
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
	a := arch.Architecture{Network: plantest.Network()}
	for block := 1; block < 16; block++ {
		a.Tiers = append(a.Tiers, arch.Tier{ID: fmt.Sprintf("T%d", block), Kind: arch.App, Block: block})
	}
	a.Tiers = append(a.Tiers, arch.Tier{ID: "More", Kind: arch.App})
	_, diags := plantest.MakeBoth(t, a)
	assert.Contains(t, diags.String(), "no block is free")
}

// TestPurposesAndTiers: every overlap of the network's own subnets with those of tiers is reported.
func TestPurposesAndTiers(t *testing.T) {
	t.Parallel()
	toInternet := arch.Flow{From: arch.TierPeer(arch.App, "A"), To: plantest.Internet, Service: "https"}
	behind := arch.Flow{From: arch.TierPeer(arch.App, "A"), To: plantest.Block("192.168.0.0/16"), Service: "https",
		Path: arch.Path{Kind: arch.ThroughGateway, Via: arch.Gateway{Kind: arch.TransitGateway,
			Operand: arch.Operand{Text: "tgw-0123456789abcdef0"}}}}
	exact := []string{"10.0.0.0/24", "10.0.1.0/24"}
	tests := map[string]struct {
		network func(*arch.Network)
		subnets []string
		flows   []arch.Flow
		want    string
	}{
		"nothing of the network's own": {subnets: exact},
		"NAT": {
			subnets: exact,
			flows:   []arch.Flow{toInternet},
			want: "a subnet that the network plans for itself is taken\n" +
				"    10.0.0.0/24, planned for a NAT gateway in eu-west-1a, overlaps the subnet 10.0.0.0/24 of A\n" +
				`    fix: state other addresses, such as these, which are free: NATSubnets: []string{"10.0.16.0/24", "10.0.17.0/24"}`,
		},
		"a single NAT, elsewhere": {
			network: func(n *arch.Network) { n.NAT = arch.NATSingle },
			subnets: []string{"10.0.1.0/24", "10.0.2.0/24"},
			flows:   []arch.Flow{toInternet},
		},
		"NAT stated": {
			network: func(n *arch.Network) { n.NATSubnets = []string{"10.0.2.0/26", "10.0.2.64/26"} },
			subnets: exact,
			flows:   []arch.Flow{toInternet},
		},
		"NAT stated over a tier": {
			network: func(n *arch.Network) { n.NATSubnets = []string{"10.0.2.0/26", "10.0.1.64/26"} },
			subnets: exact,
			want: "tiers.A: an exact subnet is taken\n    10.0.1.0/24 overlaps 10.0.1.64/26 of NATSubnets\n    fix: 10.0.16.0/24 is the next free " +
				"subnet of that size",
		},
		"NAT stated over a block": {
			network: func(n *arch.Network) { n.NATSubnets = []string{"10.0.48.0/26", "10.0.2.64/26"} },
			want: "tiers.A: a tier's block is taken\n    block 3 (10.0.48.0/20) overlaps the subnet 10.0.48.0/26 of NATSubnets\n    fix: set " +
				"Block: " +
				"6, which is the next free one",
		},
		"purposes over each other": {
			network: func(n *arch.Network) {
				n.NATSubnets, n.TransitSubnets = exact, exact
			},
			want: "network: an exact subnet is taken\n    10.0.0.0/24 overlaps 10.0.0.0/24 of NATSubnets",
		},
		"a purpose over one that is planned": {
			network: func(n *arch.Network) { n.TransitSubnets = exact },
			flows:   []arch.Flow{toInternet},
			want:    "10.0.0.0/24, planned for a NAT gateway in eu-west-1a, overlaps the subnet 10.0.0.0/24 of TransitSubnets",
		},
		"transit": {
			subnets: []string{"10.0.9.0/25", "10.0.9.128/25"},
			flows:   []arch.Flow{behind},
			want:    "10.0.9.0/24, planned for a transit gateway's attachment in eu-west-1b, overlaps the subnet 10.0.9.0/25 of A",
		},
		"firewall": {
			network: func(n *arch.Network) { n.Inspection = &arch.Inspection{Paths: arch.EastWestPath} },
			subnets: []string{"10.0.4.0/24", "10.0.6.0/24"},
			want:    "10.0.4.0/24, planned for a firewall endpoint in eu-west-1a, overlaps the subnet 10.0.4.0/24 of A",
		},
		"too few": {
			network: func(n *arch.Network) { n.NATSubnets = exact[:1] },
			want:    "the number of NATSubnets does not fit\n    got 1, allowed is one for each NAT gateway: 2",
		},
		"too many": {
			network: func(n *arch.Network) { n.NAT, n.NATSubnets = arch.NATSingle, exact },
			want:    "got 2, allowed is one for each NAT gateway: 1",
		},
		"outside": {
			network: func(n *arch.Network) { n.IngressSubnets = []string{"10.1.0.0/24", "10.0.1.0/24"} },
			want:    "one of IngressSubnets is not usable\n    10.1.0.0/24 is not in the network's range, 10.0.0.0/16",
		},
		"a range that exact subnets fill": {
			network: func(n *arch.Network) {
				n.Range.Text, n.NATSubnets = "10.0.0.0/25", []string{"10.0.0.64/28", "10.0.0.80/28"}
			},
			subnets: []string{"10.0.0.0/27", "10.0.0.32/27"},
			flows:   []arch.Flow{toInternet},
		},
		"a range too small for a block": {
			network: func(n *arch.Network) { n.Range.Text = "10.0.0.0/24" },
			want: "tiers.A: the network's range is too small for blocks\n    got /24; with 16 blocks, each with room for NAT, firewall and " +
				"transit " +
				"subnets or for one tier in " +
				"4 zones, allowed are /16 to /20\n    fix: state exact Subnets, or use a range from /16 to /20",
		},
		"a range too small for blocks of that number": {
			network: func(n *arch.Network) { n.Range.Text, n.Blocks = "10.0.0.0/19", 64 },
			want:    "fix: state exact Subnets, or use a range from /16 to /18, or Blocks: 16",
		},
		"a range too small for NAT": {
			network: func(n *arch.Network) { n.Range.Text = "10.0.0.0/25" },
			subnets: []string{"10.0.0.0/27", "10.0.0.32/27"},
			flows:   []arch.Flow{toInternet},
			want:    `NATSubnets: []string{"10.0.0.64/28", "10.0.0.80/28"}`,
		},
		"of a dual network": {
			network: func(n *arch.Network) { n.IPv6, n.NATSubnets = true, exact },
			want:    "exact subnets need a network whose addresses are all known",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := arch.Architecture{Network: plantest.Network(), Tiers: []arch.Tier{{ID: "A", Kind: arch.App, Subnets: test.subnets}},
				Flows: test.flows}
			if test.network != nil {
				test.network(&a.Network)
			}
			_, diags := plantest.MakeBoth(t, a)
			text := diags.With(diag.Error).String()
			if test.want == "" {
				assert.Empty(t, text)
			}
			assert.Contains(t, text, test.want)
		})
	}
}
