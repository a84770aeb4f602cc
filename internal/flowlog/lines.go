package flowlog

import (
	"bytes"
	"errors"
	"io"
)

// lines cuts a stream into lines, in a buffer that never grows.
type lines struct {
	from       io.Reader
	buffer     []byte
	start, end int   // what is read and not returned yet
	number     int64 // of the last line
	err        error // why the stream ended; io.EOF if it is complete
}

// longestLine is the size of the buffer. The longest line of AWS has all fields and is below 8 KiB.
const longestLine = 256 << 10

// reset starts to read a stream.
func (l *lines) reset(from io.Reader) {
	if l.buffer == nil {
		l.buffer = make([]byte, longestLine)
	}
	*l = lines{from: from, buffer: l.buffer}
}

// peek returns the begin of the stream.
func (l *lines) peek() string {
	const enough = 512
	for l.end < enough && l.err == nil {
		l.fill()
	}
	return string(l.buffer[:min(l.end, enough)])
}

// rest returns what was read and not returned, and all that follows.
func (l *lines) rest() io.Reader {
	read := bytes.NewReader(l.buffer[l.start:l.end])
	if l.err != nil {
		return io.MultiReader(read, failedReader{l.err})
	}
	return io.MultiReader(read, l.from)
}

// failedReader returns an error.
type failedReader struct{ err error }

func (f failedReader) Read([]byte) (int, error) { return 0, f.err }

// lineKind says what [lines.next] found.
type lineKind int

const (
	wholeLine   lineKind = iota
	unendedLine          // the last line of the stream, without a line break
	tooLongLine          // longer than the buffer; it is skipped
	endOfLines           // err says why
)

// next returns the next line without its break. It is valid until the next call.
func (l *lines) next() ([]byte, lineKind) {
	tooLong := false
	searched := 0
	for {
		if i := bytes.IndexByte(l.buffer[l.start+searched:l.end], '\n'); i >= 0 {
			line := l.buffer[l.start : l.start+searched+i]
			l.start += searched + i + 1
			l.number++
			if tooLong {
				return nil, tooLongLine
			}
			return bytes.TrimSuffix(line, []byte("\r")), wholeLine
		}
		searched = l.end - l.start
		switch {
		case l.err != nil && tooLong: // Its last bytes may have filled the buffer, so that there are none left.
			l.start = l.end
			l.number++
			return nil, tooLongLine
		case l.err != nil && l.end > l.start:
			line := l.buffer[l.start:l.end]
			l.start = l.end
			l.number++
			return line, unendedLine
		case l.err != nil:
			return nil, endOfLines
		case searched == len(l.buffer):
			tooLong, searched, l.start, l.end = true, 0, 0, 0
		}
		l.fill()
	}
}

// fill reads more behind what is not returned yet.
func (l *lines) fill() {
	if l.start > 0 {
		l.end = copy(l.buffer, l.buffer[l.start:l.end])
		l.start = 0
	}
	for range 100 {
		n, err := l.from.Read(l.buffer[l.end:])
		l.end += n
		if err != nil {
			l.err = err
		}
		if n > 0 || err != nil {
			return
		}
	}
	l.err = io.ErrNoProgress
}

// isComplete reports whether the stream was read to its end.
func (l *lines) isComplete() bool {
	return errors.Is(l.err, io.EOF) && !errors.Is(l.err, io.ErrUnexpectedEOF)
}
