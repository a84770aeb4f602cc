package parquetfile

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// maxPage bounds the bytes of a page, compressed or not. Writers make pages of about a megabyte.
const maxPage = 64 << 20

// maxDictionary bounds the bytes of a dictionary, whose values all are in memory at once. Most writers stop at a megabyte.
const maxDictionary = 16 << 20

// maxHeader bounds the bytes of a page's header.
const maxHeader = 16 << 10

// The types of pages.
const (
	pageData = iota
	pageIndex
	pageDictionary
	pageDataV2
)

// header is the header of a page.
type header struct {
	kind               int32
	size, compressed   int32 // bytes
	sum                int32
	hasSum             bool
	values             int32 // nulls included
	encoding           int32
	levelEncoding      int32 // of the definition levels of a page of version 1
	repetitions        int32 // bytes of the levels of a page of version 2
	definitions        int32
	plainBytes         bool // a page of version 2 is not compressed
	hasData, hasDataV2 bool
	hasDictionary      bool
}

func readHeader(t *compact) header {
	var out header
	t.structure(kindStruct, func(id int, of kind) {
		switch id {
		case 1:
			out.kind = t.number32(of)
		case 2:
			out.size = t.number32(of)
		case 3:
			out.compressed = t.number32(of)
		case 4:
			out.sum, out.hasSum = t.number32(of), true
		case 5:
			out.hasData = true
			out.readData(t, of)
		case 7:
			out.hasDictionary = true
			out.readDictionary(t, of)
		case 8:
			out.hasDataV2 = true
			out.readDataV2(t, of)
		}
	})
	return out
}

func (h *header) readData(t *compact, of kind) {
	t.structure(of, func(id int, of kind) {
		switch id {
		case 1:
			h.values = t.number32(of)
		case 2:
			h.encoding = t.number32(of)
		case 3:
			h.levelEncoding = t.number32(of)
		}
	})
}

func (h *header) readDictionary(t *compact, of kind) {
	t.structure(of, func(id int, of kind) {
		switch id {
		case 1:
			h.values = t.number32(of)
		case 2:
			h.encoding = t.number32(of)
		}
	})
}

func (h *header) readDataV2(t *compact, of kind) {
	t.structure(of, func(id int, of kind) {
		switch id {
		case 1:
			h.values = t.number32(of)
		case 4:
			h.encoding = t.number32(of)
		case 5:
			h.definitions = t.number32(of)
		case 6:
			h.repetitions = t.number32(of)
		case 7:
			h.plainBytes = of == kindFalse
		}
	})
}

// check checks that a header fits its page.
func (h *header) check(left int64) error {
	has := [...]bool{pageData: h.hasData, pageIndex: true, pageDictionary: h.hasDictionary, pageDataV2: h.hasDataV2}
	switch {
	case h.kind < 0 || int(h.kind) >= len(has) || !has[h.kind]:
		return errors.New("a page has a type that Parquet does not have, or a header of another type")
	case h.size < 0 || h.compressed < 0 || h.values < 0 || h.definitions < 0 || h.repetitions < 0:
		return errors.New("a page has a negative size")
	case h.size > maxPage || h.compressed > maxPage:
		return fmt.Errorf("a page has %d bytes; allowed are %d", max(h.size, h.compressed), maxPage)
	case h.kind == pageDictionary && h.size > maxDictionary:
		return fmt.Errorf("a dictionary has %d bytes; allowed are %d", h.size, maxDictionary)
	case int64(h.compressed) > left:
		return fmt.Errorf("a page has %d bytes, but the column has %d more", h.compressed, left)
	case int64(h.definitions)+int64(h.repetitions) > int64(min(h.compressed, h.size)):
		return errors.New("the levels of a page are larger than the page")
	}
	return nil
}

// readPage reads the header and the bytes of the next page. It returns io.EOF after the last one.
func (r *Reader) readPage() (header, []byte, error) {
	head, err := r.from.Peek(int(min(r.left, maxHeader)))
	if len(head) == 0 {
		if r.left == 0 {
			return header{}, nil, io.EOF
		}
		return header{}, nil, err
	}
	t := &compact{data: head}
	h := readHeader(t)
	if t.err != nil {
		return header{}, nil, fmt.Errorf("the header of a page is damaged: %w", t.err)
	}
	if _, err := r.from.Discard(t.at); err != nil {
		return header{}, nil, err
	}
	r.left -= int64(t.at)
	if err := h.check(r.left); err != nil {
		return header{}, nil, err
	}
	r.compressed = resize(r.compressed, int(h.compressed))
	if _, err := io.ReadFull(r.from, r.compressed); err != nil {
		return header{}, nil, err
	}
	r.left -= int64(h.compressed)
	if h.hasSum && crc32.ChecksumIEEE(r.compressed) != uint32(h.sum) {
		return header{}, nil, errors.New("a page is damaged: it does not have its checksum")
	}
	return h, r.compressed, nil
}
