package suricatatest

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// BenchmarkLoad is how long Suricata takes to start with so many rules.
func BenchmarkLoad(b *testing.B) {
	Available(b)
	for _, count := range []int{100, 1_000, 10_000} {
		for form, rule := range map[string]func(int) string{
			"addresses": func(i int) string {
				return fmt.Sprintf("pass tcp 10.%d.%d.0/24 any -> 10.255.0.0/16 %d (flow:to_server; sid:%d;)", i/250, i%250, 1024+i, i+1)
			},
			"names": func(i int) string {
				return fmt.Sprintf(`pass tls 10.0.0.0/16 any -> !10.0.0.0/16 443 (flow:to_server; tls.sni; content:"host-%d.example.com"; startswith; nocase; endswith; sid:%d;)`, i, i+1)
			},
		} {
			b.Run(fmt.Sprintf("%s/%d", form, count), func(b *testing.B) {
				lines := make([]string, count)
				for i := range lines {
					lines[i] = rule(i)
				}
				p := Policy{Rules: strings.Join(lines, "\n"), Default: EstablishedAppLayerToServer}
				replay := replayer(b, p, []Conversation{TCP(from(client), at(server+":8080"))})
				for b.Loop() {
					replay()
				}
			})
		}
	}
}

// BenchmarkPackets is how many packets a second pass 100 flows between tiers of three zones: with a rule for each flow, and with one for
// each flow and pair of zones, as the example in AWS's document is written. The time to start is taken off.
func BenchmarkPackets(b *testing.B) {
	Available(b)
	const flows, zones, perFlow = 100, 3, 200
	var ours, byZones []string
	var all []Conversation
	for i := range flows {
		block, to := 16*(i%8), 128+16*(i/8%8)
		ours = append(ours, fmt.Sprintf("pass tcp 10.0.%d.0/20 any -> 10.0.%d.0/20 %d (flow:to_server; sid:%d;)", block, to, 8000+i, i+1))
		for x := range zones {
			for y := range zones {
				byZones = append(byZones, fmt.Sprintf("pass tcp 10.0.%d.0/22 any -> 10.0.%d.0/22 %d (sid:%d;)", block+4*x, to+4*y, 8000+i, len(byZones)+1))
			}
		}
		for n := range perFlow {
			from := netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, byte(block + 4*(n%zones)), byte(1 + n)}), uint16(20000+n))
			to := netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, byte(to + 4*(n/zones%zones)), 9}), uint16(8000+i))
			all = append(all, HTTP(from, to, "a.example", "b.example"))
		}
	}
	for name, rules := range map[string][]string{"a rule for each flow": ours, "a rule for each pair of zones": byZones} {
		b.Run(name, func(b *testing.B) {
			p := Policy{Rules: strings.Join(rules, "\n"), Default: EstablishedAppLayerToServer}
			start, whole := replayer(b, p, all[:1]), replayer(b, p, all)
			packets := 0
			for _, c := range all {
				packets += c.Packets()
			}
			var starting, running time.Duration
			for b.Loop() {
				starting += timed(start)
				running += timed(whole)
			}
			b.ReportMetric(float64(packets*b.N)/(running-starting).Seconds(), "packets/s")
			b.ReportMetric(float64(len(rules)), "rules")
		})
	}
}

func timed(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

// replayer returns what runs Suricata, with rules that log nothing of what they pass.
func replayer(b *testing.B, p Policy, conversations []Conversation) func() {
	b.Helper()
	dir := b.TempDir()
	_, file := capture(conversations)
	write(b, dir, "all.pcap", file)
	lines := p.lines(b)
	return func() {
		suricataRun(b, dir, p.configuration(len(lines), stockActions), number(lines, same), "-r", filepath.Join(dir, "all.pcap"), "-k", "none", "--runmode", "single")
	}
}
