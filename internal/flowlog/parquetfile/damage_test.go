package parquetfile

import (
	"bytes"
	"encoding/binary"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// page is a page of a file that a test writes by hand.
type page struct {
	header format.PageHeader
	data   []byte
}

// dataPage is a page of version 1 with the values of required rows.
func dataPage(values int32, encoding format.Encoding, data string) page {
	return page{format.PageHeader{
		Type: format.DataPage, UncompressedPageSize: int32(len(data)), CompressedPageSize: int32(len(data)),
		DataPageHeader: thrift.New(format.DataPageHeader{NumValues: values, Encoding: encoding, DefinitionLevelEncoding: format.RLE}),
	}, []byte(data)}
}

func dictionaryPage(values int32, data string) page {
	return page{format.PageHeader{
		Type: format.DictionaryPage, UncompressedPageSize: int32(len(data)), CompressedPageSize: int32(len(data)),
		DictionaryPageHeader: thrift.New(format.DictionaryPageHeader{NumValues: values}),
	}, []byte(data)}
}

// claims changes what a page says of its size.
func (p page) claims(size int32) page {
	p.header.UncompressedPageSize = size
	return p
}

// handFile is a file with one column of numbers or texts, before it is written.
type handFile struct {
	meta  format.FileMetaData
	pages []page
}

func (h *handFile) chunk() *format.ColumnChunk { return &h.meta.RowGroups[0].Columns[0] }

// newHandFile returns a file of one column with a number of rows.
func newHandFile(of format.Type, codec format.CompressionCodec, rows int64, pages ...page) *handFile {
	return &handFile{pages: pages, meta: format.FileMetaData{
		Version: 1, NumRows: rows,
		Schema: []format.SchemaElement{
			{Name: "log", NumChildren: thrift.New[int32](1)}, {Name: "c", Type: thrift.New(of), RepetitionType: thrift.New(format.Required)},
		},
		RowGroups: []format.RowGroup{{NumRows: rows, Columns: []format.ColumnChunk{{MetaData: format.ColumnMetaData{
			Type: of, PathInSchema: []string{"c"}, Codec: codec, NumValues: rows, DataPageOffset: 4,
		}}}}},
	}}
}

// bytes writes the file. It sets the size of the column if the test did not.
func (h *handFile) bytes(t *testing.T) []byte {
	t.Helper()
	out := []byte(magic)
	for _, p := range h.pages {
		head, err := thrift.Marshal(new(thrift.CompactProtocol), &p.header)
		require.NoError(t, err)
		out = append(append(out, head...), p.data...)
	}
	if size := &h.chunk().MetaData.TotalCompressedSize; *size == 0 {
		*size = int64(len(out) - len(magic))
	}
	footer, err := thrift.Marshal(new(thrift.CompactProtocol), &h.meta)
	require.NoError(t, err)
	out = binary.LittleEndian.AppendUint32(append(out, footer...), uint32(len(footer)))
	return append(out, magic...)
}

const (
	claimed  = 50_000_000
	manyRows = 1 << 30
	four     = "\x01\x00\x00\x00\x02\x00\x00\x00\x03\x00\x00\x00\x04\x00\x00\x00"
)

// damaged are files with one fault each, and a part of the error.
var damaged = map[string]struct {
	file *handFile
	want string
}{
	"nothing": {newHandFile(format.Int32, format.Uncompressed, 4, dataPage(4, format.Plain, four)), ""},
	"fewer values": {
		newHandFile(format.Int32, format.Uncompressed, manyRows, dataPage(manyRows, format.Plain, four)), "fewer values than it says",
	},
	"more values": {newHandFile(format.Int32, format.Uncompressed, 3, dataPage(3, format.Plain, four)), "more values than rows"},
	"more rows":   {newHandFile(format.Int32, format.Uncompressed, 3, dataPage(4, format.Plain, four)), "has 3 more rows"},
	"fewer rows":  {newHandFile(format.Int32, format.Uncompressed, 5, dataPage(4, format.Plain, four)), "ends 1 rows too early"},
	"negative":    {newHandFile(format.Int32, format.Uncompressed, 4, dataPage(-4, format.Plain, four)), "negative size"},
	"no rows":     {newHandFile(format.Int32, format.Uncompressed, -4, dataPage(4, format.Plain, four)), "less than none"},
	"gzip":        {newHandFile(format.Int32, format.Gzip, 4, dataPage(4, format.Plain, four).claims(claimed)), "cannot be decompressed"},
	"snappy": {
		newHandFile(format.Int32, format.Snappy, 4, dataPage(4, format.Plain, "\x80\xe1\xeb\x17").claims(claimed)),
		"cannot become",
	},
	"zstd":       {newHandFile(format.Int32, format.Zstd, 4, dataPage(4, format.Plain, four)), "its codec is ZSTD; allowed are"},
	"no codec":   {newHandFile(format.Int32, format.Uncompressed, 4, dataPage(4, format.Plain, four).claims(claimed)), "16 bytes, but says"},
	"large page": {newHandFile(format.Int32, format.Gzip, 4, dataPage(4, format.Plain, four).claims(1<<31-1)), "allowed are 67108864"},
	"codec":      {newHandFile(format.Int32, format.Lz4Raw, 4, dataPage(4, format.Plain, four)), "its codec is LZ4_RAW; allowed are"},
	"encoding": {
		newHandFile(format.Int32, format.Uncompressed, 4, dataPage(4, format.ByteStreamSplit, four)),
		"encoding BYTE_STREAM_SPLIT",
	},
	"text": {
		newHandFile(format.ByteArray, format.Uncompressed, 1, dataPage(1, format.Plain, "\xff\xff\xff\xffa")),
		"a text has 4294967295",
	},
	"type": {newHandFile(format.Double, format.Uncompressed, 2, dataPage(2, format.Plain, four)), "its values are DOUBLE; allowed are"},
	"no dictionary": {
		newHandFile(format.Int32, format.Uncompressed, 4, dataPage(4, format.RLEDictionary, "\x01\x08\x00")), "needs a dictionary",
	},
	"place": {
		newHandFile(format.Int32, format.Uncompressed, 4, dictionaryPage(4, four), dataPage(4, format.RLEDictionary, "\x03\x08\x04")),
		"value 4 of a dictionary of 4",
	},
	"width": {
		newHandFile(format.Int32, format.Uncompressed, 4, dictionaryPage(4, four), dataPage(4, format.RLEDictionary, "\x21\x08\x04")),
		"33 bits",
	},
	"places end": {
		newHandFile(format.Int32, format.Uncompressed, 4, dictionaryPage(4, four), dataPage(4, format.RLEDictionary, "\x03\x06\x01")),
		"fewer values than it says",
	},
	"two dictionaries": {
		newHandFile(format.Int32, format.Uncompressed, 4, dictionaryPage(4, four), dictionaryPage(4, four)), "two dictionaries",
	},
	"dictionary": {newHandFile(format.Int32, format.Uncompressed, 4, dictionaryPage(claimed, four)), "fewer values than it says"},
	"dictionary of texts": {
		newHandFile(format.ByteArray, format.Uncompressed, 4, dictionaryPage(claimed, four)), "fewer values than it says",
	},
	"large dictionary": {
		newHandFile(format.Int32, format.Gzip, 4, dictionaryPage(4, four).claims(claimed)),
		"a dictionary has 50000000 bytes; allowed are 16777216",
	},
	"lengths": { // 2^30 lengths, all 0: their differences take no bytes.
		newHandFile(format.ByteArray, format.Uncompressed, manyRows, dataPage(manyRows, format.DeltaLengthByteArray,
			"\x80\x80\x04\x01\x80\x80\x80\x80\x04\x00\x00\x00")), "damaged differences",
	},
}

// TestDamaged reads files with one fault. What they claim is never allocated.
func TestDamaged(t *testing.T) { // not parallel: it measures memory
	for name, test := range damaged {
		t.Run(name, func(t *testing.T) {
			data := test.file.bytes(t)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			errors := readAll(data)
			runtime.ReadMemStats(&after)
			assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(4<<20), "bytes allocated for a file of %d", len(data))
			if test.want == "" {
				assert.Empty(t, errors)
				return
			}
			require.Len(t, errors, 1)
			assert.Contains(t, errors[0].Error(), test.want)
		})
	}
}

