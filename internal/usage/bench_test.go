package usage

import (
	"bufio"
	"compress/gzip"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/flowlog"
)

var benchMillions = flag.Int("millions", 1, "millions of records in the logs of the benchmark")

// busyRow is a record as AWS writes it in Parquet.
type busyRow struct {
	InterfaceID string `parquet:"interface_id,optional,dict"`
	SrcAddr     string `parquet:"srcaddr,optional,dict"`
	DstAddr     string `parquet:"dstaddr,optional,dict"`
	SrcPort     int32  `parquet:"srcport,optional,dict"`
	DstPort     int32  `parquet:"dstport,optional,dict"`
	Protocol    int32  `parquet:"protocol,optional,dict"`
	Packets     int64  `parquet:"packets,optional"`
	Bytes       int64  `parquet:"bytes,optional"`
	Start       int64  `parquet:"start,optional"`
	End         int64  `parquet:"end,optional"`
	Action      string `parquet:"action,optional,dict"`
	LogStatus   string `parquet:"log_status,optional,dict"`
}

// busy returns a record of the shop with 1,000 interfaces: mostly of declared flows, with replies, scans and traffic that nobody declared.
func busy(r *rand.Rand, i int) busyRow {
	layer, host := r.IntN(4), r.IntN(250)
	to := fmt.Sprintf("10.0.%d.%d", []int{16, 32, 48, 64}[layer], host)
	from := fmt.Sprintf("10.0.%d.%d", []int{0, 16, 32, 48}[layer], r.IntN(250))
	if layer == 0 {
		from = fmt.Sprintf("198.51.%d.%d", r.IntN(256), r.IntN(256))
	}
	port := []int32{443, 443, 8080, 5432}[layer]
	if r.IntN(100) == 0 {
		port = 9999 // Nobody declared it.
	}
	out := busyRow{fmt.Sprintf("eni-0%016x", layer<<20|host), from, to, 32768 + r.Int32N(28000), port, 6, 1 + r.Int64N(1000),
		40 + r.Int64N(1e7), int64(1788232200 + i/200), int64(1788232200+i/200) + r.Int64N(60), "ACCEPT", "OK"}
	if r.IntN(2) == 0 {
		out.SrcAddr, out.DstAddr, out.SrcPort, out.DstPort = to, from, port, out.SrcPort
	}
	if r.IntN(20) == 0 {
		out.SrcAddr, out.DstAddr, out.Action = fmt.Sprintf("203.0.%d.%d", r.IntN(256), r.IntN(256)), to, "REJECT"
	}
	return out
}

func busyLogs(b *testing.B) (text, columns []string) {
	b.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	const per = 250_000
	for i := range *benchMillions * 1_000_000 / per {
		var rows []busyRow
		name := filepath.Join(b.TempDir(), "log")
		file, err := os.Create(name + ".gz")
		require.NoError(b, err)
		zip := gzip.NewWriter(file)
		w := bufio.NewWriter(zip)
		_, _ = fmt.Fprintln(w, flowlog.DefaultFormat)
		for j := range per {
			r := busy(random, i*per+j)
			rows = append(rows, r)
			_, _ = fmt.Fprintln(w, "2 111122223333", r.InterfaceID, r.SrcAddr, r.DstAddr, r.SrcPort, r.DstPort, r.Protocol, r.Packets, r.Bytes,
				r.Start, r.End, r.Action, r.LogStatus)
		}
		require.NoError(b, w.Flush())
		require.NoError(b, zip.Close())
		require.NoError(b, file.Close())
		require.NoError(b, parquet.WriteFile(name+".parquet", rows, parquet.Compression(&parquet.Gzip)))
		text, columns = append(text, name+".gz"), append(columns, name+".parquet")
	}
	return text, columns
}

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

// BenchmarkUsage reads and accounts for logs, beside zcat | awk, which only counts. It reports the largest heap that it saw.
func BenchmarkUsage(b *testing.B) {
	text, columns := busyLogs(b)
	m := shop(b)
	for name, files := range map[string][]string{"gzip": text, "parquet": columns} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			runtime.GC()
			largest, stop := watchHeap()
			perCore(b, syscall.RUSAGE_SELF, func() { useOnce(b, m, files) })
			stop()
			b.ReportMetric(float64(largest.Load())/1e6, "MB-heap")
		})
	}
	b.Run("zcat-awk", func(b *testing.B) {
		if _, err := exec.LookPath("awk"); err != nil {
			b.Skip("awk is not installed")
		}
		perCore(b, syscall.RUSAGE_CHILDREN, func() {
			require.NoError(b, exec.Command("sh", "-c", "zcat "+strings.Join(text, " ")+" | awk '{n += NF} END {print n}'").Run())
		})
	})
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
