package parquetfile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// Values are numbers or texts, by the type of the column.
type Values struct {
	Numbers []int64
	Texts   [][]byte
}

// Len returns the number of values.
func (v *Values) Len() int { return len(v.Numbers) + len(v.Texts) }

// decoder reads the values of a page one after the other. It replaces the values that it is given, and keeps their memory.
type decoder interface {
	read(into *Values, n int) error
	more() bool // reports whether there are values left
}

// The encodings of pages.
const (
	encodingPlain           = 0
	encodingPlainDictionary = 2
	encodingDeltaNumbers    = 5
	encodingDeltaLengths    = 6
	encodingDeltaTexts      = 7
	encodingDictionary      = 8
)

var encodingNames = [...]string{
	"PLAIN", "GROUP_VAR_INT", "PLAIN_DICTIONARY", "RLE", "BIT_PACKED", "DELTA_BINARY_PACKED", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY",
	"RLE_DICTIONARY", "BYTE_STREAM_SPLIT",
}

func encodingName(encoding int32) string {
	if encoding >= 0 && int(encoding) < len(encodingNames) {
		return encodingNames[encoding]
	}
	return fmt.Sprintf("number %d", encoding)
}

// newDecoder returns the decoder of a page without a dictionary.
func newDecoder(encoding, physical int32, data []byte) (decoder, error) {
	switch {
	case encoding == encodingPlain && physical == physicalInt32:
		return &plain32{data}, nil
	case encoding == encodingPlain && physical == physicalInt64:
		return &plain64{data}, nil
	case encoding == encodingPlain:
		return &plainTexts{data}, nil
	case encoding == encodingDeltaNumbers && physical != physicalBytes:
		numbers, err := newDeltas(data)
		return &deltaNumbers{numbers, physical == physicalInt32}, err
	case encoding == encodingDeltaLengths && physical == physicalBytes:
		return newDeltaLengths(data)
	case encoding == encodingDeltaTexts && physical == physicalBytes:
		return newDeltaTexts(data)
	}
	return nil, fmt.Errorf("a page has the encoding %s, which is not read for values of type %s",
		encodingName(encoding), physicalNames[physical])
}

// plain32 reads numbers of 32 bits as they are.
type plain32 struct{ data []byte }

func (p *plain32) more() bool { return len(p.data) > 0 }

func (p *plain32) read(into *Values, n int) error {
	if n > len(p.data)/4 {
		return errValuesEnd
	}
	into.Numbers = resize(into.Numbers, n)
	for i := range into.Numbers {
		into.Numbers[i] = int64(int32(binary.LittleEndian.Uint32(p.data[i*4:])))
	}
	p.data = p.data[n*4:]
	return nil
}

// plain64 reads numbers of 64 bits as they are.
type plain64 struct{ data []byte }

func (p *plain64) more() bool { return len(p.data) > 0 }

func (p *plain64) read(into *Values, n int) error {
	if n > len(p.data)/8 {
		return errValuesEnd
	}
	into.Numbers = resize(into.Numbers, n)
	for i := range into.Numbers {
		into.Numbers[i] = int64(binary.LittleEndian.Uint64(p.data[i*8:]))
	}
	p.data = p.data[n*8:]
	return nil
}

// plainTexts reads texts, each of which has its length before it.
type plainTexts struct{ data []byte }

func (p *plainTexts) more() bool { return len(p.data) > 0 }

func (p *plainTexts) read(into *Values, n int) error {
	if n > len(p.data)/4 {
		return errValuesEnd
	}
	into.Texts = resize(into.Texts, n)
	for i := range into.Texts {
		if len(p.data) < 4 {
			return errValuesEnd
		}
		text, rest, err := cut(p.data[4:], int64(binary.LittleEndian.Uint32(p.data)))
		if err != nil {
			return err
		}
		into.Texts[i], p.data = text, rest
	}
	return nil
}

// cut cuts a text off the begin of data.
func cut(data []byte, length int64) (text, rest []byte, err error) {
	if length < 0 || length > int64(len(data)) {
		return nil, nil, fmt.Errorf("a text has %d bytes, but the page has %d more", length, len(data))
	}
	return data[:length:length], data[length:], nil
}

// deltaNumbers reads numbers by their differences.
type deltaNumbers struct {
	numbers deltas
	narrow  bool // numbers of 32 bits, whose differences overflow as those do
}

func (d *deltaNumbers) more() bool { return d.numbers.left > 0 }

func (d *deltaNumbers) read(into *Values, n int) error {
	into.Numbers = resize(into.Numbers, n)
	if err := d.numbers.read(into.Numbers); err != nil {
		return err
	}
	if d.narrow {
		for i, v := range into.Numbers {
			into.Numbers[i] = int64(int32(v))
		}
	}
	return nil
}

// deltaLengths reads texts whose lengths are all before them, written by their differences.
type deltaLengths struct {
	lengths deltas
	data    []byte
	now     []int64
}

func newDeltaLengths(data []byte) (*deltaLengths, error) {
	lengths, err := newDeltas(data)
	if err != nil {
		return nil, err
	}
	rest, err := lengths.rest()
	return &deltaLengths{lengths: lengths, data: rest}, err
}

func (d *deltaLengths) more() bool { return d.lengths.left > 0 }

func (d *deltaLengths) read(into *Values, n int) error {
	into.Texts, d.now = resize(into.Texts, n), resize(d.now, n)
	if err := d.lengths.read(d.now); err != nil {
		return err
	}
	for i, length := range d.now {
		text, rest, err := cut(d.data, int64(int32(length)))
		if err != nil {
			return err
		}
		into.Texts[i], d.data = text, rest
	}
	return nil
}

// deltaTexts reads texts that share their begins with the text before.
type deltaTexts struct {
	shared   deltas
	ends     *deltaLengths
	now      []int64
	previous []byte
	memory   []byte // of the texts
}

func newDeltaTexts(data []byte) (*deltaTexts, error) {
	shared, err := newDeltas(data)
	if err != nil {
		return nil, err
	}
	rest, err := shared.rest()
	if err != nil {
		return nil, err
	}
	ends, err := newDeltaLengths(rest)
	return &deltaTexts{shared: shared, ends: ends}, err
}

func (d *deltaTexts) more() bool { return d.shared.left > 0 || d.ends.more() }

func (d *deltaTexts) read(into *Values, n int) error {
	d.now = resize(d.now, n)
	if err := d.shared.read(d.now); err != nil {
		return err
	}
	if err := d.ends.read(into, n); err != nil {
		return err
	}
	d.memory = d.memory[:0] // The text before is still there until the first text is written, which copies it.
	for i, end := range into.Texts {
		shared := int64(int32(d.now[i]))
		if shared < 0 || shared > int64(len(d.previous)) {
			return fmt.Errorf("a text shares %d bytes with a text of %d", shared, len(d.previous))
		}
		if int64(len(d.memory))+shared+int64(len(end)) > maxPage { // The sum grows faster than the page.
			return errors.New("the texts of a page are too long")
		}
		start := len(d.memory)
		d.memory = append(append(d.memory, d.previous[:shared]...), end...)
		into.Texts[i] = d.memory[start:len(d.memory):len(d.memory)]
		d.previous = into.Texts[i]
	}
	return nil
}

// resize returns a slice of a length, in the same memory if that suffices.
func resize[T any](s []T, n int) []T { return slices.Grow(s[:0], n)[:n] }
