package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const printed = `goos: linux
WARNING Bench/Network: something
BenchmarkSynth/tiers=3/empty-2         	       3	   5000000 ns/op
BenchmarkSynth/tiers=3/tierwall-2      	       3	  25000000 ns/op	         1.10 resources/flow
BenchmarkSynth/tiers=3/tierwall-2      	       3	  27000000.5 ns/op	         1.10 resources/flow
BenchmarkSynth/by_hand-10-2            	       3	  15000000 ns/op	  123 B/op
BenchmarkStart/why-2                   	      20	  30000000 ns/op	         2.419 wall-ratio	         6.550 reader-ms	        15.84 tierwall-ms
PASS
`

func TestParse(t *testing.T) {
	t.Parallel()
	assert.Equal(t, map[string][]float64{
		"BenchmarkSynth/tiers=3/empty": {5}, "BenchmarkSynth/tiers=3/tierwall": {25, 27.0000005}, "BenchmarkSynth/by_hand-10": {15},
		"BenchmarkStart/why": {30}, "BenchmarkStart/why/reader": {6.55}, "BenchmarkStart/why/tierwall": {15.84},
	}, parse(printed))
}

// results returns times for all comparisons: a base of 10 ms, a peer of 30, and what f says of tierwall.
func results(f func(run int) float64) map[string][]float64 {
	out := map[string][]float64{}
	for _, c := range comparisons() {
		for name, time := range map[string]func(int) float64{
			c.base: func(int) float64 { return 10 }, c.peersBench: func(int) float64 { return 30 }, c.ours: f,
		} {
			if name == "" {
				continue
			}
			var times []float64
			for i := range 3 {
				times = append(times, time(i))
			}
			out[c.pkg+" "+c.benchmark+"/"+name] = times
		}
	}
	return out
}

func TestCompare(t *testing.T) {
	t.Parallel()
	rows, err := compare(results(func(run int) float64 { return 20 + 100*float64(run/2) })) // The last run was disturbed.
	require.NoError(t, err)
	before := map[string]float64{rows[0].key(): 0.38, rows[1].key(): 0.37}
	for _, r := range rows {
		want := 0.5
		if r.comparison.base == "" {
			want = 0.67
		}
		assert.InDelta(t, want, r.ratio, 1e-9, r.what)
	}
	assert.Equal(t, []string{rows[1].key() + ": 0.50, before 0.37"}, worsened(rows, before))
	text := table(rows, before)
	assert.Contains(t, text, "| 10 ms | 20 ms | L1 by hand | 30 ms | 0.50 | 0.38 |\n")
	assert.Contains(t, text, "| the process tierwall version |  | 20 ms | a reader of the same JSON | 30 ms | 0.67 |  |\n")
	assert.Equal(t, len(rows)+2, strings.Count(text, "\n"))

	missing := results(func(int) float64 { return 20 })
	delete(missing, slices.Sorted(maps.Keys(missing))[0])
	_, err = compare(missing)
	assert.ErrorContains(t, err, "results of")
}

// TestBenchmarksExist: the benchmarks that are compared are in the source.
func TestBenchmarksExist(t *testing.T) {
	t.Parallel()
	for _, s := range suites() {
		files, err := filepath.Glob(filepath.Join("..", "..", s.pkg, "*_test.go"))
		require.NoError(t, err)
		found := slices.ContainsFunc(files, func(file string) bool {
			text, err := os.ReadFile(file)
			return err == nil && strings.Contains(string(text), "func "+s.name+"(")
		})
		assert.True(t, found, "%s %s", s.pkg, s.name)
	}
}
