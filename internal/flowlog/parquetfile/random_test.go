package parquetfile

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/encoding"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// cells reads all values of a column as texts, a different number of rows at a time. A null is "null".
func cells(f *File, column *Column, r *Reader, most int64) ([]string, error) {
	var out []string
	for group := range f.Groups() {
		if err := r.Reset(f, group, column); err != nil {
			return out, err
		}
		rows := int64(0)
		for n := 1; int64(len(out)) < most; n = n*3%1009 + 1 {
			b, err := r.Read(n)
			if err != nil {
				return out, err
			}
			if b.Rows == 0 {
				break
			}
			rows += int64(b.Rows)
			out = append(out, batchCells(b)...)
		}
		if rows != f.GroupRows(group) && int64(len(out)) < most {
			return out, fmt.Errorf("got %d rows of %d", rows, f.GroupRows(group))
		}
	}
	return out, nil
}

func batchCells(b *Batch) []string {
	var out []string
	next := 0
	for i := range b.Rows {
		if b.Present != nil && !b.Present[i] {
			out = append(out, "null")
			continue
		}
		at := next
		next++
		if b.Places != nil {
			at = int(b.Places[at])
		}
		if len(b.Values.Texts) > 0 {
			out = append(out, fmt.Sprintf("%q", b.Values.Texts[at]))
		} else {
			out = append(out, fmt.Sprint(b.Values.Numbers[at]))
		}
	}
	return out
}

var codecs = []compress.Codec{&parquet.Uncompressed, &parquet.Gzip, &parquet.Snappy}

// randomColumn is a column with random properties and values.
type randomColumn struct {
	node  parquet.Node
	value func(*rapid.T) parquet.Value
	name  string
	cells []string
}

func drawColumn(t *rapid.T, i int) *randomColumn {
	out := &randomColumn{name: fmt.Sprintf("c%d", i)}
	kind := rapid.SampledFrom([]parquet.Kind{parquet.Int32, parquet.Int64, parquet.ByteArray}).Draw(t, "kind")
	encodings := []encoding.Encoding{&parquet.Plain, &parquet.RLEDictionary}
	few := rapid.Bool().Draw(t, "few values")
	number := rapid.Int64()
	if few {
		number = rapid.Int64Range(0, 9)
	}
	switch kind {
	case parquet.Int32:
		out.node = parquet.Int(32)
		encodings = append(encodings, &parquet.DeltaBinaryPacked)
		out.value = func(t *rapid.T) parquet.Value { return parquet.Int32Value(int32(number.Draw(t, "number"))) }
	case parquet.Int64:
		out.node = parquet.Int(64)
		encodings = append(encodings, &parquet.DeltaBinaryPacked)
		out.value = func(t *rapid.T) parquet.Value { return parquet.Int64Value(number.Draw(t, "number")) }
	default:
		out.node = parquet.String()
		encodings = append(encodings, &parquet.DeltaLengthByteArray, &parquet.DeltaByteArray)
		text := rapid.StringN(0, 12, -1)
		if few {
			text = rapid.SampledFrom([]string{"", "-", "ACCEPT", "ACCEPTED"})
		}
		out.value = func(t *rapid.T) parquet.Value { return parquet.ByteArrayValue([]byte(text.Draw(t, "text"))) }
	}
	out.node = parquet.Compressed(parquet.Encoded(out.node, rapid.SampledFrom(encodings).Draw(t, "encoding")),
		rapid.SampledFrom(codecs).Draw(t, "codec"))
	if rapid.Bool().Draw(t, "optional") {
		out.node = parquet.Optional(out.node)
	}
	return out
}

// cell draws the value of a row.
func (c *randomColumn) cell(t *rapid.T, nulls int, at int) parquet.Value {
	if c.node.Optional() && rapid.IntRange(0, 9).Draw(t, "null") < nulls {
		c.cells = append(c.cells, "null")
		return parquet.NullValue().Level(0, 0, at)
	}
	value := c.value(t)
	text := value.String()
	if value.Kind() == parquet.ByteArray {
		text = fmt.Sprintf("%q", value.ByteArray())
	}
	c.cells = append(c.cells, text)
	level := 0
	if c.node.Optional() {
		level = 1
	}
	return value.Level(0, level, at)
}

// drawFile writes a file with random columns and rows.
func drawFile(t *rapid.T) ([]byte, []*randomColumn) {
	var columns []*randomColumn
	root := parquet.Group{}
	for i := range rapid.IntRange(1, 4).Draw(t, "columns") {
		columns = append(columns, drawColumn(t, i))
		root[columns[i].name] = columns[i].node
	}
	var rows []parquet.Row
	for range rapid.IntRange(0, 40).Draw(t, "drawn rows") {
		var row parquet.Row
		nulls := rapid.SampledFrom([]int{0, 1, 9, 10}).Draw(t, "nulls of 10")
		for i, c := range columns {
			row = append(row, c.cell(t, nulls, i))
		}
		rows = append(rows, row)
	}
	times := rapid.SampledFrom([]int{1, 1, 7, 60}).Draw(t, "times")
	rows = slices.Repeat(rows, times)
	for _, c := range columns {
		c.cells = slices.Repeat(c.cells, times)
	}
	var out bytes.Buffer
	w := parquet.NewWriter(&out, parquet.NewSchema("log", root),
		parquet.DataPageVersion(rapid.IntRange(1, 2).Draw(t, "version")),
		parquet.PageBufferSize(rapid.SampledFrom([]int{64, 1000, 1 << 20}).Draw(t, "page size")),
		parquet.MaxRowsPerRowGroup(rapid.SampledFrom([]int64{13, 700, 1 << 20}).Draw(t, "rows of a group")))
	_, err := w.WriteRows(rows)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Bytes(), columns
}

// TestRandomFiles reads files that parquet-go writes, in all codecs, encodings and versions of pages.
func TestRandomFiles(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		file, columns := drawFile(t)
		f, err := Open(bytes.NewReader(file), int64(len(file)))
		require.NoError(t, err)
		require.Len(t, f.Columns, len(columns))
		var r Reader
		for i := range f.Columns {
			got, err := cells(f, &f.Columns[i], &r, 1<<30)
			require.NoError(t, err)
			require.Equal(t, columns[i].name, f.Columns[i].Name)
			require.Len(t, got, len(columns[i].cells))
			for row, want := range columns[i].cells {
				require.Equal(t, want, got[row], "column %d, row %d", i, row)
			}
		}
	})
}
