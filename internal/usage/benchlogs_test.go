package usage

import (
	"bufio"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/flowlog"
)

var (
	benchMillions = flag.Int("millions", 1, "millions of records in the logs of the benchmark")
	benchFolder   = flag.String("logs", "", "folder that keeps the logs of the benchmark for the next run")
)

// busyRow is a record as AWS writes it in Parquet, with the 24 fields of wideFormat.
type busyRow struct {
	Version       int32  `parquet:"version,optional,dict"`
	AccountID     string `parquet:"account_id,optional,dict"`
	InterfaceID   string `parquet:"interface_id,optional,dict"`
	SrcAddr       string `parquet:"srcaddr,optional,dict"`
	DstAddr       string `parquet:"dstaddr,optional,dict"`
	SrcPort       int32  `parquet:"srcport,optional,dict"`
	DstPort       int32  `parquet:"dstport,optional,dict"`
	Protocol      int32  `parquet:"protocol,optional,dict"`
	Packets       int64  `parquet:"packets,optional"`
	Bytes         int64  `parquet:"bytes,optional"`
	Start         int64  `parquet:"start,optional"`
	End           int64  `parquet:"end,optional"`
	Action        string `parquet:"action,optional,dict"`
	LogStatus     string `parquet:"log_status,optional,dict"`
	VPCID         string `parquet:"vpc_id,optional,dict"`
	SubnetID      string `parquet:"subnet_id,optional,dict"`
	InstanceID    string `parquet:"instance_id,optional,dict"`
	TCPFlags      int32  `parquet:"tcp_flags,optional,dict"`
	Type          string `parquet:"type,optional,dict"`
	PktSrcAddr    string `parquet:"pkt_srcaddr,optional,dict"`
	PktDstAddr    string `parquet:"pkt_dstaddr,optional,dict"`
	AZID          string `parquet:"az_id,optional,dict"`
	FlowDirection string `parquet:"flow_direction,optional,dict"`
	TrafficPath   int32  `parquet:"traffic_path,optional,dict"`
}

// wideFormat is the format of lines of about 209 bytes.
const wideFormat = flowlog.DefaultFormat +
	" vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr az-id flow-direction traffic-path"

// busy returns a record of the shop with 1,000 interfaces: mostly of declared flows, with replies, scans and traffic that nobody declared.
func busy(r *rand.Rand, i int) busyRow {
	layer, host := r.IntN(4), r.IntN(250)
	address := func(a, b, c, d int) string {
		return netip.AddrFrom4([4]byte{byte(a), byte(b), byte(c), byte(d)}).String()
	}
	to := address(10, 0, []int{16, 32, 48, 64}[layer], host)
	from := address(10, 0, []int{0, 16, 32, 48}[layer], r.IntN(250))
	if layer == 0 {
		from = address(198, 51, r.IntN(256), r.IntN(256))
	}
	port := []int32{443, 443, 8080, 5432}[layer]
	if r.IntN(100) == 0 {
		port = 9999 // Nobody declared it.
	}
	number := uint64(layer<<20 | host)
	start := int64(1788232200 + i/200)
	out := busyRow{
		Version: 2, AccountID: "111122223333", InterfaceID: "eni-0" + hex(number, 16), SrcAddr: from, DstAddr: to,
		SrcPort: 32768 + r.Int32N(28000), DstPort: port, Protocol: 6, Packets: 1 + r.Int64N(1000), Bytes: 40 + r.Int64N(1e7),
		Start: start, End: start + r.Int64N(60), Action: "ACCEPT", LogStatus: "OK",
		VPCID: "vpc-0123456789abcdef0", SubnetID: "subnet-0" + hex(uint64(layer), 16), InstanceID: "i-0" + hex(number*0x9e3779b97f4a7c15, 16),
		TCPFlags: []int32{0, 2, 3, 3}[r.IntN(4)], Type: "IPv4", AZID: "euw1-az1", FlowDirection: "ingress",
	}
	if r.IntN(2) == 0 {
		out.SrcAddr, out.DstAddr, out.SrcPort, out.DstPort, out.FlowDirection, out.TrafficPath = to, from, port, out.SrcPort, "egress", 1
		if out.TCPFlags > 0 {
			out.TCPFlags |= 16
		}
	}
	if r.IntN(20) == 0 {
		out.SrcAddr, out.DstAddr, out.Action = address(203, 0, r.IntN(256), r.IntN(256)), to, "REJECT"
	}
	out.PktSrcAddr, out.PktDstAddr = out.SrcAddr, out.DstAddr
	return out
}

