package parquetfile

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Reader reads a column of a row group. It can be used for another one after that, and keeps its memory. The zero Reader can be used.
type Reader struct {
	column *Column
	codec  int32
	rows   int64 // of the row group, that are not in a page yet
	from   *bufio.Reader
	left   int64 // bytes of the column chunk

	compressed, page, dictionaryPage []byte // memory

	dictionary *Values // nil if there is none yet
	// Of the current page: rows that are left, the levels if the column has any, and the values or their places in the dictionary.
	inPage    int
	hasLevels bool
	levels    hybrid
	values    decoder // nil if the values are in the dictionary
	places    hybrid

	batch   Batch
	plain   Values
	present []bool
	numbers []uint32
}

// Batch holds the values of some rows of a column. It is valid until the Reader is used again.
type Batch struct {
	Rows int
	// Present says which rows have a value; nil: all have one.
	Present []bool
	// Values are the values of the rows that have one, in the order of the rows.
	Values *Values
	// Places are the places of the rows' values in Values, which is the dictionary then; it is the same pointer as long as the dictionary is
	// the same. All places are in the dictionary. Nil means that each value is of one row.
	Places []uint32
}

// Reset begins to read a column of a row group from its first row.
func (r *Reader) Reset(f *File, group int, column *Column) error {
	r.column, r.dictionary, r.values, r.inPage = column, nil, nil, 0
	r.plain.Numbers, r.plain.Texts = r.plain.Numbers[:0], r.plain.Texts[:0]
	r.rows = f.groups[group].rows
	c := f.groups[group].chunks[column.leaf]
	switch {
	case column.Type == Other:
		return r.error(fmt.Errorf("its values are %s; allowed are numbers and texts", column.Stored))
	case c.encrypted:
		return r.error(errors.New("it is encrypted; allowed are columns without encryption"))
	case c.elsewhere:
		return r.error(errors.New("its values are in another file"))
	case string(c.name) != column.Name || c.physical != column.physical || c.values != r.rows:
		return r.error(errors.New("the schema and a row group describe it differently"))
	}
	if err := checkCodec(c.codec); err != nil {
		return r.error(err)
	}
	r.codec, r.left = c.codec, c.size
	section := io.NewSectionReader(f.from, c.start, c.size)
	if r.from == nil {
		r.from = bufio.NewReaderSize(section, maxHeader)
	} else {
		r.from.Reset(section)
	}
	return nil
}

func (r *Reader) error(err error) error { return fmt.Errorf("column %q: %w", r.column.Name, err) }

// Read reads values of at most n rows, of one page. A batch of no rows is the end of the row group.
func (r *Reader) Read(n int) (*Batch, error) {
	for r.inPage == 0 {
		if r.rows == 0 {
			return &Batch{}, nil
		}
		if err := r.turn(); errors.Is(err, io.EOF) {
			return nil, r.error(fmt.Errorf("it ends %d rows too early", r.rows))
		} else if err != nil {
			return nil, r.error(err)
		}
	}
	n = min(n, r.inPage)
	if err := r.read(n); err != nil {
		return nil, r.error(err)
	}
	r.inPage -= n
	if r.inPage == 0 && r.values != nil && r.values.more() {
		return nil, r.error(errors.New("a page has more values than rows with a value"))
	}
	return &r.batch, nil
}

// read reads rows of the current page.
func (r *Reader) read(n int) error {
	r.batch = Batch{Rows: n}
	have, err := r.readLevels(n)
	switch {
	case err != nil:
		return err
	case have == 0:
		r.plain.Numbers, r.plain.Texts = r.plain.Numbers[:0], r.plain.Texts[:0]
		r.batch.Values = &r.plain
		return nil
	case r.values != nil:
		r.batch.Values = &r.plain
		return r.values.read(&r.plain, have)
	}
	r.numbers = resize(r.numbers, have)
	if err := r.places.read(r.numbers); err != nil {
		return err
	}
	for _, place := range r.numbers {
		if int64(place) >= int64(r.dictionary.Len()) {
			return fmt.Errorf("a page names value %d of a dictionary of %d", place, r.dictionary.Len())
		}
	}
	r.batch.Values, r.batch.Places = r.dictionary, r.numbers
	return nil
}

