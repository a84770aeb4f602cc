package main

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// comparison is tierwall and a peer that does the same, each above what an empty app takes.
type comparison struct {
	what, peer             string
	pkg, benchmark         string
	base, ours, peersBench string // names below the benchmark; without base, all of the time counts
}

// comparisons are the rows of the table.
func comparisons() []comparison {
	var out []comparison
	for _, n := range []int{3, 20, 40} {
		of := func(name string) string { return fmt.Sprintf("tiers=%d/%s", n, name) }
		what := fmt.Sprintf("a synthesis of %d tiers, ten flows each", n)
		for _, peer := range []string{"L1", "L2"} {
			out = append(out, comparison{what, peer + " by hand", "./tiers", "BenchmarkSynth", of("empty"), of("tierwall"), of(peer)})
		}
	}
	out = append(out,
		comparison{"network ACLs of 12 tiers", "L1 by hand", "./tiers", "BenchmarkNetworkACLs", "off", "tierwall", "L1"},
		comparison{"a synthesis of 10 web ACLs", "L1 by hand", "./waf", "BenchmarkSynth", "empty", "typed-10", "by_hand-10"},
	)
	for _, command := range []string{"version", "why", "prove"} {
		out = append(out, comparison{"the process tierwall " + command, "a reader of the same JSON", "./internal/cli", "BenchmarkStart",
			"", command + "/tierwall", command + "/reader"})
	}
	return out
}

// suite is a benchmark with all of its parts.
type suite struct{ pkg, name string }

// suites returns the benchmarks of all comparisons, each once.
func suites() []suite {
	var out []suite
	for _, c := range comparisons() {
		if s := (suite{c.pkg, c.benchmark}); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// line is a result of a benchmark: its name without the number of processors, the nanoseconds of one round, and its metrics.
var line = regexp.MustCompile(`(?m)^(Benchmark\S+?)(?:-\d+)?\s+\d+\s+([\d.]+) ns/op(.*)$`)

// metric is a time that a benchmark measures itself, with the name of what takes it.
var metric = regexp.MustCompile(`([\d.]+) (\S+)-ms`)

// parse returns the times in milliseconds by the names of the benchmarks, one for each run. Below the name of a benchmark are its metrics.
func parse(text string) map[string][]float64 {
	out := map[string][]float64{}
	add := func(name, number string, unit float64) {
		if n, err := strconv.ParseFloat(number, 64); err == nil {
			out[name] = append(out[name], n/unit)
		}
	}
	for _, m := range line.FindAllStringSubmatch(text, -1) {
		add(m[1], m[2], 1e6)
		for _, own := range metric.FindAllStringSubmatch(m[3], -1) {
			add(m[1]+"/"+own[2], own[1], 1)
		}
	}
	return out
}

// row is a comparison with its medians.
type row struct {
	comparison
	base, ours, theirs float64 // milliseconds
	ratio              float64 // above the base
}

// key names the row in the file of ratios.
func (r row) key() string { return r.what + ", to " + r.peer }

// compare makes the rows. The ratio is the median of the ratios of single runs, because a machine that is busy for a while slows both.
func compare(times map[string][]float64) ([]row, error) {
	var out []row
	for _, c := range comparisons() {
		of := func(name string) []float64 { return times[c.pkg+" "+c.benchmark+"/"+name] }
		base, ours, theirs := of(c.base), of(c.ours), of(c.peersBench)
		if c.base == "" {
			base = make([]float64, len(ours))
		}
		if len(base) == 0 || len(base) != len(ours) || len(ours) != len(theirs) {
			return nil, fmt.Errorf("%s has %d, %d and %d results of %s, %s and %s", c.benchmark, len(base), len(ours), len(theirs),
				c.base, c.ours, c.peersBench)
		}
		var ratios []float64
		for i := range base {
			ratios = append(ratios, (ours[i]-base[i])/(theirs[i]-base[i]))
		}
		out = append(out, row{c, median(base), median(ours), median(theirs), math.Round(100*median(ratios)) / 100})
	}
	return out, nil
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// tolerance is how much worse a ratio may become. Ratios of one machine differ by a tenth from run to run.
const tolerance = 4.0 / 3

// worsened names the rows that are worse than before. A row that was not measured before is none of them.
func worsened(rows []row, before map[string]float64) []string {
	var out []string
	for _, r := range rows {
		if was, known := before[r.key()]; known && r.ratio > was*tolerance {
			out = append(out, fmt.Sprintf("%s: %.2f, before %.2f", r.key(), r.ratio, was))
		}
	}
	return out
}

func milliseconds(n float64) string {
	if n < 10 {
		return fmt.Sprintf("%.1f ms", n)
	}
	return fmt.Sprintf("%.0f ms", n)
}

// table writes the rows as a table of Markdown.
func table(rows []row, before map[string]float64) string {
	var b strings.Builder
	b.WriteString("| what | base | tierwall | peer | peer's | ratio | before |\n|---|---|---|---|---|---|---|\n")
	for _, r := range rows {
		was := ""
		if ratio, known := before[r.key()]; known {
			was = fmt.Sprintf("%.2f", ratio)
		}
		base := ""
		if r.comparison.base != "" {
			base = milliseconds(r.base)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %.2f | %s |\n", r.what, base, milliseconds(r.ours), r.peer, milliseconds(r.theirs), r.ratio, was)
	}
	return b.String()
}