// TestDamagedFooter changes footers.
func TestDamagedFooter(t *testing.T) {
	t.Parallel()
	whole := func() *handFile {
		return newHandFile(format.Int32, format.Uncompressed, 4, dataPage(4, format.Plain, four))
	}
	for want, change := range map[string]func(*handFile){
		"describe it differently":       func(h *handFile) { h.chunk().MetaData.PathInSchema = []string{"d"} },
		"row group describe it":         func(h *handFile) { h.chunk().MetaData.Type = format.Int64 },
		"and a row group":               func(h *handFile) { h.chunk().MetaData.NumValues = 5 },
		"in another file":               func(h *handFile) { h.chunk().FilePath = "other.parquet" },
		"a column is not inside":        func(h *handFile) { h.chunk().MetaData.TotalCompressedSize = 1 << 40 },
		"not inside the file":           func(h *handFile) { h.chunk().MetaData.DataPageOffset = -1 },
		"has 2 columns, but the schema": func(h *handFile) { h.meta.RowGroups[0].Columns = append(h.meta.RowGroups[0].Columns, *h.chunk()) },
		"row groups have 4 rows, but":   func(h *handFile) { h.meta.NumRows = 5 },
		"more rows than its 3":          func(h *handFile) { h.meta.NumRows = 3 },
		"more or fewer elements":        func(h *handFile) { h.meta.Schema[0].NumChildren = thrift.New[int32](2) },
		"or less than no columns":       func(h *handFile) { h.meta.Schema[1].NumChildren = thrift.New[int32](-2) },
		"it has no schema":              func(h *handFile) { h.meta.Schema = nil },
		"a type that Parquet does not":  func(h *handFile) { h.meta.Schema[1].Type = thrift.New[format.Type](99) },
		"number 77; allowed are":        func(h *handFile) { h.chunk().MetaData.Codec = 77 },
		"its values are lists; allowed": func(h *handFile) { h.meta.Schema[1].RepetitionType = thrift.New(format.Repeated) },
		"together are larger than the f": func(h *handFile) {
			h.meta.RowGroups[0].NumRows = 0
			h.meta.RowGroups = append(h.meta.RowGroups, make([]format.RowGroup, 9)...)
			h.chunk().MetaData.TotalCompressedSize = 30
			for i := range h.meta.RowGroups {
				h.meta.RowGroups[i] = h.meta.RowGroups[0]
			}
			h.meta.NumRows = 0
		},
	} {
		h := whole()
		change(h)
		errors := readAll(h.bytes(t))
		if assert.Len(t, errors, 1, want) {
			assert.Contains(t, errors[0].Error(), want)
		}
	}
	data := whole().bytes(t)
	for want, damage := range map[string]func([]byte) []byte{
		"too few for a Parquet file":         func(b []byte) []byte { return b[:11] },
		"does not end as a Parquet file":     func(b []byte) []byte { return b[:len(b)-1] },
		"encrypted; allowed are files":       func(b []byte) []byte { return append(b[:len(b)-4], encryptedMagic...) },
		"more than there are":                func(b []byte) []byte { return append(b[:len(b)-8], "\xff\xff\xff\x7fPAR1"...) },
		"the footer is damaged: it ends too": func([]byte) []byte { return []byte(magic + "\x15\x80\x02\x00\x00\x00PAR1") },
		"nested too deeply": func([]byte) []byte {
			return append(append([]byte(magic), strings.Repeat("\x1c", 99)...), "\x63\x00\x00\x00PAR1"...)
		},
	} {
		errors := readAll(damage(bytes.Clone(data)))
		if assert.Len(t, errors, 1, want) {
			assert.Contains(t, errors[0].Error(), want)
		}
	}
}

