package parquetfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
)

// The codecs that are read.
const (
	codecNone   = 0
	codecSnappy = 1
	codecGzip   = 2
	codecZstd   = 6
)

var codecNames = [...]string{"UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW"}

// checkCodec returns an error if a codec is not read.
func checkCodec(codec int32) error {
	switch codec {
	case codecNone, codecSnappy, codecGzip, codecZstd:
		return nil
	}
	name := fmt.Sprintf("number %d", codec)
	if codec >= 0 && int(codec) < len(codecNames) {
		name = codecNames[codec]
	}
	return fmt.Errorf("its codec is %s; allowed are UNCOMPRESSED, SNAPPY, GZIP and ZSTD", name)
}

// decompress decompresses a page that has size bytes then. It uses the memory of into if that suffices.
func decompress(codec int32, into, from []byte, size int) (out []byte, err error) {
	switch codec {
	case codecNone:
		out = from
	case codecSnappy:
		out, err = decompressSnappy(into, from, size)
	case codecGzip:
		out, err = decompressGzip(into, from, size)
	case codecZstd:
		out, err = decompressZstd(into, from, size)
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("a page cannot be decompressed: %w", err)
	case len(out) != size:
		return nil, fmt.Errorf("a page has %d bytes, but says that it has %d", len(out), size)
	}
	return out, nil
}

// decompressSnappy checks the size first, because the library allocates what the page claims.
func decompressSnappy(into, from []byte, size int) ([]byte, error) {
	const mostRatio = 32 // Snappy writes at most 64 bytes for 3.
	claimed, err := snappy.DecodedLen(from)
	switch {
	case err != nil:
		return nil, err
	case claimed != size || claimed > mostRatio*len(from):
		return nil, fmt.Errorf("%d bytes cannot become %d", len(from), claimed)
	}
	return snappy.Decode(into[:cap(into)], from)
}

var gzipReaders = sync.Pool{New: func() any { return new(gzip.Reader) }}

func decompressGzip(into, from []byte, size int) ([]byte, error) {
	zip := gzipReaders.Get().(*gzip.Reader)
	defer gzipReaders.Put(zip)
	if err := zip.Reset(bytes.NewReader(from)); err != nil {
		return nil, err
	}
	out := into[:0]
	for len(out) <= size { // The read after the last byte checks the sum.
		if len(out) == cap(out) {
			out = grow(out, firstGuess(len(from), size), size+1)
		}
		n, err := zip.Read(out[len(out):min(cap(out), size+1)])
		out = out[:len(out)+n]
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
	}
	return nil, errors.New("it has more bytes than it says")
}

// zstdDecoders holds decoders that write no more than their buffer takes.
var zstdDecoders = sync.Pool{New: func() any {
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecodeAllCapLimit(true), zstd.WithDecoderMaxMemory(maxPage))
	if err != nil {
		panic(err) // The options are constant and valid.
	}
	return decoder
}}

// decompressZstd tries again with more memory as long as the page may need it. The errors for too little memory have no common type.
func decompressZstd(into, from []byte, size int) ([]byte, error) {
	const blockHeader, maxBlock = 3, 128 << 10 // bytes
	if size > (len(from)/blockHeader+1)*maxBlock {
		return nil, fmt.Errorf("%d bytes cannot become %d", len(from), size)
	}
	decoder := zstdDecoders.Get().(*zstd.Decoder)
	defer zstdDecoders.Put(decoder)
	into = into[:0]
	if cap(into) == 0 {
		into = grow(into, firstGuess(len(from), size), size)
	}
	for {
		out, err := decoder.DecodeAll(from, into)
		if err == nil || cap(into) >= size {
			return out, err
		}
		into = grow(into, firstGuess(len(from), size), size)
	}
}

// firstGuess returns how much memory a page takes at first. Pages are rarely compressed to less than a 32nd.
func firstGuess(compressed, size int) int { return min(size, 32*compressed+1024) }

// grow returns a buffer with at least twice the capacity and the same bytes. Its capacity is at least first and at most most.
func grow(buffer []byte, first, most int) []byte {
	out := make([]byte, len(buffer), min(most, max(2*cap(buffer), first, 64)))
	copy(out, buffer)
	return out
}