// hex returns the last digits of a number.
func hex(n uint64, digits int) string {
	text := strings.Repeat("0", digits) + strconv.FormatUint(n, 16)
	return text[len(text)-digits:]
}

// appendDefault appends the record as a line of the default format, without its end.
func (r *busyRow) appendDefault(line []byte) []byte {
	text := func(s string) { line = append(append(line, s...), ' ') }
	number := func(n int64) { line = append(strconv.AppendInt(line, n, 10), ' ') }
	text("2 " + r.AccountID)
	text(r.InterfaceID)
	text(r.SrcAddr)
	text(r.DstAddr)
	for _, n := range []int64{int64(r.SrcPort), int64(r.DstPort), int64(r.Protocol), r.Packets, r.Bytes, r.Start, r.End} {
		number(n)
	}
	text(r.Action)
	return append(line, r.LogStatus...)
}

// appendWide appends the record as a line of wideFormat, without its end.
func (r *busyRow) appendWide(line []byte) []byte {
	path := "-"
	if r.TrafficPath > 0 {
		path = strconv.Itoa(int(r.TrafficPath))
	}
	return fmt.Appendf(r.appendDefault(line), " %s %s %s %d %s %s %s %s %s %s", r.VPCID, r.SubnetID, r.InstanceID, r.TCPFlags, r.Type,
		r.PktSrcAddr, r.PktDstAddr, r.AZID, r.FlowDirection, path)
}

// The logs of the benchmark.
const (
	gzipDefault = "gzip-default"
	gzipWide    = "gzip-wide"
	columnar    = "parquet"
)

// busyLogs returns the files of one of these logs, which all have the same records. It writes those that the folder lacks.
func busyLogs(b *testing.B, folder, kind string) []string {
	b.Helper()
	const per = 250_000
	var out []string
	for i := range *benchMillions * 1_000_000 / per {
		name := filepath.Join(folder, fmt.Sprintf("%s-%04d", kind, i))
		if _, err := os.Stat(name); err != nil {
			random := rand.New(rand.NewPCG(uint64(i), 2))
			writeBusy(b, kind, name, per, func(j int) busyRow { return busy(random, i*per+j) })
		}
		out = append(out, name)
	}
	return out
}

// writeBusy writes one file.
func writeBusy(b *testing.B, kind, name string, records int, record func(int) busyRow) {
	b.Helper()
	if kind == columnar {
		var rows []busyRow
		for j := range records {
			rows = append(rows, record(j))
		}
		require.NoError(b, parquet.WriteFile(name, rows, parquet.Compression(&parquet.Gzip)))
		return
	}
	file, err := os.Create(name)
	require.NoError(b, err)
	zip := gzip.NewWriter(file)
	w := bufio.NewWriterSize(zip, 1<<20)
	format, write := flowlog.DefaultFormat, (*busyRow).appendDefault
	if kind == gzipWide {
		format, write = wideFormat, (*busyRow).appendWide
	}
	_, _ = w.WriteString(format + "\n")
	var line []byte
	for j := range records {
		r := record(j)
		line = append(write(&r, line[:0]), '\n')
		_, _ = w.Write(line)
	}
	require.NoError(b, w.Flush())
	require.NoError(b, zip.Close())
	require.NoError(b, file.Close())
}
