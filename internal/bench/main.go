// Command bench compares tierwall with the same resources written by hand, and processes of the command with a program that only reads the
// same JSON, on this machine: go run ./internal/bench prints tables. Times differ from machine to machine, so the tables have ratios with
// the peers in the same run.
//
// With -check it fails if a ratio is worse by more than a third than in ratios.json, and with -update it writes that file.
package main

import (
	"bytes"
	_ "embed" // the ratios of the last update
	"encoding/json"
	"flag"
	"fmt"
	"math"
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
	flag.Parse()
	if err := run(*check, *update); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(check, update bool) error {
	before := map[string]float64{}
	if err := json.Unmarshal(kept, &before); err != nil {
		return fmt.Errorf("%s: %w", ratiosFile, err)
	}
	rows, err := show("5s")
	if err != nil {
		return err
	}
	if update {
		return write(rows)
	}
	if check && len(worsened(rows, before)) > 0 {
		fmt.Println("\nA busy machine may have disturbed this, so all is measured once more.")
		if rows, err = show("10s"); err != nil {
			return err
		}
		if worse := worsened(rows, before); len(worse) > 0 {
			return fmt.Errorf("worse by more than a third than in %s: %s", ratiosFile, strings.Join(worse, ", "))
		}
	}
	return nil
}

// show measures for a time for each row, and prints the tables.
func show(time string) ([]row, error) {
	var rows []row
	machine := ""
	for _, of := range benchmarks {
		text, err := output(of, time)
		if err != nil {
			return nil, err
		}
		some, err := parse(of, text)
		if err != nil {
			return nil, err
		}
		rows = append(rows, some...)
		if m := cpu.FindStringSubmatch(text); m != nil {
			machine = m[1]
		}
	}
	fmt.Printf("%s, %d processors, %s, Node %s; medians of rounds, %s for each row\n\n",
		machine, runtime.NumCPU(), runtime.Version(), says("node", "--version"), time)
	fmt.Printf("%s\n\n", says("go", "list", "-m", "github.com/aws/aws-cdk-go/awscdk/v2", "github.com/aws/jsii-runtime-go"))
	for i, peers := range tables {
		if i > 0 {
			fmt.Print("\nProcesses, by the time of the processor:\n\n")
		}
		fmt.Print(table(rows, peers))
	}
	return rows, nil
}

// says returns what a command prints.
func says(name string, arguments ...string) string {
	text, err := exec.Command(name, arguments...).Output()
	if err != nil {
		return err.Error()
	}
	return strings.ReplaceAll(strings.TrimSpace(string(text)), "\n", ", ")
}

// output runs a benchmark. It runs the program of the test itself: go test mixes its results with what CDK writes to standard error.
func output(of benchmark, time string) (string, error) {
	dir, err := os.MkdirTemp("", "tierwall-bench")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "bench.test")
	if text, err := exec.Command("go", "test", "-c", "-o", program, of.pkg).CombinedOutput(); err != nil {
		return "", fmt.Errorf("%s: %w\n%s", of.pkg, err, text)
	}
	command := exec.Command(program, "-test.run", "^$", "-test.bench", "^"+of.name+"$", "-test.benchtime", time)
	var text, failure bytes.Buffer
	command.Dir, command.Stdout, command.Stderr = of.pkg, &text, &failure
	if err := command.Run(); err != nil {
		return "", fmt.Errorf("%s: %w\n%s%s", of.name, err, text.Bytes(), failure.Bytes())
	}
	return text.String(), nil
}

func write(rows []row) error {
	ratios := map[string]float64{}
	for _, r := range rows {
		for peer, ratio := range r.ratios {
			ratios[r.key(peer)] = math.Round(100*ratio) / 100
		}
	}
	data, err := json.MarshalIndent(ratios, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(ratiosFile, append(data, '\n'), 0o600)
}
