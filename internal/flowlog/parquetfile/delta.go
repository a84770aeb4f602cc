package parquetfile

import (
	"encoding/binary"
	"errors"
)

// deltas reads numbers in the encoding DELTA_BINARY_PACKED: the first number, then blocks of differences.
type deltas struct {
	data   []byte
	left   uint64 // numbers, of the encoding
	next   uint64 // number
	first  bool   // next is the first number
	mini   uint64 // numbers in a miniblock
	minis  int    // miniblocks in a block
	least  uint64 // difference of the block
	widths []byte // of the block's further miniblocks
	packed []byte // the miniblock
	at     uint64 // bit in it
	width  uint64
	inMini uint64 // numbers left in the miniblock
}

var errDelta = errors.New("a page has damaged differences")

// maxBlock bounds the numbers in a block of differences. Writers use 128.
const maxBlock = 1 << 16

func newDeltas(data []byte) (deltas, error) {
	out := deltas{data: data, first: true}
	block, minis := out.varint(), out.varint()
	out.left, out.next = out.varint(), uint64(zigzag(out.varint()))
	if out.data == nil || block == 0 || block > maxBlock || minis == 0 || minis > block || block%minis != 0 || block/minis%8 != 0 {
		return deltas{}, errDelta
	}
	out.mini, out.minis = block/minis, int(minis)
	return out, nil
}

// varint reads a number. It sets data to nil if there is none.
func (d *deltas) varint() uint64 {
	n, size := binary.Uvarint(d.data)
	if size <= 0 {
		d.data = nil
		return 0
	}
	d.data = d.data[size:]
	return n
}

// read reads as many numbers as there is room for.
func (d *deltas) read(into []int64) error {
	for i := range into {
		if d.left == 0 {
			return errValuesEnd
		}
		if !d.first {
			if err := d.step(); err != nil {
				return err
			}
		}
		d.first = false
		into[i] = int64(d.next)
		d.left--
	}
	return nil
}

// step adds the next difference.
func (d *deltas) step() error {
	if d.inMini == 0 {
		if err := d.turn(); err != nil {
			return err
		}
	}
	d.next += d.least + d.difference()
	d.inMini--
	return nil
}

// difference reads a difference less the least one.
func (d *deltas) difference() uint64 {
	low := bitsAt(d.packed, d.at)
	d.at += d.width
	if d.width <= 56 {
		return low & (1<<d.width - 1)
	}
	const half = 32
	high := bitsAt(d.packed, d.at-d.width+half)
	return low&(1<<half-1) | high<<half&(1<<d.width-1)
}

// turn makes the next miniblock the current one.
func (d *deltas) turn() error {
	if len(d.widths) == 0 {
		d.least = uint64(zigzag(d.varint()))
		if d.data == nil || len(d.data) < d.minis {
			return errDelta
		}
		d.widths, d.data = d.data[:d.minis], d.data[d.minis:]
	}
	d.width, d.widths = uint64(d.widths[0]), d.widths[1:]
	size := d.width * d.mini / 8
	if d.width > 64 || size > uint64(len(d.data)) {
		return errDelta
	}
	d.packed, d.data, d.at, d.inMini = d.data[:size:size], d.data[size:], 0, d.mini
	return nil
}

// rest returns the data after all numbers. It takes no memory, whatever the number of numbers is.
func (d deltas) rest() ([]byte, error) {
	if d.left > 0 && d.first {
		d.left--
	}
	for d.left > 0 {
		if err := d.turn(); err != nil {
			return nil, err
		}
		d.left -= min(d.left, d.mini)
	}
	return d.data, nil
}
