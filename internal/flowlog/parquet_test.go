package flowlog

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestParquetOfAnother reads a file that DuckDB 1.5 wrote: an independent writer, with nulls, "-" and 0 for what is absent.
func TestParquetOfAnother(t *testing.T) {
	t.Parallel()
	records, found, _ := readAll(t, Options{}, filepath.Join("testdata", "duckdb-gzip.parquet"))
	assert.Empty(t, found)
	assert.Equal(t, []string{
		"NODATA eni-0aa0 invalid IP:0>invalid IP:0 p0 0/0 1788232260-1788232320 - - flags0",
		"OK eni-0aa0 10.0.1.5:51544>10.0.2.9:5432 p6 18/3120 1788232200-1788232255 accept out flags2 pkt 10.0.1.5>10.0.2.9 vpc-1",
		"OK eni-0aa0 203.0.113.77:40211>10.0.1.5:3389 p6 1/60 1788232200-1788232200 reject in flags2 pkt 203.0.113.77>10.0.1.5 vpc-1",
		"OK eni-0bb0 2001:db8::1:1>2001:db8::2:2 p17 3/4 5-6 accept out pkt 2001:db8::1>2001:db8::2 vpc-1",
		"SKIPDATA eni-0aa0 invalid IP:0>invalid IP:0 p0 0/0 1788232260-1788232320 - -",
	}, records)
}

// TestDamagedParquet cuts a file off and changes its bytes: nothing panics, and a cut is always told.
func TestDamagedParquet(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile(filepath.Join("testdata", "duckdb-gzip.parquet"))
	require.NoError(t, err)
	dir, step := t.TempDir(), 1
	if testing.Short() {
		step = 4
	}
	for n := 0; n < len(whole); n += 11 * step {
		cut := filepath.Join(dir, "cut")
		require.NoError(t, os.WriteFile(cut, whole[:n], 0o600))
		records, _, summary := readAll(t, Options{}, cut)
		assert.True(t, summary.Lost(), "cut to %d bytes", n)
		assert.Empty(t, records, "cut to %d bytes", n)
	}
	for n := 0; n < len(whole); n += 7 * step {
		changed := append([]byte(nil), whole...)
		changed[n] ^= 0x55
		file := filepath.Join(dir, "changed")
		require.NoError(t, os.WriteFile(file, changed, 0o600))
		readAll(t, Options{}, file)
	}
}

func TestParquetProblems(t *testing.T) {
	t.Parallel()
	type numbers struct {
		InterfaceID string `parquet:"interface_id"`
		SrcAddr     string `parquet:"srcaddr"`
		DstAddr     string `parquet:"dstaddr"`
		SrcPort     int64  `parquet:"srcport"`
		DstPort     string `parquet:"dstport,dict"` // a text, which is as good
		Protocol    int32  `parquet:"protocol"`
		Start       int64  `parquet:"start"`
		End         int64  `parquet:"end"`
		Action      string `parquet:"action,dict"`
	}
	right := numbers{"eni-1", "10.0.0.1", "10.0.0.2", 1, "2", 6, 1, 2, "ACCEPT"}
	rows := []numbers{right, right, right, right, right, right}
	rows[1].SrcPort = 65536
	rows[2].DstAddr = "10.0.0.300"
	rows[3].Action = "ALLOW"
	rows[4].DstPort = "x"
	rows[5].Protocol = -1
	file := filepath.Join(t.TempDir(), "log")
	require.NoError(t, parquet.WriteFile(file, rows))
	records, found, _ := readAll(t, Options{}, file)
	assert.Equal(t, []string{"OK eni-1 10.0.0.1:1>10.0.0.2:2 p6 0/0 1-2 accept -"}, records)
	assert.Equal(t, []string{
		"log:2: a row has a value that srcport cannot have", "log:3: a row has a value that dstaddr cannot have",
		"log:4: a row has a value that action cannot have", "log:5: a row has a value that dstport cannot have",
		"log:6: a row has a value that protocol cannot have",
	}, found)

	type other struct {
		InterfaceID string `parquet:"interface_id"`
		SrcAddr     int64  `parquet:"srcaddr"`
	}
	require.NoError(t, parquet.WriteFile(file, []other{{"eni-1", 5}}))
	_, found, _ = readAll(t, Options{}, file)
	assert.Equal(t, []string{
		"log: the file has no column action, dstaddr, dstport, end, protocol, srcport, start; a flow cannot be told without",
	}, found)
}

// TestParquetColumns reads files with columns that a field cannot have.
func TestParquetColumns(t *testing.T) {
	t.Parallel()
	type base struct {
		InterfaceID string `parquet:"interface_id"`
		SrcAddr     string `parquet:"srcaddr"`
		DstAddr     string `parquet:"dstaddr"`
		SrcPort     int32  `parquet:"srcport"`
		DstPort     int32  `parquet:"dstport"`
		Protocol    int32  `parquet:"protocol"`
		End         int64  `parquet:"end"`
		Action      string `parquet:"action"`
	}
	type times struct {
		base
		Start time.Time `parquet:"start"` // not seconds
	}
	type twice struct {
		base
		Start  int64  `parquet:"start"`
		Packet string `parquet:"pkt_srcaddr"`
		Other  string `parquet:"pkt-srcaddr"`
	}
	type nested struct {
		base
		Start int64  `parquet:"start"`
		VPC   []base `parquet:"vpc_id"`
		Other []base `parquet:"other"`
	}
	file := filepath.Join(t.TempDir(), "log")
	require.NoError(t, parquet.WriteFile(file, []times{{}}))
	_, found, summary := readAll(t, Options{}, file)
	assert.True(t, summary.Lost())
	assert.Equal(t, []string{"log: the file is damaged or cannot be read: " +
		`column "start": its values are INT64 for dates, times or decimals; allowed are numbers and texts`}, found)
	require.NoError(t, parquet.WriteFile(file, []twice{{}}))
	_, found, _ = readAll(t, Options{}, file)
	assert.Equal(t, []string{`log: the file has the columns "pkt_srcaddr" and "pkt-srcaddr"; allowed is one of them`}, found)
	require.NoError(t, parquet.WriteFile(file, []nested{{}}))
	_, found, _ = readAll(t, Options{}, file)
	assert.Equal(t, []string{"log: the file is damaged or cannot be read: " +
		`column "vpc_id": its values are nested columns; allowed are numbers and texts`}, found)
	_, found, _ = readAll(t, Options{}, write(t, "log", "PARE\x00\x00\x00\x00\x00\x00\x00\x00PARE"))
	assert.Equal(t, []string{"log: the file is damaged or cannot be read: it is encrypted; allowed are files without encryption"}, found)
}

// TestParquetPages reads a file whose columns have pages of different sizes, against the same records in text.
func TestParquetPages(t *testing.T) {
	t.Parallel()
	var rows []row
	var text strings.Builder
	random := newRandom()
	for i := range 5000 {
		rows = append(rows, randomRow(random, i))
		text.WriteString(rows[i].text() + "\n")
	}
	file := filepath.Join(t.TempDir(), "log")
	require.NoError(t, parquet.WriteFile(file, rows, parquet.PageBufferSize(3000), parquet.MaxRowsPerRowGroup(1700),
		parquet.Compression(&parquet.Gzip)))
	fromColumns, found, _ := readAll(t, Options{}, file)
	require.Empty(t, found)
	fromText, found, _ := readAll(t, Options{}, write(t, "log", text.String()))
	require.Empty(t, found)
	require.Len(t, fromColumns, 5000)
	assert.Equal(t, fromText, fromColumns)
}
