//go:build parquet

package flowlog

import (
	"fmt"
	"io"
	"strings"

	"github.com/parquet-go/parquet-go"
)

// ReadsParquet reports whether this build reads Parquet.
const ReadsParquet = true

// parquetReader reads logs in Parquet, only the columns that records hold.
type parquetReader struct {
	symbols  *Symbols
	problems *problems
	emit     func(*Record)
	rows     []Record
	row      int64 // of the file, for messages
}

// batch is how many rows are read at once.
const batch = 1024

// read reads one file.
func (p *parquetReader) read(from io.ReaderAt, size int64) {
	p.row = 0
	defer func() { // The library panics on some damaged pages.
		if r := recover(); r != nil {
			p.problems.addText(p.row+1, fmt.Sprintf("the file is damaged: %v", r))
		}
	}()
	if err := p.readFile(from, size); err != nil {
		p.problems.addText(p.row, "the file is damaged or cut off: "+err.Error())
	}
}

func (p *parquetReader) readFile(from io.ReaderAt, size int64) error {
	file, err := parquet.OpenFile(from, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return err
	}
	used, missing := usedColumns(file)
	if len(missing) > 0 {
		p.problems.addText(0, fmt.Sprintf("the file has no column %s; a flow cannot be told without", strings.Join(missing, ", ")))
		return nil
	}
	for _, group := range file.RowGroups() {
		if err := p.readGroup(group, used); err != nil {
			return err
		}
	}
	if p.row != file.NumRows() {
		return fmt.Errorf("it has %d rows, but says that it has %d", p.row, file.NumRows())
	}
	return nil
}

// usedColumn is a column that records hold.
type usedColumn struct {
	field   *field
	index   int
	present byte // the definition level of a row with a value
}

// usedColumns returns the columns that records hold, and the names of needed ones that are missing.
func usedColumns(file *parquet.File) (used []usedColumn, missing []string) {
	var have []*field
	for _, c := range file.Root().Columns() {
		f, ok := fields[fieldName(c.Name())]
		if !ok || !c.Leaf() || c.Repeated() {
			continue
		}
		column := usedColumn{field: f, index: c.Index()}
		if c.Optional() {
			column.present = 1
		}
		used, have = append(used, column), append(have, f)
	}
	return used, missingFields(have)
}

// readGroup reads the rows of one row group.
func (p *parquetReader) readGroup(group parquet.RowGroup, used []usedColumn) error {
	chunks := group.ColumnChunks()
	columns := make([]*column, len(used))
	for i, u := range used {
		columns[i] = &column{field: u.field, symbols: p.symbols, present: u.present, pages: chunks[u.index].Pages()}
	}
	defer func() {
		for _, c := range columns {
			c.release()
			_ = c.pages.Close() // There is nothing left to read.
		}
	}()
	for left := group.NumRows(); left > 0; {
		n := min(left, batch)
		for _, c := range columns {
			have, err := c.left()
			if err != nil {
				return err
			}
			if have == 0 {
				return fmt.Errorf("column %s ends %d rows before the others", c.field.name, left)
			}
			n = min(n, int64(have))
		}
		p.readRows(columns, int(n))
		left -= n
	}
	return nil
}

// readRows reads rows that all columns have in their current pages.
func (p *parquetReader) readRows(columns []*column, n int) {
	if p.rows == nil {
		p.rows = make([]Record, batch)
	}
	rows := p.rows[:n]
	clear(rows)
	for _, c := range columns {
		c.fill(rows)
	}
	for i := range rows {
		r := &rows[i]
		p.row++
		if r.invalid != nil {
			p.problems.addText(p.row, "a row has a value that "+r.invalid.name+" cannot have")
			continue
		}
		if fault := r.complete(); fault != "" {
			p.problems.addText(p.row, fault)
			continue
		}
		p.emit(r)
	}
}
