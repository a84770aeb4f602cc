package parquetfile

import (
	"encoding/binary"
	"errors"
)

// kind is the type of a value in Thrift's compact protocol.
type kind byte

// The kinds. A field that is true or false has no further bytes.
const (
	kindStop kind = iota
	kindTrue
	kindFalse
	kindInt8
	kindInt16
	kindInt32
	kindInt64
	kindDouble
	kindBinary
	kindList
	kindSet
	kindMap
	kindStruct
)

// compact reads values of Thrift's compact protocol. It keeps the first error, and reads nothing after it.
type compact struct {
	data  []byte
	at    int
	depth int
	err   error
}

// maxDepth bounds how deep structs and lists may be nested. Parquet needs 7.
const maxDepth = 32

var (
	errThriftEnd  = errors.New("it ends too early")
	errThriftKind = errors.New("a field has a type that it cannot have")
	errThriftDeep = errors.New("its parts are nested too deeply")
	errThriftSize = errors.New("it has a size that it cannot have")
)

func (t *compact) fail(err error) {
	if t.err == nil {
		t.err = err
	}
}

func (t *compact) byte() byte {
	if t.err != nil || t.at >= len(t.data) {
		t.fail(errThriftEnd)
		return 0
	}
	t.at++
	return t.data[t.at-1]
}

func (t *compact) varint() uint64 {
	if t.err != nil {
		return 0
	}
	n, size := binary.Uvarint(t.data[t.at:])
	switch {
	case size == 0:
		t.fail(errThriftEnd)
		return 0
	case size < 0:
		t.fail(errThriftSize)
		return 0
	}
	t.at += size
	return n
}

func zigzag(n uint64) int64 { return int64(n>>1) ^ -int64(n&1) }

// number reads a number of 16 to 64 bits.
func (t *compact) number(of kind) int64 {
	if of < kindInt16 || of > kindInt64 {
		t.fail(errThriftKind)
		return 0
	}
	return zigzag(t.varint())
}

// number32 reads a number that must fit in 32 bits.
func (t *compact) number32(of kind) int32 {
	n := t.number(of)
	if n != int64(int32(n)) {
		t.fail(errThriftSize)
		return 0
	}
	return int32(n)
}

// bytes reads a text. It shares memory with the data.
func (t *compact) bytes(of kind) []byte {
	if of != kindBinary {
		t.fail(errThriftKind)
		return nil
	}
	return t.take(t.varint())
}

func (t *compact) take(n uint64) []byte {
	if t.err != nil || n > uint64(len(t.data)-t.at) {
		t.fail(errThriftEnd)
		return nil
	}
	t.at += int(n)
	return t.data[t.at-int(n) : t.at]
}

// structure reads a struct. It calls field with each field's number and kind, and skips a field of which nothing was read.
func (t *compact) structure(of kind, field func(id int, of kind)) {
	if of != kindStruct {
		t.fail(errThriftKind)
		return
	}
	if !t.enter() {
		return
	}
	defer t.leave()
	id := 0
	for t.err == nil {
		head := t.byte()
		of := kind(head & 15)
		if of == kindStop {
			return
		}
		if step := int(head >> 4); step != 0 {
			id += step
		} else {
			id = int(int16(zigzag(t.varint())))
		}
		start := t.at
		field(id, of)
		if t.at == start {
			t.skip(of)
		}
	}
}

// list reads a list. It calls element for each element. Each has at least one byte, so that the data end before a count that is too large.
func (t *compact) list(of kind, element func(of kind)) {
	if of != kindList && of != kindSet {
		t.fail(errThriftKind)
		return
	}
	if !t.enter() {
		return
	}
	defer t.leave()
	head := t.byte()
	count := uint64(head >> 4)
	if count == 15 {
		count = t.varint()
	}
	for ; count > 0 && t.err == nil; count-- {
		element(kind(head & 15))
	}
}

func (t *compact) enter() bool {
	t.depth++
	if t.depth > maxDepth {
		t.fail(errThriftDeep)
	}
	return t.err == nil
}

func (t *compact) leave() { t.depth-- }

// skip skips the value of a field.
func (t *compact) skip(of kind) {
	switch of {
	case kindTrue, kindFalse:
	case kindInt8:
		t.byte()
	case kindInt16, kindInt32, kindInt64:
		t.varint()
	case kindDouble:
		t.take(8)
	case kindBinary:
		t.take(t.varint())
	case kindList, kindSet:
		t.list(of, t.skipElement)
	case kindMap:
		t.skipMap()
	case kindStruct:
		t.structure(of, func(int, kind) {})
	default:
		t.fail(errThriftKind)
	}
}

// skipElement skips an element of a list or a map. One that is true or false has a byte, unlike a field.
func (t *compact) skipElement(of kind) {
	if of == kindTrue || of == kindFalse {
		t.byte()
		return
	}
	t.skip(of)
}

func (t *compact) skipMap() {
	count := t.varint()
	if count == 0 || !t.enter() {
		return
	}
	defer t.leave()
	kinds := t.byte()
	for ; count > 0 && t.err == nil; count-- {
		t.skipElement(kind(kinds >> 4))
		t.skipElement(kind(kinds & 15))
	}
}
