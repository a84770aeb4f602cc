package parquetfile

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding"
	"github.com/stretchr/testify/require"
)

// smallFile returns a file that parquet-go writes: every encoding for every type that has it, with nulls.
func smallFile(t testing.TB, options ...parquet.WriterOption) []byte {
	t.Helper()
	root := parquet.Group{}
	add := func(name string, node parquet.Node, e encoding.Encoding) {
		root[name] = parquet.Encoded(node, e)
		root[name+"_optional"] = parquet.Optional(root[name])
	}
	add("number32", parquet.Int(32), &parquet.Plain)
	add("number32_dictionary", parquet.Int(32), &parquet.RLEDictionary)
	add("number32_delta", parquet.Int(32), &parquet.DeltaBinaryPacked)
	add("number64", parquet.Int(64), &parquet.Plain)
	add("number64_delta", parquet.Int(64), &parquet.DeltaBinaryPacked)
	add("text", parquet.String(), &parquet.Plain)
	add("text_dictionary", parquet.String(), &parquet.RLEDictionary)
	add("text_lengths", parquet.String(), &parquet.DeltaLengthByteArray)
	add("text_delta", parquet.String(), &parquet.DeltaByteArray)
	schema := parquet.NewSchema("log", root)
	var out bytes.Buffer
	w := parquet.NewWriter(&out, append(options, schema)...)
	for row := range int64(12) {
		var cells parquet.Row
		for i, path := range schema.Columns() {
			leaf, _ := schema.Lookup(path...)
			level := leaf.MaxDefinitionLevel
			var value parquet.Value
			switch kind := leaf.Node.Type().Kind(); {
			case level == 1 && row%5 == 2:
				value, level = parquet.NullValue(), 0
			case kind == parquet.Int32:
				value = parquet.Int32Value(int32(row * 1000))
			case kind == parquet.Int64:
				value = parquet.Int64Value(row << 33)
			default:
				value = parquet.ByteArrayValue([]byte{'1', '0', '.', byte('0' + row%5)})
			}
			cells = append(cells, value.Level(0, level, i))
		}
		_, err := w.WriteRows([]parquet.Row{cells})
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}

// FuzzRead reads files that are damaged in any way. Nothing may panic.
func FuzzRead(f *testing.F) {
	for version := 1; version <= 2; version++ {
		for _, codec := range codecs {
			f.Add(smallFile(f, parquet.DataPageVersion(version), parquet.Compression(codec), parquet.PageBufferSize(40)))
		}
	}
	files, err := filepath.Glob(filepath.Join("..", "testdata", "*.parquet"))
	require.NoError(f, err)
	require.NotEmpty(f, files)
	for _, name := range files {
		data, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Fuzz(func(_ *testing.T, data []byte) { readAll(data) })
}

// readAll reads the first rows of all columns of a file, and returns the errors.
func readAll(data []byte) (errors []error) {
	file, err := Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return []error{err}
	}
	var r Reader
	for i := range file.Columns {
		if _, err := cells(file, &file.Columns[i], &r, 3000); err != nil {
			errors = append(errors, err)
		}
	}
	return errors
}
