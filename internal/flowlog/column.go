//go:build parquet

package flowlog

import (
	"errors"
	"fmt"
	"io"
	"net/netip"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding"
)

// column reads one column of a row group, in step with the other columns. The values of a dictionary are read once.
type column struct {
	field   *field
	symbols *Symbols
	pages   parquet.Pages

	dictionary parquet.Dictionary
	entries    values // of the dictionary
	plain      values // of a page without one
	// Of the current page: the values, the places of the rows' values among them (nil if each row's is the next one), and the definition
	// levels of the rows (nil if each row has a value).
	current values
	indexes []int32
	levels  []byte
	present byte // the level of a row with a value
	next    int  // value
	row     int  // in the page
	rows    int  // of the page
	page    parquet.Page
}

// values are the values of a column, in the one of the three slices that the field takes.
type values struct {
	addresses []netip.Addr
	symbols   []Symbol
	numbers   []int64
	// unread are values that the field cannot have, by place; absent are those that stand for none.
	unread, absent map[int]bool
	count          int
}

// left returns how many rows of the current page are left, and reads the next page if there are none. It returns 0 at the end.
func (c *column) left() (int, error) {
	for c.row == c.rows {
		if err := c.turn(); errors.Is(err, io.EOF) {
			return 0, nil
		} else if err != nil {
			return 0, fmt.Errorf("column %s: %w", c.field.name, err)
		}
	}
	return c.rows - c.row, nil
}

// turn reads the next page.
func (c *column) turn() error {
	c.release()
	page, err := c.pages.ReadPage()
	if err != nil {
		return err
	}
	c.page = page
	c.next, c.row, c.rows = 0, 0, int(page.NumRows())
	c.levels = page.DefinitionLevels()
	if page.NumNulls() == 0 {
		c.levels = nil
	}
	data := page.Data()
	have := c.rows - int(page.NumNulls())
	if have == 0 {
		return nil
	}
	if d := page.Dictionary(); d != nil {
		if d != c.dictionary {
			c.dictionary = d
			entries := d.Page().Data()
			if err := c.entries.read(c.field, &entries, c.symbols); err != nil {
				return err
			}
		}
		c.current, c.indexes = c.entries, data.Int32()
		return c.checkIndexes(have)
	}
	c.indexes = nil
	if err := c.plain.read(c.field, &data, c.symbols); err != nil {
		return err
	}
	c.current = c.plain
	if c.plain.count != have {
		return fmt.Errorf("a page has %d values, but %d rows with a value", c.plain.count, have)
	}
	return nil
}

// checkIndexes checks that the indexes of a page are in the dictionary.
func (c *column) checkIndexes(have int) error {
	if len(c.indexes) != have {
		return fmt.Errorf("a page has %d values, but %d rows with a value", len(c.indexes), have)
	}
	for _, i := range c.indexes {
		if i < 0 || int(i) >= c.entries.count {
			return fmt.Errorf("a page names value %d of %d", i, c.entries.count)
		}
	}
	return nil
}

// release gives the current page back.
func (c *column) release() {
	if c.page != nil {
		parquet.Release(c.page)
		c.page = nil
	}
}

// fill writes the column's values of the next rows into records.
func (c *column) fill(records []Record) {
	switch c.field.kind {
	case addressField:
		fillWith(c, records, c.current.addresses, (*Record).setAddress)
	case symbolField:
		fillWith(c, records, c.current.symbols, (*Record).setSymbol)
	default:
		fillWith(c, records, c.current.numbers, (*Record).setNumber)
	}
	c.row += len(records)
}

// fillWith writes the next values into records.
func fillWith[V any](c *column, records []Record, from []V, set func(*Record, fieldID, V)) {
	for i := range records {
		if c.levels != nil && c.levels[c.row+i] != c.present {
			continue
		}
		at := c.next
		c.next++
		if c.indexes != nil {
			at = int(c.indexes[at])
		}
		switch {
		case c.current.unread != nil && c.current.unread[at]:
			records[i].invalid = c.field
		case c.current.absent == nil || !c.current.absent[at]:
			set(&records[i], c.field.id, from[at])
		}
	}
}

// read reads the values of a page or a dictionary.
func (v *values) read(f *field, data *encoding.Values, symbols *Symbols) error {
	*v = values{addresses: v.addresses[:0], symbols: v.symbols[:0], numbers: v.numbers[:0]}
	switch data.Kind() {
	case encoding.Int32:
		for _, n := range data.Int32() {
			v.addNumber(f, int64(n))
		}
	case encoding.Int64:
		for _, n := range data.Int64() {
			v.addNumber(f, n)
		}
	case encoding.ByteArray:
		text, offsets := data.ByteArray()
		for i := 1; i < len(offsets); i++ {
			v.addText(f, text[offsets[i-1]:offsets[i]], symbols)
		}
	case encoding.Undefined: // There are no values.
	default:
		return fmt.Errorf("its values are of type %s; allowed are numbers and texts", data.Kind())
	}
	return nil
}

// addNumber adds a value of a column of numbers.
func (v *values) addNumber(f *field, n int64) {
	if f.kind != numberField || n < 0 || n > f.max {
		mark(&v.unread, v.count)
	}
	v.numbers = append(v.numbers, n)
	v.count++
}

// addText adds a value of a column of texts.
func (v *values) addText(f *field, text []byte, symbols *Symbols) {
	if isAbsent(text) {
		mark(&v.absent, v.count)
		text = nil
	}
	var ok bool
	switch f.kind {
	case addressField:
		address, valid := parseAddress(text)
		v.addresses, ok = append(v.addresses, address), valid
	case symbolField:
		symbol, valid := symbols.of(text)
		v.symbols, ok = append(v.symbols, symbol), valid
	default:
		number, valid := f.parseNumber(text)
		v.numbers, ok = append(v.numbers, number), valid
	}
	if !ok && text != nil {
		mark(&v.unread, v.count)
	}
	v.count++
}

// mark adds the place of a value to a set.
func mark(places *map[int]bool, at int) {
	if *places == nil {
		*places = map[int]bool{}
	}
	(*places)[at] = true
}
