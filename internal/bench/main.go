// Command bench compares tierwall with the same resources written by hand, and processes of the command with a program that only reads the
// same JSON, on this machine: go run ./internal/bench prints a table. Times differ from machine to machine, so the table has ratios with
// the peer in the same run. Processes are measured by the time of the processor.
//
// With -check it fails if a ratio is worse by more than a third than in ratios.json, and with -update it writes that file.
package main

import (
	"bytes"
	_ "embed" // the ratios of the last update
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

//go:embed ratios.json
var kept []byte

// ratiosFile is where kept comes from, in the root of the module.
var ratiosFile = filepath.Join("internal", "bench", "ratios.json")

func main() {
	check := flag.Bool("check", false, "fail if a ratio is worse by more than a third than in "+ratiosFile)
	update := flag.Bool("update", false, "write "+ratiosFile)
	count := flag.Int("count", 5, "how often each benchmark runs; ratios are medians")
	flag.Parse()
	if err := run(*check, *update, *count); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(check, update bool, count int) error {
	before := map[string]float64{}
	if err := json.Unmarshal(kept, &before); err != nil {
		return fmt.Errorf("%s: %w", ratiosFile, err)
	}
	rows, err := show(count, before)
	if err != nil {
		return err
	}
	if update {
		return write(rows)
	}
	if check && len(worsened(rows, before)) > 0 {
		fmt.Println("\nA busy machine may have disturbed this, so all is measured once more.")
		if rows, err = show(2*count, before); err != nil {
			return err
		}
		if worse := worsened(rows, before); len(worse) > 0 {
			return fmt.Errorf("worse by more than a third than in %s: %s", ratiosFile, strings.Join(worse, ", "))
		}
	}
	return nil
}

// show measures and prints the table.
func show(count int, before map[string]float64) ([]row, error) {
	times, err := measure(count)
	if err != nil {
		return nil, err
	}
	rows, err := compare(times)
	if err != nil {
		return nil, err
	}
	fmt.Printf("%s, %d processors, %s; medians of %d runs\n\n", runtime.GOARCH, runtime.NumCPU(), runtime.Version(), count)
	fmt.Print(table(rows, before))
	return rows, nil
}

// measure runs the benchmarks of all comparisons, and returns the times of each run by the package and name of the benchmark.
func measure(count int) (map[string][]float64, error) {
	out := map[string][]float64{}
	for _, s := range suites() {
		text, err := output(s, count)
		if err != nil {
			return nil, err
		}
		for name, times := range parse(text) {
			out[s.pkg+" "+name] = times
		}
	}
	return out, nil
}

// output runs a benchmark. It runs the program of the test itself: go test mixes its results with what CDK writes to standard error.
func output(s suite, count int) (string, error) {
	dir, err := os.MkdirTemp("", "tierwall-bench")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "bench.test")
	if text, err := exec.Command("go", "test", "-c", "-o", program, s.pkg).CombinedOutput(); err != nil {
		return "", fmt.Errorf("%s: %w\n%s", s.pkg, err, text)
	}
	rounds := "3x"
	if s.pkg == "./internal/cli" {
		rounds = "20x" // of processes that take milliseconds
	}
	command := exec.Command(program, "-test.run", "^$", "-test.bench", "^"+s.name+"$", "-test.benchtime", rounds,
		fmt.Sprintf("-test.count=%d", count))
	var text, failure bytes.Buffer
	command.Dir, command.Stdout, command.Stderr = s.pkg, &text, &failure
	if err := command.Run(); err != nil {
		return "", fmt.Errorf("%s: %w\n%s%s", s.name, err, text.Bytes(), failure.Bytes())
	}
	return text.String(), nil
}

func write(rows []row) error {
	ratios := map[string]float64{}
	for _, r := range rows {
		ratios[r.key()] = r.ratio
	}
	data, err := json.MarshalIndent(ratios, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(ratiosFile, append(data, '\n'), 0o600)
}
