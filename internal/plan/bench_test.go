package plan

import (
	"fmt"
	"testing"

	"github.com/tierwall/tierwall/internal/arch"
)

// large is a network of n tiers with ten flows each.
func large(n int) arch.Architecture {
	a := arch.Architecture{Network: arch.Network{Path: "Bench/Network", Wrapped: true, RulesPerGroup: 1000, Layout: arch.NestedStacks}}
	for i := range n {
		a.Tiers = append(a.Tiers, arch.Tier{ID: fmt.Sprintf("Tier%d", i), Kind: arch.Web})
	}
	for i := range n {
		for k := range 10 {
			a.Flows = append(a.Flows, arch.Flow{
				From: arch.TierPeer(arch.Web, fmt.Sprintf("Tier%d", i)), To: arch.TierPeer(arch.Web, fmt.Sprintf("Tier%d", (i+1+k%(n-1))%n)),
				Service: fmt.Sprintf("tcp/%d", 8000+2*k), Reason: "a reason of a usual length, as people write them",
			})
		}
	}
	return a
}

// BenchmarkMake ignores the limits of stacks: 1,000 tiers do not fit into one.
func BenchmarkMake(b *testing.B) {
	for _, n := range []int{10, 100, 1000, 10000} {
		b.Run(fmt.Sprintf("tiers=%d", n), func(b *testing.B) {
			a := large(n)
			b.ReportAllocs()
			for b.Loop() {
				if p, diags := derive(a, today); len(p.Rules) != 10*n || diags.HasErrors() {
					b.Fatal(len(p.Rules), diags)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(10*n), "ns/flow")
		})
	}
}

// BenchmarkNetworkACLs plans 10,000 flows between as many tiers as an address plan holds: most of their network ACLs are
// far over the quota and widen.
func BenchmarkNetworkACLs(b *testing.B) {
	const tiers, flows = 63, 10_000
	for _, acls := range []arch.NetworkACLs{arch.NetworkACLsOff, arch.NetworkACLsOn} {
		word, _ := acls.MarshalText() // Both values are valid.
		b.Run(string(word), func(b *testing.B) {
			a := arch.Architecture{Network: network()}
			a.Network.Blocks, a.Network.RulesPerGroup, a.Network.NetworkACLs = 64, 1000, acls
			for i := range tiers {
				a.Tiers = append(a.Tiers, arch.Tier{ID: fmt.Sprintf("Tier%d", i), Kind: arch.Web, Block: i + 1})
			}
			for i := range flows {
				a.Flows = append(a.Flows, arch.Flow{
					From: arch.TierPeer(arch.Web, fmt.Sprintf("Tier%d", i%tiers)), To: arch.TierPeer(arch.Web, fmt.Sprintf("Tier%d", (i+1+i/tiers)%tiers)),
					Service: fmt.Sprintf("tcp/%d", 100+2*(i/tiers)), Reason: "a reason of a usual length, as people write them",
				})
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, diags := derive(a, today); diags.HasErrors() {
					b.Fatal(diags)
				}
			}
		})
	}
}

// BenchmarkFirewall plans 10,000 inspected flows into firewall rules, and writes them.
func BenchmarkFirewall(b *testing.B) {
	const tiers = 60
	for _, flows := range []int{100, 1_000, 10_000} {
		b.Run(fmt.Sprintf("flows=%d", flows), func(b *testing.B) {
			a := arch.Architecture{Network: network()}
			a.Network.Blocks, a.Network.RulesPerGroup, a.Network.NetworkACLs = 64, 1000, arch.NetworkACLsOff
			a.Network.Inspection = &arch.Inspection{Paths: arch.EastWestPath}
			for i := range tiers {
				a.Tiers = append(a.Tiers, arch.Tier{ID: fmt.Sprintf("Tier%d", i), Kind: arch.Web, Block: i + 1})
			}
			for i := range flows {
				a.Flows = append(a.Flows, arch.Flow{
					From:    arch.TierPeer(arch.Web, fmt.Sprintf("Tier%d", i%tiers)),
					To:      arch.TierPeer(arch.Web, fmt.Sprintf("Tier%d", (i+1+i/tiers%8)%tiers)),
					Service: fmt.Sprintf("tcp/%d", 100+2*(i/tiers)),
				})
			}
			b.ReportAllocs()
			for b.Loop() {
				p, diags := derive(a, today)
				if diags.HasErrors() {
					b.Fatal(diags.Err())
				}
				if text, _ := p.Text(p.FirewallGroups[0]); len(text) < 100*flows {
					b.Fatal(len(text))
				}
			}
		})
	}
}
