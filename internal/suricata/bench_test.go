package suricata

import (
	"fmt"
	"testing"
)

// benchmarkedRules are the forms of rules that the benchmarks repeat. All their rules differ, and none shadows another.
var benchmarkedRules = map[string]string{
	"pairs of subnets": "pass tcp 10.%[1]d.%[2]d.0/24 any -> 10.%[2]d.%[1]d.0/24 %[3]d (flow:to_server; sid:%[3]d;)",
	"one server":       "pass tcp 10.%d.%d.0/24 any -> 10.255.0.0/16 %d (flow:to_server; sid:%[3]d;)",
	"ports of all":     "pass tcp any any -> any [%[3]d,%[1]d] (flow:to_server; sid:1%[2]d;)",
	"names":            `pass tls 10.%d.%d.0/24 any -> any %d (flow:to_server; tls.sni; content:"a.example"; sid:%[3]d;)`,
}

// benchmarkGroups returns rules of one form in one group.
func benchmarkGroups(form string, n int) []Group {
	var g Group
	for i := range n {
		r := must(Parse(fmt.Sprintf(benchmarkedRules[form], i/250, i%250, 1000+i)))
		g.Lines = append(g.Lines, Line{Number: i + 1, Rule: r})
	}
	return []Group{g}
}

// eachBenchmark runs a benchmark with growing numbers of rules of each form.
func eachBenchmark(b *testing.B, run func(b *testing.B, form string, n int)) {
	for form := range benchmarkedRules {
		for _, n := range []int{100, 1_000, 10_000} {
			b.Run(fmt.Sprintf("%s/%d", form, n), func(b *testing.B) { run(b, form, n) })
		}
	}
}

func BenchmarkShadows(b *testing.B) {
	eachBenchmark(b, func(b *testing.B, form string, n int) {
		groups := benchmarkGroups(form, n)
		for b.Loop() {
			if len(Shadows(groups)) != 0 {
				b.Fatal("there are none")
			}
		}
	})
}

// BenchmarkGaps has the rules that pass the answers far from the rules that pass the requests.
func BenchmarkGaps(b *testing.B) {
	eachBenchmark(b, func(b *testing.B, form string, n int) {
		answers := must(Parse("pass tcp any any -> any any (flow:to_client; sid:1;)"))
		handshakes := must(Parse("pass tcp any any -> any any (flow:not_established; sid:2;)"))
		groups := append(benchmarkGroups(form, n), Group{Lines: []Line{{Rule: answers}, {Rule: handshakes}}})
		for b.Loop() {
			if len(Gaps(groups, DefaultDrops{Handshakes: true, Answers: true})) != 0 {
				b.Fatal("there are none")
			}
		}
	})
}
