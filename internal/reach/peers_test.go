//go:build !race

package reach

import (
	"fmt"
	"math/big"
	"testing"
	"time"

	"github.com/dalzilio/rudd"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/traffic"
)

// BenchmarkPeers finds who may open connections to whom among tiers with a host and ten flows each, in three ways: this package, the naive
// evaluator, which asks pair by pair and port by port, and binary decision diagrams, which hold all pairs at once. It reports the time for
// each pair of hosts, and how many times longer the others take. All three must find the same.
func BenchmarkPeers(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		b.Run(fmt.Sprintf("tiers=%d", n), func(b *testing.B) {
			w := flowWorld(n)
			a, err := cfn.Read("t.json", w.template(), nil)
			require.NoError(b, err)
			var own, naive, diagrams time.Duration
			for b.Loop() {
				own += timed(func() { require.Equal(b, flowsOf*n, countRows(Build(a).Matrix())) })
				sources := min(n, 50) // The others are like these.
				naive += timed(func() { require.Equal(b, flowsOf*sources, w.countNaive(sources)) }) * time.Duration(n) / time.Duration(sources)
				diagrams += timed(func() { require.Equal(b, big.NewInt(int64(flowsOf*n)), w.countDiagrams(b)) })
			}
			pairs := float64(n * n * b.N)
			b.ReportMetric(float64(own)/pairs, "ns/pair")
			b.ReportMetric(float64(naive)/pairs, "naive-ns/pair")
			b.ReportMetric(float64(diagrams)/pairs, "rudd-ns/pair")
			b.ReportMetric(float64(naive)/float64(own), "naive/own")
			b.ReportMetric(float64(diagrams)/float64(own), "rudd/own")
			b.ReportMetric(0, "ns/op") // All three together say nothing.
		})
	}
}

func TestPeersAgree(t *testing.T) {
	t.Parallel()
	const n = 30
	w := flowWorld(n)
	a, err := cfn.Read("t.json", w.template(), nil)
	require.NoError(t, err)
	require.Equal(t, flowsOf*n, countRows(Build(a).Matrix()))
	require.Equal(t, flowsOf*n, w.countNaive(n))
	require.Equal(t, big.NewInt(flowsOf*n), w.countDiagrams(t))
	w.in[5] = w.in[5][1:] // The first flow to it has no rule there.
	require.Equal(t, flowsOf*n-1, w.countNaive(n))
	require.Equal(t, big.NewInt(flowsOf*n-1), w.countDiagrams(t))
}

// flowsOf is the number of flows of each tier. The first port is firstPort.
const flowsOf, firstPort = 10, 8000

// flowWorld returns a VPC of n groups with a host each. Each group may connect to ten others, on a port each.
func flowWorld(n int) naiveWorld {
	w := naiveWorld{aclOf: [3]int{-1, -1, -1}, excluded: -1, in: make([][]naiveRule, n), out: make([][]naiveRule, n)}
	for i := range n {
		w.hosts = append(w.hosts, naiveHost{i % 3, []int{i}, false})
		for j := range flowsOf {
			to, port := (i+1+j*j*7)%n, firstPort+j
			w.out[i] = append(w.out[i], naiveRule{protocol: traffic.TCP, from: port, to: port, group: to, standalone: true})
			w.in[to] = append(w.in[to], naiveRule{protocol: traffic.TCP, from: port, to: port, group: i})
		}
	}
	return w
}

func timed(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

// countRows counts the pairs and ports in the rows.
func countRows(m Matrix) int {
	count := 0
	for _, r := range m.Rows {
		if len(r.Parts) == 0 {
			for from, to := range r.Carried.Sure.Numbers() {
				count += int(to-from) + 1
			}
		}
	}
	return count
}

// countNaive counts the pairs and ports that the first hosts may connect to.
func (w naiveWorld) countNaive(sources int) int {
	count := 0
	for i := range w.hosts[:sources] {
		for j := range w.hosts {
			for port := range flowsOf {
				p := naivePacket{protocol: traffic.TCP, port: firstPort + port}
				if all, _ := w.verdict(naiveEnd{&w.hosts[i], "10.0.0.1"}, naiveEnd{&w.hosts[j], "10.0.0.2"}, p); all {
					count++
				}
			}
		}
	}
	return count
}

// countDiagrams counts the pairs and ports in a diagram. The bits of the address are the number of the source and that of the destination.
func (w naiveWorld) countDiagrams(t testing.TB) *big.Int {
	d := newDiagrams(t, max(1<<14, len(w.hosts)<<10))
	const half = addressBits / 2
	var sent, received []rudd.Node
	rule := func(source, destination int, r naiveRule) rudd.Node {
		ends := d.And(d.between(0, half, uint32(source), uint32(source)), d.between(half, half, uint32(destination), uint32(destination)))
		return d.And(ends, d.service(r.protocol, r.from, r.to))
	}
	for g := range w.out {
		for _, r := range w.out[g] {
			sent = append(sent, rule(g, r.group, r))
		}
		for _, r := range w.in[g] {
			received = append(received, rule(r.group, g, r))
		}
	}
	return d.Satcount(d.And(d.any(sent), d.any(received)))
}

// any returns the union, joined in pairs, because the time of each step is that of its result.
func (d *diagrams) any(all []rudd.Node) rudd.Node {
	switch len(all) {
	case 0:
		return d.False()
	case 1:
		return all[0]
	}
	half := len(all) / 2
	return d.Or(d.any(all[:half]), d.any(all[half:]))
}
