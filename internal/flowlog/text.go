package flowlog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// textReader reads logs of lines.
type textReader struct {
	symbols  *Symbols
	given    Format // used until a header line names another
	format   Format
	refused  bool // the last header line names a format that tells nothing
	lines    lines
	problems *problems
	emit     func(*Record)
	record   Record
	objects  ObjectSink // nil if objects of other logs are no records
	taken    func()     // is called for each object that the sink took
	exports  int64      // files that are exports of CloudWatch Logs as JSON
}

// byteOrderMark is what Windows puts before a text in UTF-8.
const byteOrderMark = "\ufeff"

// read reads a stream. checked says that the stream has a checksum, so that a file that was cut off is not mistaken for a whole one.
func (t *textReader) read(from io.Reader, checked bool) {
	t.format, t.refused = t.given, false
	t.lines.reset(from)
	head := t.lines.peek()
	if strings.HasPrefix(head, byteOrderMark) {
		t.lines.start = len(byteOrderMark)
	}
	if isExport(strings.TrimPrefix(head, byteOrderMark)) {
		t.readExport()
		return
	}
	for {
		line, kind := t.lines.next()
		switch kind {
		case endOfLines:
			if !t.lines.isComplete() {
				t.problems.addText(t.lines.number+1, "the file is damaged or cut off here: "+t.lines.err.Error())
			}
			return
		case tooLongLine:
			t.problems.addText(t.lines.number, fmt.Sprintf("a line has more than %d bytes; it was skipped", longestLine))
		case unendedLine:
			if !isObject(line) && t.mayBeCut(checked) {
				t.problems.addText(t.lines.number, "the last line has no end, so the file may be cut off here")
				continue
			}
			t.line(line)
		case wholeLine:
			t.line(line)
		}
	}
}

// readExport reads an export of CloudWatch Logs as JSON.
func (t *textReader) readExport() {
	t.exports++
	found, err := readExport(t.lines.rest(), func(number int64, line []byte) {
		t.lines.number = number
		t.line(line)
	})
	switch {
	case err != nil:
		t.problems.addText(found.number+1, "the export is damaged or cut off at this event: "+err.Error())
	case found.cut:
		t.problems.addText(found.number, "the export has a nextToken, so later events are not in it; "+
			"export without --max-items and --no-paginate")
	}
}

// mayBeCut reports whether the last line, which has no line break, may lack its end. A log whose lines end with a word shows it.
func (t *textReader) mayBeCut(checked bool) bool {
	if !t.lines.isComplete() {
		return true
	}
	last := skipped
	if n := len(t.format.fields); n > 0 {
		last = t.format.fields[n-1]
	}
	endsWithWord := last == fields()["log-status"] || last == fields()["action"]
	return !checked && !endsWithWord
}

// line reads one line: a header, or a record.
func (t *textReader) line(line []byte) {
	line = withoutTimestamp(line)
	if len(line) == 0 {
		return
	}
	if isObject(line) {
		t.object(line)
		return
	}
	if isHeader(line) {
		t.header(line)
		return
	}
	if t.refused {
		return
	}
	if t.format.fields == nil && !t.assumeDefault(line) {
		t.problems.addText(t.lines.number, "the line has no known format; give the log's format if the log has no header line")
		return
	}
	if t.parse(line) {
		t.emit(&t.record)
	}
}

// isObject reports whether a line is a JSON object, or a part of one.
func isObject(line []byte) bool {
	line = withoutTimestamp(line)
	return len(line) > 0 && line[0] == '{'
}

// object hands an object of another log to the sink.
func (t *textReader) object(line []byte) {
	err := errors.New("the line is an object of another log, which is not read")
	if t.objects != nil {
		err = t.objects.AddObject(line)
	}
	if err != nil {
		t.problems.addText(t.lines.number, err.Error())
		return
	}
	t.taken()
}