// TestChecksum changes a value of a file that has checksums.
func TestChecksum(t *testing.T) {
	t.Parallel()
	data := smallFile(t)
	require.Empty(t, readAll(data))
	at := bytes.Index(data, []byte("10.1"))
	require.Positive(t, at)
	data[at] = '2'
	errors := readAll(data)
	require.Len(t, errors, 1)
	assert.Contains(t, errors[0].Error(), "it does not have its checksum")
}

// TestColumns reads the schema of a file with columns that cannot be read, among others that can.
func TestColumns(t *testing.T) {
	t.Parallel()
	type inner struct{ A, B int32 }
	type row struct {
		First   int32
		Nested  inner
		Many    []string `parquet:",list"`
		Times   time.Time
		Days    int32 `parquet:",date"`
		Decimal int64 `parquet:",decimal(2:18)"`
		ID      [16]byte
		Last    string
	}
	var out bytes.Buffer
	require.NoError(t, parquet.Write(&out, []row{{First: 7, Many: []string{"a", "b"}, Last: "z"}}))
	f, err := Open(bytes.NewReader(out.Bytes()), int64(out.Len()))
	require.NoError(t, err)
	var got []string
	var r Reader
	for i := range f.Columns {
		c := &f.Columns[i]
		values, err := cells(f, c, &r, 9)
		if err != nil {
			values = []string{err.Error()}
		}
		got = append(got, c.Name+": "+strings.Join(values, ","))
	}
	assert.Equal(t, []string{
		"First: 7",
		`Nested: column "Nested": its values are nested columns; allowed are numbers and texts`,
		`Many: column "Many": its values are nested columns; allowed are numbers and texts`,
		`Times: column "Times": its values are INT64 for dates, times or decimals; allowed are numbers and texts`,
		`Days: column "Days": its values are INT32 for dates, times or decimals; allowed are numbers and texts`,
		`Decimal: column "Decimal": its values are INT64 for dates, times or decimals; allowed are numbers and texts`,
		`ID: column "ID": its values are FIXED_LEN_BYTE_ARRAY; allowed are numbers and texts`,
		`Last: "z"`,
	}, got)
}
