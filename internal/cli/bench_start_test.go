package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/bench/rounds"
	"github.com/tierwall/tierwall/internal/cli"
)

// BenchmarkStart compares processes of the command with those of a Go program that only reads the same JSON, in turns. Its metrics are
// medians: the milliseconds of the processor that both take, and how many times more the command takes, of the processor and in all. Other
// processes of the machine disturb the former less.
func BenchmarkStart(b *testing.B) {
	assembly := shop(b)
	command, reader := cli.Command(b), cli.Built(b, "./internal/cli/testdata/reader")
	var files []string // what why and prove read
	for _, name := range []string{"manifest.json", "Shop.assets.json", "Shop.template.json", "Shop.metadata.json", "tierwall.json"} {
		files = append(files, filepath.Join(assembly, name))
	}
	for _, each := range []struct {
		name            string
		arguments, read []string
	}{
		{"prove", []string{"prove", assembly}, files},
		{"why", []string{"why", "App", "Database", "tcp/5432", assembly}, files},
		{"version", []string{"version"}, nil},
	} {
		b.Run("command="+each.name, func(b *testing.B) {
			var ours, theirs times
			for b.Loop() {
				ours.add(b, command, each.arguments...)
				theirs.add(b, reader, each.read...)
			}
			b.ReportMetric(0, "ns/op") // A round is both together.
			b.ReportMetric(rounds.Median(ours.processor), "tierwall-ms")
			b.ReportMetric(rounds.Median(theirs.processor), "reader-ms")
			b.ReportMetric(rounds.Median(ours.processor)/rounds.Median(theirs.processor), "to-reader")
			b.ReportMetric(rounds.Median(ours.wall)/rounds.Median(theirs.wall), "wall-to-reader")
		})
	}
}

// shop returns the cloud assembly of examples/shop.
func shop(b *testing.B) string {
	b.Helper()
	out := filepath.Join(b.TempDir(), "cdk.out")
	synth := exec.Command("go", "run", "./examples/shop")
	synth.Dir, synth.Env = filepath.Join("..", ".."), append(os.Environ(), "CDK_OUTDIR="+out)
	text, err := synth.CombinedOutput()
	require.NoError(b, err, "%s", text)
	return out
}

// times are the milliseconds that processes took.
type times struct{ processor, wall []float64 }

// add runs a process.
func (t *times) add(b *testing.B, program string, args ...string) {
	b.Helper()
	process, start := exec.Command(program, args...), time.Now()
	out, err := process.CombinedOutput()
	wall := time.Since(start)
	require.NoError(b, err, "%s", out)
	used := process.ProcessState.UserTime() + process.ProcessState.SystemTime()
	t.processor, t.wall = append(t.processor, used.Seconds()*1000), append(t.wall, wall.Seconds()*1000)
}
