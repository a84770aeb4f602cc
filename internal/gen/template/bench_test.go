package template_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/gen/template"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
)

// BenchmarkShop plans and writes a network of 20 tiers with an inspecting firewall, network ACLs and NAT gateways, in nested stacks.
func BenchmarkShop(b *testing.B) {
	a := arch.Architecture{Network: plantest.Network()}
	a.Network.Blocks, a.Network.Layout, a.Network.Inspection = 32, arch.NestedStacks, &arch.Inspection{Paths: arch.EgressPath}
	for i := range 20 {
		a.Tiers = append(a.Tiers, arch.Tier{ID: fmt.Sprintf("Tier%d", i), Kind: arch.App, Block: i + 1})
	}
	for i := range 20 {
		from := arch.TierPeer(arch.App, a.Tiers[i].ID)
		a.Flows = append(a.Flows, plantest.Flow(from, plantest.Internet, "https"))
		for k := range 4 {
			a.Flows = append(a.Flows, plantest.Flow(from, arch.TierPeer(arch.App, a.Tiers[(i+k+1)%20].ID), fmt.Sprintf("tcp/%d", 8000+k)))
		}
	}
	for _, file := range []string{"Bench.json", "Bench.yaml"} {
		b.Run(file, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				encodeAll(b, plantest.Make(b, a), file)
			}
		})
	}
}

// BenchmarkLarge writes 1,000 tiers with 10,000 flows, in one stack and in nested stacks. They are more than CloudFormation accepts, and
// more than an address plan holds.
func BenchmarkLarge(b *testing.B) {
	for _, layout := range []arch.Layout{arch.OneStack, arch.NestedStacks} {
		for _, file := range []string{"Bench.json", "Bench.yaml"} {
			b.Run(fmt.Sprintf("layout=%d/%s", layout, file), func(b *testing.B) {
				p := large(b, 1000, layout)
				b.ReportAllocs()
				for b.Loop() {
					encodeAll(b, p, file)
				}
			})
		}
	}
}

// encodeAll writes a plan, and reports the size.
func encodeAll(b *testing.B, p *plan.Plan, file string) {
	b.Helper()
	main, _ := template.Make(template.Input{Plan: p, File: file, Existing: &template.Existing{VPC: "vpc-0123456789abcdef0"}})
	size := len(main.Encode(file))
	for name, nested := range main.Nested {
		size += len(nested.Encode(name))
	}
	b.ReportMetric(float64(size)/1e6, "MB")
}

// large is a plan of n tiers with ten flows each. It is put together by hand, because planning refuses what no stack holds.
func large(t require.TestingT, n int, layout arch.Layout) *plan.Plan {
	a := arch.Architecture{Network: arch.Network{Path: "Bench/Network", Wrapped: true, RulesPerGroup: 1000, Layout: layout}}
	for i := range n {
		a.Tiers = append(a.Tiers, arch.Tier{ID: fmt.Sprintf("Tier%04d", i), Kind: arch.Web})
	}
	m, diags := arch.Check(a, plantest.Today)
	require.False(t, diags.HasErrors())
	p := &plan.Plan{Model: m}
	for i := range n {
		group := plan.Group{Tier: a.Tiers[i].ID}
		for k := range 10 {
			rule := func(direction plan.Direction, of, peer string) plan.Rule {
				ports := arch.Ports{Protocol: arch.TCP, From: 8000 + k, To: 8000 + k}
				key := plan.RuleKey{Group: of, Direction: direction, Ports: ports, Peer: arch.TierPeer(arch.Web, peer)}
				return plan.Rule{RuleKey: key, Description: "a reason of a usual length, as people write them"}
			}
			earlier := a.Tiers[(i+1+k)%n].ID
			group.Ingress = append(group.Ingress, rule(plan.Ingress, group.Tier, earlier))
			p.Rules = append(p.Rules, plan.StandaloneRule{
				Rule: rule(plan.Egress, earlier, group.Tier), Scope: group.Tier, ID: fmt.Sprintf("%s-Egress-tcp-%d", earlier, 8000+k),
			})
		}
		p.Groups = append(p.Groups, group)
	}
	return p
}