// readLevels reads which rows have a value, and returns how many have one.
func (r *Reader) readLevels(n int) (int, error) {
	if !r.hasLevels || r.levels.all(n, 1) {
		return n, nil
	}
	r.numbers, r.present = resize(r.numbers, n), resize(r.present, n)
	if err := r.levels.read(r.numbers); err != nil {
		return 0, err
	}
	have := 0
	for i, level := range r.numbers {
		if level > 1 {
			return 0, errors.New("a page has levels of a nested column")
		}
		r.present[i] = level == 1
		have += int(level)
	}
	if have < n {
		r.batch.Present = r.present
	}
	return have, nil
}

// turn reads the next page of data, and the dictionary before it.
func (r *Reader) turn() error {
	h, data, err := r.readPage()
	if err != nil {
		return err
	}
	switch h.kind {
	case pageIndex:
		return nil
	case pageDictionary:
		return r.readDictionary(h, data)
	}
	if int64(h.values) > r.rows {
		return fmt.Errorf("a page has %d values, but the row group has %d more rows", h.values, r.rows)
	}
	values, err := r.readData(h, data)
	if err != nil {
		return err
	}
	if err := r.useValues(h.encoding, values); err != nil {
		return err
	}
	r.inPage, r.rows = int(h.values), r.rows-int64(h.values)
	return nil
}

// readDictionary reads the values of a dictionary.
func (r *Reader) readDictionary(h header, data []byte) error {
	if r.dictionary != nil {
		return errors.New("it has two dictionaries")
	}
	if h.encoding != encodingPlain && h.encoding != encodingPlainDictionary {
		return fmt.Errorf("a dictionary has the encoding %s; allowed is PLAIN", encodingName(h.encoding))
	}
	data, err := decompress(r.codec, r.dictionaryPage, data, int(h.size))
	if err != nil {
		return err
	}
	if r.codec == codecNone { // The next page uses the memory.
		data = append(r.dictionaryPage[:0], data...)
	}
	r.dictionaryPage = data
	values, err := newDecoder(encodingPlain, r.column.physical, data)
	if err != nil {
		return err
	}
	r.dictionary = &Values{}
	return values.read(r.dictionary, int(h.values))
}

// readData decompresses a page of data and reads where its levels are. It returns the bytes of the values.
func (r *Reader) readData(h header, data []byte) ([]byte, error) {
	r.hasLevels = r.column.optional
	if h.kind == pageDataV2 {
		return r.readDataV2(h, data)
	}
	data, err := r.decompress(r.codec, data, int(h.size))
	if err != nil || !r.hasLevels {
		return data, err
	}
	const rle = 3
	if h.levelEncoding != rle {
		return nil, fmt.Errorf("a page has levels with the encoding %s; allowed is RLE", encodingName(h.levelEncoding))
	}
	if len(data) < 4 {
		return nil, errValuesEnd
	}
	levels, values, err := cut(data[4:], int64(binary.LittleEndian.Uint32(data)))
	if err != nil {
		return nil, errors.New("the levels of a page are larger than the page")
	}
	r.levels, err = newHybrid(levels, 1)
	return values, err
}

// readDataV2 does this for a page of version 2, whose levels are never compressed.
func (r *Reader) readDataV2(h header, data []byte) ([]byte, error) {
	if h.repetitions > 0 {
		return nil, errors.New("a page has levels of a nested column")
	}
	if r.hasLevels {
		var err error
		if r.levels, err = newHybrid(data[:h.definitions], 1); err != nil {
			return nil, err
		}
	}
	codec := r.codec
	if h.plainBytes {
		codec = codecNone
	}
	return r.decompress(codec, data[h.definitions:], int(h.size-h.definitions))
}

func (r *Reader) decompress(codec int32, data []byte, size int) ([]byte, error) {
	if codec == codecNone {
		return decompress(codec, nil, data, size)
	}
	if size == 0 && len(data) == 0 { // Some writers do not compress the values of a page without any.
		return nil, nil
	}
	var err error
	r.page, err = decompress(codec, r.page, data, size)
	return r.page, err
}

// useValues makes the values of a page the current ones.
func (r *Reader) useValues(encoding int32, data []byte) (err error) {
	if encoding != encodingDictionary && encoding != encodingPlainDictionary {
		if len(data) == 0 { // There are only nulls, for which delta encodings have no bytes either.
			encoding = encodingPlain
		}
		r.values, err = newDecoder(encoding, r.column.physical, data)
		return err
	}
	if r.dictionary == nil {
		return errors.New("a page needs a dictionary, but the column has none")
	}
	r.values = nil
	width := uint(1)
	if len(data) > 0 { // There are only nulls otherwise, and no places to read.
		width, data = uint(data[0]), data[1:]
	}
	r.places, err = newHybrid(data, width)
	return err
}
