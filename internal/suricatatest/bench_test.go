package suricatatest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
)

// layered returns the plan of a network of tiers in three zones. Each tier reaches the next ones.
func layered(b *testing.B, flows int) *plan.Plan {
	b.Helper()
	const tiers = 6
	a := arch.Architecture{Network: arch.Network{
		Path: "Shop/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a", "eu-west-1b", "eu-west-1c"},
		RulesPerGroup: 1000, NetworkACLs: arch.NetworkACLsOff, Layout: arch.NestedStacks,
		Inspection: &arch.Inspection{Paths: arch.EastWestPath},
	}}
	for i := range tiers {
		a.Tiers = append(a.Tiers, arch.Tier{ID: fmt.Sprintf("T%d", i), Kind: arch.App, Block: i + 1})
	}
	for i := range flows {
		from, to := fmt.Sprintf("T%d", i%tiers), fmt.Sprintf("T%d", (i+1+i/tiers%5)%tiers)
		a.Flows = append(a.Flows, arch.Flow{
			From: arch.TierPeer(arch.App, from), To: arch.TierPeer(arch.App, to), Service: fmt.Sprintf("tcp/%d", 1000+i),
		})
	}
	p, diags := plan.Make(a, plantest.Today)
	if p == nil {
		b.Fatal(diags)
	}
	return p
}

// text returns the rules of all groups.
func text(p *plan.Plan) string {
	var all []string
	for _, g := range p.FirewallGroups {
		rules, _ := p.Text(g)
		all = append(all, rules)
	}
	return strings.Join(all, "\n")
}

// byHand returns rules for the same flows in the style of Example 2 of the document in seed_test.go: a rule for each pair of zones, and a
// rule for each subnet that drops everything else.
func byHand(p *plan.Plan) string {
	var b strings.Builder
	sid := 0
	rule := func(format string, args ...any) {
		sid++
		fmt.Fprintf(&b, format+" (sid:%d;)\n", append(args, sid)...)
	}
	for _, f := range p.Model.Flows {
		for _, from := range p.Subnets[f.From.Text] {
			for _, to := range p.Subnets[f.To.Text] {
				rule("pass tcp %s any -> %s %d", from.Prefix, to.Prefix, f.Ports[0].From)
			}
		}
	}
	for _, t := range p.Model.Tiers {
		for _, s := range p.Subnets[t.ID] {
			rule("drop tcp any any -> %s any", s.Prefix)
		}
	}
	return b.String()
}

// BenchmarkRules counts the rules for each flow. Each rule is one unit of capacity.
func BenchmarkRules(b *testing.B) {
	for _, flows := range []int{100, 1000} {
		p := layered(b, flows)
		for name, rules := range map[string]string{"tierwall": text(p), "by hand": byHand(p)} {
			b.Run(fmt.Sprintf("%s/%d", name, flows), func(b *testing.B) {
				for b.Loop() {
					_ = strings.Count(rules, "\n")
				}
				b.ReportMetric(float64(strings.Count(rules, "sid:"))/float64(flows), "rules/flow")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// BenchmarkSuricata measures how fast Suricata loads rules and inspects 3,000 packets with them.
func BenchmarkSuricata(b *testing.B) {
	Available(b)
	var conversations []Conversation
	for i := range 300 {
		conversations = append(conversations, TCP(from("10.0.16.10"), at(fmt.Sprintf("10.0.32.10:%d", 1000+i))))
	}
	packets, data := capture(conversations)
	for _, flows := range []int{100, 1000} {
		p := layered(b, flows)
		for name, rules := range map[string]string{"tierwall": text(p), "by hand": byHand(p)} {
			b.Run(fmt.Sprintf("%s/%d", name, flows), func(b *testing.B) {
				dir := b.TempDir()
				write(b, dir, "all.pcap", data)
				configuration := Policy{}.configuration(strings.Count(rules, "\n"), passFirst)
				for b.Loop() {
					replay(b, dir, configuration, strings.TrimSuffix(rules, "\n")+"\n")
				}
				b.ReportMetric(float64(packets)*float64(b.N)/b.Elapsed().Seconds(), "packets/s")
			})
		}
	}
}

// BenchmarkLoad measures how long Suricata takes to start with a number of rules.
func BenchmarkLoad(b *testing.B) {
	Available(b)
	for _, count := range []int{100, 1_000, 10_000} {
		for form, rule := range map[string]func(int) string{
			"addresses": func(i int) string {
				return fmt.Sprintf("pass tcp 10.%d.%d.0/24 any -> 10.255.0.0/16 %d (flow:to_server; sid:%d;)", i/250, i%250, 1024+i, i+1)
			},
			"names": func(i int) string {
				const name = `tls.sni; content:"host-%d.example.com"; startswith; nocase; endswith;`
				return fmt.Sprintf(`pass tls 10.0.0.0/16 any -> !10.0.0.0/16 443 (flow:to_server; `+name+` sid:%d;)`, i, i+1)
			},
		} {
			b.Run(fmt.Sprintf("%s/%d", form, count), func(b *testing.B) {
				lines := make([]string, count)
				for i := range lines {
					lines[i] = rule(i)
				}
				p := Policy{Rules: strings.Join(lines, "\n"), Default: EstablishedAppLayerToServer}
				run := replayer(b, p, []Conversation{TCP(from(client), at(server+":8080"))})
				for b.Loop() {
					run()
				}
			})
		}
	}
}

// replayer returns a function that runs Suricata with the rules of a policy. The rules do not log what they pass.
func replayer(b *testing.B, p Policy, conversations []Conversation) func() {
	b.Helper()
	dir := b.TempDir()
	_, file := capture(conversations)
	write(b, dir, "all.pcap", file)
	lines := p.lines(b)
	return func() {
		replay(b, dir, p.configuration(len(lines), passFirst), number(lines, same))
	}
}
