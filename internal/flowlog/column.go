package flowlog

import (
	"net/netip"

	"github.com/tierwall/tierwall/internal/flowlog/parquetfile"
)

// column reads one column of a Parquet file into records.
type column struct {
	field   *field
	symbols *Symbols
	place   *parquetfile.Column
	reader  parquetfile.Reader

	dictionary *parquetfile.Values // whose values entries holds; they are interpreted once
	entries    values
	plain      values // of a batch without a dictionary
}

// values are the values of a column, in the one of the three slices that the field takes.
type values struct {
	addresses []netip.Addr
	symbols   []Symbol
	numbers   []int64
	states    []state // nil if all are present
	count     int
}

// state says whether a value can be used.
type state uint8

const (
	present state = iota
	absent        // It stands for no value.
	unread        // The field cannot have it.
)

// reset begins a row group.
func (c *column) reset(file *parquetfile.File, group int) error {
	c.dictionary = nil
	return c.reader.Reset(file, group, c.place)
}

// fill writes the column's values of the next rows into records.
func (c *column) fill(records []Record) error {
	for len(records) > 0 {
		b, err := c.reader.Read(len(records))
		if err != nil {
			return err
		}
		from := &c.plain
		switch {
		case b.Places == nil:
			c.plain.read(c.field, b.Values, c.symbols)
		case b.Values != c.dictionary:
			c.dictionary = b.Values
			c.entries.read(c.field, b.Values, c.symbols)
			fallthrough
		default:
			from = &c.entries
		}
		c.fillBatch(records[:b.Rows], b, from)
		records = records[b.Rows:]
	}
	return nil
}

// fillBatch writes the values of a batch into records.
func (c *column) fillBatch(records []Record, b *parquetfile.Batch, from *values) {
	switch f := c.field; f.kind {
	case addressField:
		fillWith(f, records, b, from, from.addresses, addressSetters[f.id])
	case symbolField:
		fillWith(f, records, b, from, from.symbols, symbolSetters[f.id])
	default:
		fillWith(f, records, b, from, from.numbers, numberSetters[f.id])
	}
}

// fillWith writes the values of a batch, all of which are in one of the slices of from, into records.
func fillWith[V any](f *field, records []Record, b *parquetfile.Batch, from *values, all []V, set func(*Record, V)) {
	if b.Present == nil && from.states == nil { // Nearly all batches are like this.
		fillAll(records, b.Places, all, set)
		return
	}
	next := 0
	for i := range records {
		if b.Present != nil && !b.Present[i] {
			continue
		}
		at := next
		next++
		if b.Places != nil {
			at = int(b.Places[at])
		}
		switch {
		case from.states == nil || from.states[at] == present:
			set(&records[i], all[at])
		case from.states[at] == unread:
			records[i].invalid = f
		}
	}
}

// fillAll writes values into records, each of which has one.
func fillAll[V any](records []Record, places []uint32, all []V, set func(*Record, V)) {
	if places == nil {
		for i := range records {
			set(&records[i], all[i])
		}
		return
	}
	for i, place := range places[:len(records)] {
		set(&records[i], all[place])
	}
}

// read interprets the values of a batch or a dictionary.
func (v *values) read(f *field, from *parquetfile.Values, symbols *Symbols) {
	*v = values{addresses: v.addresses[:0], symbols: v.symbols[:0], numbers: v.numbers[:0], count: from.Len()}
	for i, n := range from.Numbers {
		v.addNumber(i, f, n)
	}
	for i, text := range from.Texts {
		v.addText(i, f, text, symbols)
	}
}

// addNumber adds a value of a column of numbers.
func (v *values) addNumber(at int, f *field, n int64) {
	if f.kind != numberField || n < 0 || n > f.max {
		v.mark(at, unread)
	}
	v.numbers = append(v.numbers, n)
}

// addText adds a value of a column of texts.
func (v *values) addText(at int, f *field, text []byte, symbols *Symbols) {
	if isAbsent(text) {
		v.mark(at, absent)
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
		v.mark(at, unread)
	}
}

// mark says that a value cannot be used.
func (v *values) mark(at int, as state) {
	if v.states == nil {
		v.states = make([]state, v.count)
	}
	v.states[at] = as
}

// These write the value of a field, as the methods of a record do. In a loop over a column, a function is faster than a switch over the
// field; in a loop over the fields of a line, it is slower.
var (
	addressSetters = map[fieldID]func(*Record, netip.Addr){
		srcAddr:    func(r *Record, v netip.Addr) { r.Source = v },
		dstAddr:    func(r *Record, v netip.Addr) { r.Destination = v },
		pktSrcAddr: func(r *Record, v netip.Addr) { r.PacketSource = v },
		pktDstAddr: func(r *Record, v netip.Addr) { r.PacketDestination = v },
	}
	symbolSetters = map[fieldID]func(*Record, Symbol){
		interfaceID:  func(r *Record, v Symbol) { r.Interface = v },
		resourceID:   func(r *Record, v Symbol) { r.Resource = v },
		vpcID:        func(r *Record, v Symbol) { r.VPC = v },
		interfaceTag: func(r *Record, v Symbol) { r.Tag = v },
		rejectReason: func(r *Record, v Symbol) { r.Reason = v },
	}
	numberSetters = map[fieldID]func(*Record, int64){
		srcPort:       func(r *Record, v int64) { r.SourcePort = uint16(v) },
		dstPort:       func(r *Record, v int64) { r.DestinationPort = uint16(v) },
		protocol:      func(r *Record, v int64) { r.Protocol = uint8(v) },
		tcpFlags:      func(r *Record, v int64) { r.Flags, r.HasFlags = uint8(v), true },
		packets:       func(r *Record, v int64) { r.Packets = v },
		bytesField:    func(r *Record, v int64) { r.Bytes = v },
		start:         func(r *Record, v int64) { r.Start = v },
		end:           func(r *Record, v int64) { r.End = v },
		action:        func(r *Record, v int64) { r.Action = Action(v) },
		logStatus:     func(r *Record, v int64) { r.Status = Status(v) },
		flowDirection: func(r *Record, v int64) { r.Direction = Direction(v) },
	}
)
