package flowlog

import (
	"bufio"
	"compress/gzip"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"
)

var (
	benchRecords = flag.Int("records", 200_000, "records in the logs of benchmarks")
	benchFiles   = flag.Int("files", 4, "files that they are in")
)

// counting is the cheapest sink.
type counting struct{ bytes int64 }

func (c *counting) Add(r *Record) { c.bytes += r.Bytes }

// row is a record of a benchmark's log, as AWS writes it in Parquet.
type row struct {
	Version     int32  `parquet:"version,optional"`
	AccountID   string `parquet:"account_id,optional,dict"`
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

// randomRow returns a record of a busy network: 400 interfaces, random addresses.
func randomRow(r *rand.Rand, i int) row {
	start := int64(1788232200 + i/200)
	ports := []int32{int32(1024 + r.IntN(64000)), []int32{443, 8080, 5432, 3306, 53}[r.IntN(5)]}
	if r.IntN(2) == 0 {
		ports[0], ports[1] = ports[1], ports[0]
	}
	out := row{
		2, "111122223333", fmt.Sprintf("eni-0%016x", uint64(1+r.IntN(400))*0x9e3779b97f4a7c15),
		fmt.Sprintf("10.0.%d.%d", 16+r.IntN(48), r.IntN(256)),
		fmt.Sprintf("10.0.%d.%d", 16+r.IntN(48), r.IntN(256)), ports[0], ports[1], 6, int64(1 + r.IntN(1000)), int64(40 + r.IntN(1e7)), start,
		start + int64(r.IntN(60)), "ACCEPT", "OK",
	}
	if r.IntN(20) == 0 {
		out.Action = "REJECT"
	}
	return out
}

// text returns the record as a line.
func (r row) text() string {
	line := fmt.Sprintln(r.Version, r.AccountID, r.InterfaceID, r.SrcAddr, r.DstAddr, r.SrcPort, r.DstPort, r.Protocol, r.Packets, r.Bytes,
		r.Start, r.End, r.Action, r.LogStatus)
	return strings.TrimSuffix(line, "\n")
}

func newRandom() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// benchLogs writes the same records in gzip and in Parquet into a folder each.
func benchLogs(b *testing.B) (text, columns []string) {
	b.Helper()
	random := newRandom()
	per := *benchRecords / *benchFiles
	for i := range *benchFiles {
		name := filepath.Join(b.TempDir(), strconv.Itoa(i))
		var rows []row
		for j := range per {
			rows = append(rows, randomRow(random, i*per+j))
		}
		text, columns = append(text, name+".gz"), append(columns, name+".parquet")
		writeGzip(b, name+".gz", rows)
		file, err := os.Create(name + ".parquet")
		require.NoError(b, err)
		require.NoError(b, parquet.Write(file, rows, parquet.Compression(&parquet.Gzip)))
		require.NoError(b, file.Close())
	}
	return text, columns
}

func writeGzip(b *testing.B, name string, rows []row) {
	b.Helper()
	file, err := os.Create(name)
	require.NoError(b, err)
	zip := gzip.NewWriter(file)
	w := bufio.NewWriter(zip)
	_, _ = fmt.Fprintln(w, DefaultFormat)
	for _, r := range rows {
		_, _ = fmt.Fprintln(w, r.text())
	}
	require.NoError(b, w.Flush())
	require.NoError(b, zip.Close())
	require.NoError(b, file.Close())
}

// cpu returns the processor time of this process, or of those that it waited for.
func cpu(who int) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(who, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// perCore reports how many records a core reads in a second.
func perCore(b *testing.B, who int, run func()) {
	before := cpu(who)
	for b.Loop() {
		run()
	}
	used := cpu(who) - before
	b.ReportMetric(float64(*benchRecords)*float64(b.N)/used.Seconds()/1e6, "M/s-core")
}

// BenchmarkRead reads logs beside a peer that only counts lines and fields: zcat | awk.
func BenchmarkRead(b *testing.B) {
	text, columns := benchLogs(b)
	for name, files := range map[string][]string{"gzip": text, "parquet": columns} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			perCore(b, syscall.RUSAGE_SELF, func() {
				s := Read(files, Options{}, func(*Symbols) Sink { return &counting{} })
				require.EqualValues(b, *benchRecords, s.Records, s.Problems)
			})
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
