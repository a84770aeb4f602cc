package flowlog

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// exportStart matches the begin of what "aws logs filter-log-events" and "get-log-events" print, and of what a subscription filter of
// CloudWatch Logs delivers.
var exportStart = lazyregexp.New(
	`^\s*\{\s*"(events|searchedLogStreams|nextToken|NextToken|nextForwardToken|nextBackwardToken|messageType)"\s*:`)

// isExport reports whether a text begins as an export of CloudWatch Logs as JSON does.
func isExport(text string) bool {
	return strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), "{") && exportStart.MatchString(text)
}

// eventLists are the keys of the events in these.
var eventLists = map[string]bool{"events": true, "logEvents": true}

// exportReader reads the events of CloudWatch Logs from JSON, one at a time.
type exportReader struct {
	decoder *json.Decoder
	limit   *limitedReader
	message func(number int64, line []byte)
	number  int64 // of the last event
	cut     bool  // the export says that there are more events
}

// readExport reads JSON documents of CloudWatch Logs until the end of a stream. It calls message for each line of each event.
func readExport(from io.Reader, message func(number int64, line []byte)) (*exportReader, error) {
	e := &exportReader{limit: &limitedReader{from: from}, message: message}
	e.decoder = json.NewDecoder(e.limit)
	for {
		if err := e.document(); errors.Is(err, io.EOF) {
			return e, nil
		} else if err != nil {
			return e, err
		}
	}
}

// document reads one document. It returns io.EOF if there is none.
func (e *exportReader) document() error {
	if err := e.open('{'); err != nil {
		return err
	}
	for e.decoder.More() {
		key, err := e.token()
		if err != nil {
			return cut(err)
		}
		if name, _ := key.(string); eventLists[name] {
			err = e.events()
		} else {
			var value json.RawMessage
			err = e.decode(&value)
			e.cut = e.cut || (name == "nextToken" || name == "NextToken") && len(value) > 0 && value[0] == '"'
		}
		if err != nil {
			return cut(err)
		}
	}
	_, err := e.token()
	return cut(err)
}

// events reads a list of events.
func (e *exportReader) events() error {
	if err := e.open('['); err != nil {
		return err
	}
	for e.decoder.More() {
		var event struct{ Message *string }
		if err := e.decode(&event); err != nil {
			return err
		}
		e.number++
		if event.Message == nil {
			return fmt.Errorf("event %d has no message", e.number)
		}
		for line := range bytes.Lines([]byte(*event.Message)) {
			e.message(e.number, bytes.TrimRight(line, "\r\n"))
		}
	}
	_, err := e.token()
	return err
}

// open reads the begin of an object or a list.
func (e *exportReader) open(delimiter json.Delim) error {
	got, err := e.token()
	if err == nil && got != delimiter {
		return fmt.Errorf("there is %v where %v is expected", got, delimiter)
	}
	return err
}

func (e *exportReader) token() (json.Token, error) {
	e.limit.left = longestLine
	return e.decoder.Token()
}

func (e *exportReader) decode(into any) error {
	e.limit.left = longestLine
	return e.decoder.Decode(into)
}

// cut makes an end inside a document an error.
func cut(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// limitedReader bounds how much one value may have, because a decoder keeps a value in memory.
type limitedReader struct {
	from io.Reader
	left int
}

func (l *limitedReader) Read(into []byte) (int, error) {
	if l.left <= 0 {
		return 0, fmt.Errorf("a value has more than %d bytes", longestLine)
	}
	n, err := l.from.Read(into[:min(len(into), l.left)])
	l.left -= n
	return n, err
}
