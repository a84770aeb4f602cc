package proof

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// maxNesting is how deep the JSON of a declaration may be: expressions of templates are a few levels deep.
const maxNesting = 200

// strict refuses what encoding/json passes over: names that are there twice, of which the last one counts, and values nested without end.
// The data is valid JSON already.
func strict(data []byte) error {
	s := scanner{data: data}
	for s.pos < len(data) {
		if err := s.step(); err != nil {
			return fmt.Errorf("line %d: %w", lineOf(data, s.pos), err)
		}
	}
	return nil
}

// lineOf is the line of a place in a text.
func lineOf(data []byte, at int) int {
	return 1 + bytes.Count(data[:min(max(at, 0), len(data))], []byte("\n"))
}

// scanner goes through valid JSON.
type scanner struct {
	data  []byte
	pos   int
	stack []frame
}

// frame is an object or a list that is open.
type frame struct {
	object bool
	key    bool // the next text is a name
	exact  bool // names that differ in case are two names
	seen   map[string]bool
	last   string // name
}

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

// freeNames are the fields below which names are the user's or CloudFormation's. Everywhere else encoding/json takes names in any case.
var freeNames = map[string]bool{"tiers": true, "symbols": true, "expression": true, "zones": true, "prefixLists": true,
	"properties": true, "stops": true}

// text goes over a text, which may be a name.
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
		return fmt.Errorf("%q is there twice; keep one of the two", top.last)
	}
	if top.seen == nil {
		top.seen = map[string]bool{}
	}
	top.seen[name] = true
	return nil
}

// withLine adds the line to an error of encoding/json.
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

// wrongKind says what stands where something else must be, without the names of Go's types.
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
