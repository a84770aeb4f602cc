package usage

import (
	"cmp"
	"fmt"
	"os/exec"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/flowlog"
)

func cpu(who int) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(who, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// perCore reports how many records a core takes in a second.
func perCore(b *testing.B, who int, run func()) {
	before := cpu(who)
	for b.Loop() {
		run()
	}
	b.ReportMetric(float64(*benchMillions)*float64(b.N)/(cpu(who)-before).Seconds(), "M/s-core")
}

// BenchmarkUsage reads and accounts for logs, beside programs that do less: zcat | awk, which only counts fields, and DuckDB, which groups.
// It reports the largest heap that it saw.
func BenchmarkUsage(b *testing.B) {
	m := shop(b)
	folder := cmp.Or(*benchFolder, b.TempDir())
	for _, kind := range []string{gzipDefault, gzipWide, columnar} {
		b.Run(kind, func(b *testing.B) {
			files := busyLogs(b, folder, kind)
			b.ReportAllocs()
			runtime.GC()
			largest, stop := watchHeap()
			perCore(b, syscall.RUSAGE_SELF, func() { useOnce(b, m, files) })
			stop()
			b.ReportMetric(float64(largest.Load())/1e6, "MB-heap")
		})
		if kind == columnar {
			benchDuckDB(b, folder)
			continue
		}
		b.Run(kind+"-zcat-awk", func(b *testing.B) {
			if _, err := exec.LookPath("awk"); err != nil {
				b.Skip("awk is not installed")
			}
			files := busyLogs(b, folder, kind)
			count := exec.Command("sh", "-c", "cat "+strings.Join(files, " ")+" | zcat | awk '{n += NF} END {print n}'")
			perCore(b, syscall.RUSAGE_CHILDREN, func() {
				again := *count
				require.NoError(b, again.Run())
			})
		})
	}
}

// benchDuckDB groups the records of Parquet files with DuckDB in Node: by connection, and by what tells flows between tiers apart.
func benchDuckDB(b *testing.B, folder string) {
	b.Helper()
	for name, by := range map[string]string{
		"connections": "interface_id, srcaddr, dstaddr, srcport, dstport, protocol, action",
		"addresses":   "interface_id, srcaddr, dstaddr, least(srcport, dstport), protocol, action",
	} {
		b.Run("parquet-duckdb-"+name, func(b *testing.B) {
			if exec.Command("node", "-e", "require('@duckdb/node-api')").Run() != nil {
				b.Skip("DuckDB is not installed for Node")
			}
			files := busyLogs(b, folder, columnar)
			perCore(b, syscall.RUSAGE_CHILDREN, func() {
				out, err := exec.Command("node", "-e", fmt.Sprintf(`
					const {DuckDBInstance} = require('@duckdb/node-api');
					(async () => {
						const c = await (await DuckDBInstance.create(':memory:')).connect();
						const r = await c.runAndReadAll("SELECT count(*), sum(n) FROM (SELECT %s, count(*) AS n, sum(packets), sum(bytes), " +
							"min(start), max(\"end\") FROM read_parquet(['%s']) GROUP BY ALL)");
						console.log(String(r.getRows()[0][1]));
					})()`, by, strings.Join(files, "','"))).CombinedOutput()
				require.NoError(b, err, string(out))
				require.Equal(b, fmt.Sprint(*benchMillions*1_000_000), strings.TrimSpace(string(out)))
			})
		})
	}
}

func useOnce(b *testing.B, m *arch.Model, files []string) {
	a := New(&Network{Model: m})
	r := a.Conclude(flowlog.Read(files, flowlog.Options{}, a.Worker))
	require.EqualValues(b, *benchMillions*1_000_000, r.Logs.Records)
}

// watchHeap records the largest heap until it is stopped.
func watchHeap() (largest *atomic.Uint64, stop func()) {
	largest = &atomic.Uint64{}
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(50 * time.Millisecond):
				heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/unused:bytes"}}
				metrics.Read(heap)
				largest.Store(max(largest.Load(), heap[0].Value.Uint64()+heap[1].Value.Uint64()))
			}
		}
	}()
	return largest, func() { close(done) }
}
