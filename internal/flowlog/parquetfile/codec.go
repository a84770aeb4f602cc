package parquetfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/snappy"
)

// The codecs that are read. AWS writes gzip. A reader of ZSTD would make the command larger by 230 KB.
const (
	codecNone   = 0
	codecSnappy = 1
	codecGzip   = 2
)

var codecNames = [...]string{"UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW"}

// checkCodec returns an error if a codec is not read.
func checkCodec(codec int32) error {
	switch codec {
	case codecNone, codecSnappy, codecGzip:
		return nil
	}
	name := fmt.Sprintf("number %d", codec)
	if codec >= 0 && int(codec) < len(codecNames) {
		name = codecNames[codec]
	}
	return fmt.Errorf("its codec is %s; allowed are UNCOMPRESSED, SNAPPY and GZIP", name)
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

// firstGuess returns how much memory a page takes at first. Pages are rarely compressed to less than a 32nd.
func firstGuess(compressed, size int) int { return min(size, 32*compressed+1024) }

// grow returns a buffer with at least twice the capacity and the same bytes. Its capacity is at least first and at most most.
func grow(buffer []byte, first, most int) []byte {
	out := make([]byte, len(buffer), min(most, max(2*cap(buffer), first, 64)))
	copy(out, buffer)
	return out
}
