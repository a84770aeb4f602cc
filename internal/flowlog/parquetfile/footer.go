package parquetfile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// File is a Parquet file whose footer was read.
type File struct {
	Columns []Column
	Rows    int64 // of all row groups

	from   io.ReaderAt
	groups []group
}

// group is a row group.
type group struct {
	chunks []chunk
	rows   int64
}

// chunk says where a row group has the values of a column.
type chunk struct {
	name        []byte // of the column; nil if it is nested
	start, size int64
	values      int64
	physical    int32
	codec       int32
	encrypted   bool
	elsewhere   bool // in another file
}

const (
	magic, encryptedMagic = "PAR1", "PARE"
	tail                  = 8        // bytes: the size of the footer, and the magic
	maxFooter             = 16 << 20 // bytes; enough for thousands of row groups
)

// IsParquet reports whether a file that begins with these bytes is a Parquet file.
func IsParquet(head []byte) bool {
	return len(head) >= len(magic) && (string(head[:4]) == magic || string(head[:4]) == encryptedMagic)
}

// Open reads the footer of a file. It keeps from, which must stay open as long as the file is read.
func Open(from io.ReaderAt, size int64) (*File, error) {
	footer, err := readFooter(from, size)
	if err != nil {
		return nil, err
	}
	out := &File{from: from}
	var schema []element
	t := &compact{data: footer}
	t.structure(kindStruct, func(id int, of kind) {
		switch id {
		case 2:
			t.list(of, func(of kind) { schema = append(schema, readElement(t, of)) })
		case 3:
			out.Rows = t.number(of)
		case 4:
			t.list(of, func(of kind) { out.groups = append(out.groups, readGroup(t, of)) })
		}
	})
	if t.err != nil {
		return nil, fmt.Errorf("the footer is damaged: %w", t.err)
	}
	columns, leaves, err := columnsOf(schema)
	if err != nil {
		return nil, fmt.Errorf("the footer is damaged: %w", err)
	}
	out.Columns = columns
	if err := out.check(leaves, size-tail-int64(len(footer))); err != nil {
		return nil, fmt.Errorf("the footer is damaged: %w", err)
	}
	return out, nil
}

// readFooter reads the bytes of the footer.
func readFooter(from io.ReaderAt, size int64) ([]byte, error) {
	if size < int64(len(magic)+tail) {
		return nil, fmt.Errorf("it has %d bytes, too few for a Parquet file", size)
	}
	var end [tail]byte
	if err := readAt(from, end[:], size-tail); err != nil {
		return nil, err
	}
	switch string(end[4:]) {
	case magic:
	case encryptedMagic:
		return nil, errors.New("it is encrypted; allowed are files without encryption")
	default:
		return nil, errors.New("it does not end as a Parquet file does")
	}
	length := int64(binary.LittleEndian.Uint32(end[:]))
	switch {
	case length > size-tail-int64(len(magic)):
		return nil, fmt.Errorf("its footer has %d bytes, more than there are", length)
	case length > maxFooter:
		return nil, fmt.Errorf("its footer has %d bytes; allowed are %d", length, maxFooter)
	}
	out := make([]byte, length)
	return out, readAt(from, out, size-tail-length)
}

// readAt fills a buffer. Some readers return io.EOF together with the last bytes.
func readAt(from io.ReaderAt, into []byte, at int64) error {
	n, err := from.ReadAt(into, at)
	if n == len(into) {
		return nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func readGroup(t *compact, of kind) group {
	var out group
	t.structure(of, func(id int, of kind) {
		switch id {
		case 1:
			t.list(of, func(of kind) { out.chunks = append(out.chunks, readChunk(t, of)) })
		case 3:
			out.rows = t.number(of)
		}
	})
	return out
}

func readChunk(t *compact, of kind) chunk {
	var out chunk
	t.structure(of, func(id int, of kind) {
		switch id {
		case 1:
			out.elsewhere = len(t.bytes(of)) > 0
		case 3:
			out.readMetadata(t, of)
		case 8:
			out.encrypted = true
		}
	})
	return out
}

// readMetadata reads a ColumnMetaData.
func (c *chunk) readMetadata(t *compact, of kind) {
	var data, dictionary int64
	t.structure(of, func(id int, of kind) {
		switch id {
		case 1:
			c.physical = t.number32(of)
		case 3:
			c.name = readPath(t, of)
		case 4:
			c.codec = t.number32(of)
		case 5:
			c.values = t.number(of)
		case 7:
			c.size = t.number(of)
		case 9:
			data = t.number(of)
		case 11:
			dictionary = t.number(of)
		}
	})
	c.start = data
	if dictionary > 0 && dictionary < data {
		c.start = dictionary
	}
}

// readPath reads the path of a column. It returns nil if the column is nested.
func readPath(t *compact, of kind) []byte {
	var name []byte
	parts := 0
	t.list(of, func(of kind) {
		name = t.bytes(of)
		parts++
	})
	if parts != 1 {
		return nil
	}
	return name
}

// check checks that the parts of the footer fit together, and that all column chunks are in the file, which ends before end.
func (f *File) check(leaves int, end int64) error {
	rows, bytes := int64(0), int64(0)
	for _, g := range f.groups {
		if len(g.chunks) != leaves {
			return fmt.Errorf("a row group has %d columns, but the schema has %d", len(g.chunks), leaves)
		}
		if g.rows < 0 || g.rows > f.Rows-rows {
			return fmt.Errorf("its row groups have more rows than its %d, or less than none", f.Rows)
		}
		rows += g.rows
		for _, c := range g.chunks {
			if c.start < 0 || c.size < 0 || c.size > end || c.start > end-c.size {
				return errors.New("a column is not inside the file")
			}
			bytes += c.size
			if bytes > end { // Otherwise a small file could have all its row groups at the same place.
				return errors.New("its columns together are larger than the file")
			}
		}
	}
	if rows != f.Rows {
		return fmt.Errorf("its row groups have %d rows, but it has %d", rows, f.Rows)
	}
	return nil
}

// Groups returns the number of row groups.
func (f *File) Groups() int { return len(f.groups) }

// GroupRows returns the number of rows of a row group.
func (f *File) GroupRows(group int) int64 { return f.groups[group].rows }
