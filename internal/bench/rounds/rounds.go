// Package rounds compares ways to do the same: in each round of a benchmark it goes through all of them in turn, in one process. A machine
// that is busy for a while then slows all of them, and the ratios of the rounds stay the same.
package rounds

import (
	"slices"
	"testing"
	"time"
)

// Peer is another way to do the same.
type Peer struct {
	Name string // short, without blanks
	Do   func()
}

// warm is the number of rounds before the first that counts. Node compiles what is hot while it runs.
const warm = 3

// Compare runs rounds until the benchmark ends. It reports the median times, "base-ms", "tierwall-ms" and, of a peer, "L1-ms", and the
// median ratio of ours to each peer, "to-L1". Ratios leave out what the base takes in the same round.
func Compare(b *testing.B, base, ours func(), peers ...Peer) {
	ways := append([]Peer{{"base", base}, {"tierwall", ours}}, peers...)
	for range warm {
		once(ways)
	}
	times := make([][]float64, len(ways)) // in milliseconds
	ratios := make([][]float64, len(peers))
	for b.Loop() {
		round := once(ways)
		for i, t := range round {
			times[i] = append(times[i], t)
		}
		for i := range peers {
			ratios[i] = append(ratios[i], (round[1]-round[0])/(round[i+2]-round[0]))
		}
	}
	b.ReportMetric(0, "ns/op") // A round is all ways together.
	for i, w := range ways {
		b.ReportMetric(Median(times[i]), w.Name+"-ms")
	}
	for i, p := range peers {
		b.ReportMetric(Median(ratios[i]), "to-"+p.Name)
	}
}

// once returns the times of one round.
func once(ways []Peer) []float64 {
	out := make([]float64, len(ways))
	for i, w := range ways {
		start := time.Now()
		w.Do()
		out[i] = time.Since(start).Seconds() * 1000
	}
	return out
}

// Median returns the median of values, which must not be empty.
func Median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
