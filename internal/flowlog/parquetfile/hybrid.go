package parquetfile

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// hybrid reads numbers in Parquet's hybrid of runs of one value and packed bits. Levels and places in dictionaries are written so.
type hybrid struct {
	data  []byte
	width uint // bits of a number
	left  uint64
	value uint32 // of a run
	// packed holds packed numbers, from the bit at on; it is nil in a run of one value.
	packed []byte
	at     uint64
}

var errValuesEnd = errors.New("a page has fewer values than it says")

func newHybrid(data []byte, width uint) (hybrid, error) {
	if width > 32 {
		return hybrid{}, fmt.Errorf("a page has numbers of %d bits; allowed are 32", width)
	}
	out := hybrid{data: data, width: width}
	if width == 0 { // All numbers are 0. Some writers write no runs then.
		out.left = 1 << 63
	}
	return out, nil
}

// run makes the next run the current one if the current one is at its end.
func (h *hybrid) run() error {
	for h.left == 0 {
		header, size := binary.Uvarint(h.data)
		if size <= 0 {
			return errValuesEnd
		}
		h.data = h.data[size:]
		h.packed, h.left = nil, header>>1
		if header&1 == 0 {
			if err := h.readValue(); err != nil {
				return err
			}
			continue
		}
		h.readPacked()
	}
	return nil
}

// readPacked begins a run of groups of eight packed numbers. Some writers cut the last group off.
func (h *hybrid) readPacked() {
	groups := min(h.left, uint64(len(h.data))) // A group has at least one byte.
	size := min(groups*uint64(h.width), uint64(len(h.data)))
	h.packed, h.at, h.data = h.data[:size:size], 0, h.data[size:]
	h.left = groups * 8
}

// readValue reads the value of a run.
func (h *hybrid) readValue() error {
	size := int(h.width+7) / 8
	if size > len(h.data) {
		return errValuesEnd
	}
	var whole [4]byte
	copy(whole[:], h.data[:size])
	h.value, h.data = binary.LittleEndian.Uint32(whole[:]), h.data[size:]
	return nil
}

// read reads as many numbers as there is room for.
func (h *hybrid) read(into []uint32) error {
	for len(into) > 0 {
		if err := h.run(); err != nil {
			return err
		}
		n := int(min(h.left, uint64(len(into))))
		part := into[:n]
		if h.packed == nil {
			for i := range part {
				part[i] = h.value
			}
		} else if err := h.unpack(part); err != nil {
			return err
		}
		h.left -= uint64(n)
		into = into[n:]
	}
	return nil
}

// unpack reads packed numbers.
func (h *hybrid) unpack(into []uint32) error {
	if h.at+uint64(len(into))*uint64(h.width) > uint64(len(h.packed))*8 {
		return errValuesEnd
	}
	mask, width := uint32(1<<h.width-1), uint64(h.width)
	for i := range into {
		into[i] = uint32(bitsAt(h.packed, h.at)) & mask
		h.at += width
	}
	return nil
}

// all reports whether the next n numbers are all in the current run, and have the value. If so, it skips them.
func (h *hybrid) all(n int, value uint32) bool {
	if h.run() != nil || h.packed != nil || h.value != value || h.left < uint64(n) {
		return false
	}
	h.left -= uint64(n)
	return true
}

// bitsAt returns at least 57 bits of data from a bit on, the lowest first. Bits after the end are 0.
func bitsAt(data []byte, at uint64) uint64 {
	from := data[at/8:]
	if len(from) >= 8 {
		return binary.LittleEndian.Uint64(from) >> (at % 8)
	}
	var last [8]byte
	copy(last[:], from)
	return binary.LittleEndian.Uint64(last[:]) >> (at % 8)
}
