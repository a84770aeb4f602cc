package flowlog

import (
	"fmt"
	"io"
	"strings"

	"github.com/tierwall/tierwall/internal/flowlog/parquetfile"
)

// parquetReader reads logs in Parquet, only the columns that records hold.
type parquetReader struct {
	symbols  *Symbols
	problems *problems
	emit     func(*Record)
	columns  map[*field]*column // They keep their memory from file to file.
	rows     []Record
	row      int64 // of the file, for messages
}

// batch is how many rows are read at once.
const batch = 1024

// read reads one file.
func (p *parquetReader) read(from io.ReaderAt, size int64) {
	p.row = 0
	file, err := parquetfile.Open(from, size)
	if err != nil {
		p.problems.addText(0, "the file is damaged or cannot be read: "+err.Error())
		return
	}
	used, fault := p.usedColumns(file)
	if fault != "" {
		p.problems.addText(0, fault)
		return
	}
	for group := range file.Groups() {
		if err := p.readGroup(file, group, used); err != nil {
			p.problems.addText(p.row, "the file is damaged or cannot be read: "+err.Error())
			return
		}
	}
}

// usedColumns returns the columns of a file that records hold, or why there are none that can be read.
func (p *parquetReader) usedColumns(file *parquetfile.File) (used []*column, fault string) {
	if p.columns == nil {
		p.columns = map[*field]*column{}
	}
	var have []*field
	places := map[*field]*parquetfile.Column{}
	for i := range file.Columns {
		found := &file.Columns[i]
		f, ok := fields()[fieldName(found.Name)]
		switch {
		case !ok:
			continue
		case places[f] != nil:
			return nil, fmt.Sprintf("the file has the columns %s and %s; allowed is one of them",
				quote([]byte(places[f].Name)), quote([]byte(found.Name)))
		}
		places[f] = found
		if p.columns[f] == nil {
			p.columns[f] = &column{field: f, symbols: p.symbols}
		}
		p.columns[f].place = found
		used, have = append(used, p.columns[f]), append(have, f)
	}
	if missing := missingFields(have); len(missing) > 0 {
		return nil, fmt.Sprintf("the file has no column %s; a flow cannot be told without", strings.Join(missing, ", "))
	}
	return used, ""
}

// readGroup reads the rows of one row group.
func (p *parquetReader) readGroup(file *parquetfile.File, group int, used []*column) error {
	for _, c := range used {
		if err := c.reset(file, group); err != nil {
			return err
		}
	}
	if p.rows == nil {
		p.rows = make([]Record, batch)
	}
	for left := file.GroupRows(group); left > 0; {
		rows := p.rows[:min(left, batch)]
		clear(rows)
		for _, c := range used {
			if err := c.fill(rows); err != nil {
				return err
			}
		}
		p.emitRows(rows)
		left -= int64(len(rows))
	}
	return nil
}

// emitRows hands on the rows that are valid, and counts the others as problems.
func (p *parquetReader) emitRows(rows []Record) {
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
