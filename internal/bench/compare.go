package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// benchmark is a benchmark that compares tierwall with peers, round by round. Each of its parts is a row of the table.
type benchmark struct{ pkg, name, what string }

// benchmarks are the rows of the table. {} stands for what the part of a benchmark is named after.
var benchmarks = []benchmark{
	{"./tiers", "BenchmarkSynth", "{} tiers, ten flows each"},
	{"./tiers", "BenchmarkNetworkACLs", "network ACLs of 12 tiers"},
	{"./waf", "BenchmarkSynth", "10 web ACLs of 20 rules"},
	{"./examples/shop", "BenchmarkSynth", "the shop with all controls"},
	{"./internal/cli", "BenchmarkStart", "tierwall {}"},
}

// row is a part of a benchmark with its medians.
type row struct {
	what   string
	times  map[string]float64 // by the name of the way, in milliseconds
	ratios map[string]float64 // by the name of the peer
}

var (
	// result is a line of results: its name without the number of processors, and the metrics.
	result = regexp.MustCompile(`(?m)^(Benchmark\S+?)(?:-\d+)?\s+\d+\s+(.+)$`)
	// metric is a number with its unit.
	metric = regexp.MustCompile(`([\d.]+) (\S+)`)
	// cpu is the machine.
	cpu = regexp.MustCompile(`(?m)^cpu: (.+)$`)
)

// parse returns the rows of a benchmark from its output.
func parse(of benchmark, text string) ([]row, error) {
	var out []row
	for _, line := range result.FindAllStringSubmatch(text, -1) {
		_, part, _ := strings.Cut(line[1], "=")
		r := row{strings.Replace(of.what, "{}", part, 1), map[string]float64{}, map[string]float64{}}
		for _, m := range metric.FindAllStringSubmatch(line[2], -1) {
			value, err := strconv.ParseFloat(m[1], 64)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", line[1], err)
			}
			if name, isTime := strings.CutSuffix(m[2], "-ms"); isTime {
				r.times[name] = value
			}
			if name, isRatio := strings.CutPrefix(m[2], "to-"); isRatio {
				r.ratios[name] = value
			}
		}
		if len(r.ratios) > 0 {
			out = append(out, r)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s of %s has no ratios: %s", of.name, of.pkg, text)
	}
	slices.Reverse(out) // Benchmarks begin with the largest.
	return out, nil
}

// key names a ratio in the file of ratios.
func (r row) key(peer string) string { return r.what + ", to " + peer }

// tolerance is how much worse a ratio may become. Ratios of one machine differ by a tenth from run to run.
const tolerance = 4.0 / 3

// worsened names the ratios that are worse than before. One that was not measured before is none of them.
func worsened(rows []row, before map[string]float64) []string {
	var out []string
	for _, r := range rows {
		for peer, ratio := range r.ratios {
			if was, known := before[r.key(peer)]; known && ratio > was*tolerance {
				out = append(out, fmt.Sprintf("%s: %.2f, before %.2f", r.key(peer), ratio, was))
			}
		}
	}
	slices.Sort(out)
	return out
}

// peer is what has a time and a ratio in a table.
type peer struct{ name, title string }

// tables are the peers of each table.
var tables = [][]peer{{{"L1", "L1 by hand"}, {"L2", "L2 by hand"}}, {{"reader", "only reading the JSON"}}}

// table writes the rows with one of its peers as a table of Markdown.
func table(rows []row, peers []peer) string {
	var b strings.Builder
	b.WriteString("| what | base | tierwall |")
	for _, p := range peers {
		b.WriteString(" " + p.title + " |")
	}
	for _, p := range peers {
		b.WriteString(" to " + p.name + " |")
	}
	b.WriteString("\n|" + strings.Repeat("---|", 3+2*len(peers)) + "\n")
	for _, r := range rows {
		if !slices.ContainsFunc(peers, func(p peer) bool { return r.ratios[p.name] > 0 }) {
			continue
		}
		b.WriteString("| " + r.what + " |" + cell(milliseconds, r.times, "base") + cell(milliseconds, r.times, "tierwall"))
		for _, p := range peers {
			b.WriteString(cell(milliseconds, r.times, p.name))
		}
		for _, p := range peers {
			b.WriteString(cell(func(ratio float64) string { return fmt.Sprintf("%.2f", ratio) }, r.ratios, p.name))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func milliseconds(n float64) string {
	if n < 10 {
		return fmt.Sprintf("%.1f ms", n)
	}
	return fmt.Sprintf("%.0f ms", n)
}

// cell writes a value as a cell of the table, which is empty if there is none.
func cell(text func(float64) string, values map[string]float64, name string) string {
	value, known := values[name]
	if !known {
		return " |"
	}
	return " " + text(value) + " |"
}