// header takes the format from a header line. If that tells nothing, the lines below it are skipped.
func (t *textReader) header(line []byte) {
	if string(line) == t.format.text {
		return
	}
	format, err := ParseFormat(string(line))
	t.format, t.refused = format, err != nil
	if err != nil {
		t.problems.addText(t.lines.number, err.Error())
	}
}

// assumeDefault takes the default format for a log without a header, if a line of it is a line of version 2.
func (t *textReader) assumeDefault(line []byte) bool {
	standard, _ := ParseFormat(DefaultFormat) // It is valid.
	if !bytes.HasPrefix(line, []byte("2 ")) || bytes.Count(line, []byte(" ")) != len(standard.fields)-1 {
		return false
	}
	t.format = standard
	return true
}

// parse reads the fields of a line into the record. It reports false if the line is no record.
func (t *textReader) parse(line []byte) bool {
	t.record = Record{}
	from := 0
	for _, f := range t.format.fields {
		if from > len(line) {
			return t.wrongCount(line)
		}
		to, ok := from, false
		if f.kind == numberField {
			to, ok = f.setDigits(&t.record, line, from)
		}
		for to < len(line) && line[to] != ' ' {
			to++
		}
		if value := line[from:to]; !ok && f != skipped && !f.set(&t.record, value, t.symbols) {
			if bytes.Count(line, []byte(" ")) != len(t.format.fields)-1 {
				return t.wrongCount(line)
			}
			t.problems.addValue(t.lines.number, f, value)
			return false
		}
		from = to + 1
	}
	if from <= len(line) {
		return t.wrongCount(line)
	}
	if fault := t.record.complete(); fault != "" {
		t.problems.addText(t.lines.number, fault)
		return false
	}
	return true
}

// mostDigits is how many digits a number of 64 bits surely takes.
const mostDigits = 18

// setDigits reads a number that begins at a place of a line, and returns its end. It reports false if it is not a plain number that the
// field may have, so that the text must be looked at.
func (f *field) setDigits(r *Record, line []byte, from int) (end int, ok bool) {
	var n int64
	at := from
	for at < len(line) {
		digit := line[at] - '0'
		if digit > 9 {
			break
		}
		n = n*10 + int64(digit)
		at++
	}
	if at == from || at-from > mostDigits || n > f.max || at < len(line) && line[at] != ' ' {
		return from, false
	}
	r.setNumber(f.id, n)
	return at, true
}

// wrongCount reports a line that does not have the fields of the format.
func (t *textReader) wrongCount(line []byte) bool {
	t.problems.add(t.lines.number, problemKey{what: "count"}, func() string {
		return fmt.Sprintf("the line has %d fields, but the format has %d", bytes.Count(line, []byte(" "))+1, len(t.format.fields))
	})
	return false
}

// withoutTimestamp returns a line without the time that an export of CloudWatch Logs puts in front: "2026-11-28T10:00:00.000Z ".
func withoutTimestamp(line []byte) []byte {
	const length = len("2026-11-28T10:00:00.000Z ")
	if len(line) >= length && line[10] == 'T' && line[length-2] == 'Z' && line[length-1] == ' ' && line[4] == '-' {
		return line[length:]
	}
	return line
}

// complete fills in the status of a record whose log has none, and returns what is wrong with the record; empty if nothing is.
func (r *Record) complete() string {
	hasFlow := r.Source.IsValid() && r.Destination.IsValid() && r.Action != NoAction
	if r.Status == NoStatus {
		r.Status = OK
		if !hasFlow { // It has no packets, or it stands for lost records. The worse of the two is assumed.
			r.Status = SkipData
		}
	}
	switch {
	case r.Status == OK && !hasFlow:
		return "a record with status OK has no addresses or no action"
	case r.Start <= 0 || r.End <= 0:
		return "a record has no start or no end"
	case r.End < r.Start:
		return "a record ends before it starts"
	case r.Interface == 0 && r.Resource == 0:
		return "a record names no interface"
	}
	return ""
}
