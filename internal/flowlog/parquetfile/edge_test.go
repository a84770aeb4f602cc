package parquetfile

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDeltas reads numbers whose differences overflow, and more texts than a batch has.
func TestDeltas(t *testing.T) {
	t.Parallel()
	type row struct {
		Narrow int32  `parquet:",delta"`
		Wide   int64  `parquet:",delta"`
		Text   string `parquet:",delta"`
	}
	var rows []row
	for i := range 3000 {
		rows = append(rows,
			row{math.MinInt32 + int32(i%3), math.MinInt64 + int64(i%7), fmt.Sprintf("text %05d", i/50)},
			row{math.MaxInt32 - int32(i%5), math.MaxInt64, fmt.Sprintf("text %05d and more", i)})
	}
	var out bytes.Buffer
	require.NoError(t, parquet.Write(&out, rows))
	f, err := Open(bytes.NewReader(out.Bytes()), int64(out.Len()))
	require.NoError(t, err)
	var r Reader
	var got [3][]string
	for i := range got {
		got[i], err = cells(f, &f.Columns[i], &r, 1<<30)
		require.NoError(t, err)
		require.Len(t, got[i], len(rows))
	}
	for i, want := range rows {
		require.Equal(t, []string{fmt.Sprint(want.Narrow), fmt.Sprint(want.Wide), fmt.Sprintf("%q", want.Text)},
			[]string{got[0][i], got[1][i], got[2][i]}, "row %d", i)
	}
}

// TestPlainBytes reads a page of version 2 that is not compressed, although its column has a codec.
func TestPlainBytes(t *testing.T) {
	t.Parallel()
	p := dataPage(4, format.Plain, four)
	p.header.Type, p.header.DataPageHeader = format.DataPageV2, thrift.Null[format.DataPageHeader]{}
	p.header.DataPageHeaderV2 = thrift.New(format.DataPageHeaderV2{NumValues: 4, NumRows: 4, IsCompressed: thrift.New(false)})
	data := newHandFile(format.Int32, format.Gzip, 4, p).bytes(t)
	f, err := Open(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	got, err := cells(f, &f.Columns[0], new(Reader), 9)
	require.NoError(t, err)
	assert.Equal(t, []string{"1", "2", "3", "4"}, got)
}

// TestGzip reads pages in gzip with too many bytes, and with a wrong sum.
func TestGzip(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write([]byte(four))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	read := func(data string, size int32) []error {
		return readAll(newHandFile(format.Int32, format.Gzip, 4, dataPage(4, format.Plain, data).claims(size)).bytes(t))
	}
	assert.Empty(t, read(out.String(), 16))
	assert.Len(t, read(out.String(), 12), 1)
	assert.Len(t, read(out.String(), 20), 1)
	wrong := out.Bytes()
	wrong[len(wrong)-8] ^= 1
	assert.Len(t, read(string(wrong), 16), 1)
}
