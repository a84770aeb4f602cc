package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const printed = `goos: linux
cpu: AMD EPYC
WARNING Bench/Network: something
BenchmarkSynth/tiers=20-2 	 12	 5.100 base-ms	 118.2 L1-ms	 214.0 L2-ms	 120.0 tierwall-ms	 1.020 to-L1	 0.5500 to-L2
BenchmarkSynth/tiers=3-2         	      40	         5.000 base-ms	        21.0 L1-ms	        30.0 tierwall-ms	         1.560 to-L1
BenchmarkOther-2            	       3	  15000000 ns/op	  123 B/op
PASS
`

func TestParse(t *testing.T) {
	t.Parallel()
	rows, err := parse(benchmark{what: "{} tiers"}, printed)
	require.NoError(t, err)
	require.Len(t, rows, 2)
	assert.Equal(t, row{"3 tiers", map[string]float64{"base": 5, "L1": 21, "tierwall": 30}, map[string]float64{"L1": 1.56}}, rows[0])
	assert.Equal(t, "AMD EPYC", cpu.FindStringSubmatch(printed)[1])

	text := table(rows, tables[0])
	assert.Contains(t, text, "| what | base | tierwall | L1 by hand | L2 by hand | to L1 | to L2 |\n|---|---|---|---|---|---|---|\n")
	assert.Contains(t, text, "| 3 tiers | 5.0 ms | 30 ms | 21 ms | | 1.56 | |\n")
	assert.Contains(t, text, "| 20 tiers | 5.1 ms | 120 ms | 118 ms | 214 ms | 1.02 | 0.55 |\n")

	assert.NotContains(t, table(rows, tables[1]), "tiers")
	process := row{"why", map[string]float64{"tierwall": 15.8, "reader": 6.55}, map[string]float64{"reader": 2.42}}
	assert.Contains(t, table([]row{process}, tables[1]), "| why | | 16 ms | 6.5 ms | 2.42 |\n")

	before := map[string]float64{"3 tiers, to L1": 1.2, "20 tiers, to L1": 0.7, "20 tiers, to L2": 0.5, "gone, to L1": 0.1}
	assert.Equal(t, []string{"20 tiers, to L1: 1.02, before 0.70"}, worsened(rows, before))

	_, err = parse(benchmark{name: "BenchmarkOther", pkg: "./x"}, "PASS")
	assert.ErrorContains(t, err, "BenchmarkOther of ./x has no ratios")
}

// TestBenchmarksExist: the benchmarks that are compared are in the source.
func TestBenchmarksExist(t *testing.T) {
	t.Parallel()
	for _, of := range benchmarks {
		files, err := filepath.Glob(filepath.Join("..", "..", of.pkg, "*_test.go"))
		require.NoError(t, err)
		found := slices.ContainsFunc(files, func(file string) bool {
			text, err := os.ReadFile(file)
			return err == nil && strings.Contains(string(text), "func "+of.name+"(")
		})
		assert.True(t, found, "%s %s", of.pkg, of.name)
	}
}
