package proof

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// maxNesting is the maximum nesting of the JSON of a declaration. Expressions of templates have a few levels.
const maxNesting = 200

// checkJSON rejects what encoding/json accepts: repeated names, of which the last one would count, and deeply nested values. The data must
// be valid JSON.
func checkJSON(data []byte) error {
	s := scanner{data: data}
	for s.pos < len(data) {
		if err := s.step(); err != nil {
			return fmt.Errorf("line %d: %w", lineOf(data, s.pos), err)
		}
	}
	return nil
}

// lineOf returns the line of an offset.
func lineOf(data []byte, at int) int {
	return 1 + bytes.Count(data[:min(max(at, 0), len(data))], []byte("\n"))
}

// scanner reads valid JSON.
type scanner struct {
	data  []byte
	pos   int
	stack []frame
}

// frame is an open object or list.
type frame struct {
	object bool
	key    bool // the next string is a name
	exact  bool // names are case-sensitive
	seen   map[string]bool
	last   string // the last name
}

// step reads one character or string.
func (s *scanner) step() error {
	c := s.data[s.pos]
	switch c {
	case '{', '[':
		return s.open(c == '{')
	case '}', ']':
		s.stack = s.stack[:len(s.stack)-1]
	case ',':
		top := &s.stack[len(s.stack)-1]
		top.key = top.object
	case '"':
		return s.text()
	}
	s.pos++
	return nil
}

// open begins an object or list.
func (s *scanner) open(object bool) error {
	if len(s.stack) == maxNesting {
		return fmt.Errorf("values are nested more than %d deep", maxNesting)
	}
	f := frame{object: object, key: object}
	if n := len(s.stack); n > 0 {
		f.exact = s.stack[n-1].exact || freeNames[s.stack[n-1].last]
	}
	s.stack = append(s.stack, f)
	s.pos++
	return nil
}

// freeNames lists the fields whose contents have names from users or CloudFormation. All other names are matched in any case by
// encoding/json.
var freeNames = map[string]bool{"tiers": true, "symbols": true, "expression": true, "zones": true, "prefixLists": true,
	"properties": true, "stops": true}

// text reads a string, which may be a name.
func (s *scanner) text() error {
	start := s.pos
	for s.pos++; s.data[s.pos] != '"'; s.pos++ {
		if s.data[s.pos] == '\\' {
			s.pos++
		}
	}
	s.pos++
	if len(s.stack) == 0 || !s.stack[len(s.stack)-1].key {
		return nil
	}
	top := &s.stack[len(s.stack)-1]
	top.key = false
	var name string
	if err := json.Unmarshal(s.data[start:s.pos], &name); err != nil {
		return err
	}
	top.last = name
	if !top.exact {
		name = strings.ToLower(name)
	}
	if top.seen[name] {
		return fmt.Errorf("%q appears twice; keep one of the two", top.last)
	}
	if top.seen == nil {
		top.seen = map[string]bool{}
	}
	top.seen[name] = true
	return nil
}

// withLine adds the line number to an error of encoding/json.
func withLine(data []byte, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("line %d: %w", lineOf(data, int(syntax.Offset)), err)
	case errors.As(err, &kind):
		return fmt.Errorf("line %d: %s", lineOf(data, int(kind.Offset)), wrongKind(kind))
	}
	return err
}

// wrongKind describes a value of the wrong kind without the names of Go types.
func wrongKind(e *json.UnmarshalTypeError) string {
	field := "the file"
	if e.Field != "" {
		field = fmt.Sprintf("%q", strings.ToLower(e.Field[:1])+e.Field[1:])
	}
	want := "another kind of value"
	switch e.Type.Kind() {
	case reflect.Struct, reflect.Map:
		want = "an object"
	case reflect.Slice, reflect.Array:
		want = "a list"
	case reflect.String:
		want = "a text"
	case reflect.Bool:
		want = "true or false"
	case reflect.Int, reflect.Int64, reflect.Uint16, reflect.Uint8:
		want = "a number"
	}
	return fmt.Sprintf("%s must be %s, got %s", field, want, e.Value)
}
