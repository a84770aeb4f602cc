package cli_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cli"
)

// large writes an architecture whose tiers have ten flows each. Twelve tiers have blocks, which the others share. Over 20 tiers need
// nested stacks.
func large(b *testing.B, tiers int, layout string) string {
	b.Helper()
	var text strings.Builder
	fmt.Fprintf(&text, "version: 1\nname: Large\nenvironments: {Production: {region: eu-west-1}}\nnetwork: {cidr: 10.0.0.0/16, "+
		"zones: [eu-west-1a, eu-west-1b], networkACLs: none, rulesPerGroup: 200, layout: %s}\n", layout)
	text.WriteString("tiers:\n")
	for i := range tiers {
		if i < 12 {
			fmt.Fprintf(&text, "  Tier%d: {kind: app, block: %d}\n", i, i+2)
		} else {
			fmt.Fprintf(&text, "  Tier%d: {kind: app, sharesWith: Tier%d}\n", i, i%12)
		}
	}
	text.WriteString("flows:\n")
	for i := range tiers {
		for j := range 10 {
			fmt.Fprintf(&text, "  Tier%d -> Tier%d tcp/%d: calls\n", i, (i+1+j)%tiers, 8000+j)
		}
	}
	file := filepath.Join(b.TempDir(), "architecture.yaml")
	require.NoError(b, os.WriteFile(file, []byte(text.String()), 0o600))
	return file
}

// run measures a process. The time of the processor, which other processes of the machine do not stretch as much, is a metric of its own.
func run(b *testing.B, wantCode int, before func(), command string, args ...string) {
	b.Helper()
	var processor time.Duration
	for b.Loop() {
		if before != nil {
			b.StopTimer()
			before()
			b.StartTimer()
		}
		process := exec.Command(command, args...)
		out, _ := process.CombinedOutput()
		if process.ProcessState.ExitCode() != wantCode {
			b.Fatalf("exit code %d:\n%.2000s", process.ProcessState.ExitCode(), out)
		}
		processor += process.ProcessState.UserTime() + process.ProcessState.SystemTime()
	}
	b.ReportMetric(float64(processor.Milliseconds())/float64(b.N), "cpu-ms/op")
}

// BenchmarkCommand measures whole processes: what a user waits for.
func BenchmarkCommand(b *testing.B) {
	command := cli.Command(b)
	b.Run("version", func(b *testing.B) { run(b, 0, nil, command, "version") })
	for _, tiers := range []int{20, 200} {
		file := large(b, tiers, "nested-stacks")
		b.Run(fmt.Sprintf("plan/tiers=%d", tiers), func(b *testing.B) { run(b, 0, nil, command, "plan", file) })
		b.Run(fmt.Sprintf("changes/tiers=%d", tiers), func(b *testing.B) { run(b, 0, nil, command, "plan", file, "--changes", file) })
	}
	refused := large(b, 1000, "nested-stacks") // No stack holds it, which the command says when it has planned everything.
	b.Run("plan/tiers=1000", func(b *testing.B) { run(b, 2, nil, command, "plan", refused) })
	for _, each := range []struct {
		to, layout string
		tiers      int
	}{
		{"app", "one-stack", 20}, {"app", "nested-stacks", 200},
		{"cloudformation", "one-stack", 20}, {"cloudformation", "nested-stacks", 20}, {"cloudformation", "nested-stacks", 200},
	} {
		out := filepath.Join(b.TempDir(), "out")
		arguments := []string{"generate", large(b, each.tiers, each.layout), "--to", each.to, "--out", out}
		name := fmt.Sprintf("%s/%s/tiers=%d", each.to, each.layout, each.tiers)
		b.Run(name+"/new", func(b *testing.B) {
			run(b, 0, func() { require.NoError(b, os.RemoveAll(out)) }, command, arguments...)
		})
		b.Run(name+"/current", func(b *testing.B) { run(b, 0, nil, command, arguments...) })
	}
}
