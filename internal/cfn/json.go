package cfn

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// syntaxError is a mistake in the syntax of a file, with its line.
type syntaxError struct {
	line    int
	message string
}

func (e *syntaxError) Error() string { return fmt.Sprintf("line %d: %s", e.line, e.message) }

// jsonReader reads JSON in one pass. A text without escapes is a slice of the input. Items of a list or object are
// collected on a stack and move to a shared arena when the list or object ends, so that a template of many megabytes
// needs few allocations.
type jsonReader struct {
	in    string
	pos   int
	line  int
	depth int
	count int
	stack []node
	arena []node
	err   *syntaxError

	remarks []remark
}

// parseJSON reads data, which must be exactly one JSON value.
func parseJSON(data []byte) (*node, []remark, error) {
	r := &jsonReader{in: string(data), line: 1}
	root, ok := r.value()
	if ok {
		if r.skipSpace(); r.pos < len(r.in) {
			r.fail("more text follows after the end of the JSON value")
		}
	}
	if r.err != nil {
		return nil, nil, r.err
	}
	return &root, r.remarks, nil
}

// fail records the first mistake. It returns false, so that callers can return its result.
func (r *jsonReader) fail(format string, args ...any) bool {
	if r.err == nil {
		r.err = &syntaxError{r.line, fmt.Sprintf(format, args...)}
	}
	return false
}

// skipSpace skips white space and counts lines. Strings cannot contain line breaks, so no line is missed.
func (r *jsonReader) skipSpace() {
	for r.pos < len(r.in) {
		switch r.in[r.pos] {
		case '\n':
			r.line++
		case ' ', '\t', '\r':
		default:
			return
		}
		r.pos++
	}
}

// peek returns the next character that is not white space, or 0 at the end.
func (r *jsonReader) peek() byte {
	r.skipSpace()
	if r.pos == len(r.in) {
		return 0
	}
	return r.in[r.pos]
}

// describeNext names the next character in messages.
func (r *jsonReader) describeNext() string {
	if r.pos >= len(r.in) {
		return "the end of the file"
	}
	c, _ := utf8.DecodeRuneInString(r.in[r.pos:])
	return strconv.QuoteRune(c)
}

func (r *jsonReader) value() (node, bool) {
	if r.count++; r.count > maxNodes {
		return node{}, r.fail("the file has more than %d values, the limit for a template", maxNodes)
	}
	switch c := r.peek(); {
	case c == '{':
		return r.container(objectNode, '}')
	case c == '[':
		return r.container(listNode, ']')
	case c == '"':
		n := node{kind: textNode, line: int32(r.line)}
		var ok bool
		n.text, ok = r.text()
		return n, ok
	case c == '-' || '0' <= c && c <= '9':
		return r.number()
	}
	return r.word()
}

// container reads a list or an object, starting at its opening bracket.
func (r *jsonReader) container(kind nodeKind, end byte) (node, bool) {
	n := node{kind: kind, line: int32(r.line)}
	if r.depth++; r.depth > maxNesting {
		return n, r.fail("values are nested more than %d deep", maxNesting)
	}
	r.pos++
	base := len(r.stack)
	for c := r.peek(); c != end; c = r.peek() {
		if len(r.stack) > base {
			if c != ',' {
				return n, r.fail("expected ',' or '%c', got %s", end, r.describeNext())
			}
			r.pos++
		}
		item, ok := r.item(kind)
		if !ok {
			return n, false
		}
		if len(r.stack) == cap(r.stack) {
			r.stack = slices.Grow(r.stack, max(4, len(r.stack))) // append would add a quarter, and copy a long stack many times
		}
		r.stack = append(r.stack, item)
	}
	r.pos++
	r.depth--
	n.items = r.keep(r.stack[base:])
	r.stack = r.stack[:base]
	if kind == objectNode {
		var twice []node
		n.items, twice = keepLast(n.items)
		r.remarks = remarkDuplicates(r.remarks, twice)
	}
	return n, true
}

func (r *jsonReader) item(kind nodeKind) (node, bool) {
	if kind == listNode {
		return r.value()
	}
	if r.peek() != '"' {
		return node{}, r.fail("expected a name in double quotes, got %s", r.describeNext())
	}
	line := r.line
	key, ok := r.text()
	if !ok {
		return node{}, false
	}
	if r.peek() != ':' {
		return node{}, r.fail("expected ':' after %q, got %s", key, r.describeNext())
	}
	r.pos++
	n, ok := r.value()
	n.key, n.line = key, int32(line)
	return n, ok
}

// keep copies items into the arena.
func (r *jsonReader) keep(items []node) []node {
	if len(items) == 0 {
		return nil
	}
	if cap(r.arena)-len(r.arena) < len(items) {
		// Chunks grow with the input, so that a small template costs little. A node takes at least two characters.
		r.arena = make([]node, 0, max(len(items), min(r.count+16, 4096, len(items)+(len(r.in)-r.pos)/2)))
	}
	from := len(r.arena)
	r.arena = append(r.arena, items...)
	return r.arena[from:len(r.arena):len(r.arena)]
}

// text reads a string, starting at its opening quote.
func (r *jsonReader) text() (string, bool) {
	r.pos++
	start := r.pos
	for ; r.pos < len(r.in); r.pos++ {
		switch c := r.in[r.pos]; {
		case c == '"':
			r.pos++
			return r.in[start : r.pos-1], true
		case c == '\\':
			return r.escaped(start)
		case c < ' ':
			return "", r.fail("a string contains the control character %q; escape it with a backslash", c)
		}
	}
	return "", r.fail("a string is not closed")
}

// escaped reads the rest of a string that starts at start and has its first backslash at the current position.
func (r *jsonReader) escaped(start int) (string, bool) {
	var b strings.Builder
	b.WriteString(r.in[start:r.pos])
	for r.pos < len(r.in) {
		c := r.in[r.pos]
		r.pos++
		switch {
		case c == '"':
			return b.String(), true
		case c < ' ':
			return "", r.fail("a string contains the control character %q; escape it with a backslash", c)
		case c != '\\':
			b.WriteByte(c)
		case r.pos < len(r.in) && r.in[r.pos] == 'u':
			char, ok := r.unicode()
			if !ok {
				return "", false
			}
			b.WriteRune(char)
		default:
			if r.pos == len(r.in) {
				break
			}
			i := strings.IndexByte(`"\/bfnrt`, r.in[r.pos])
			if i < 0 {
				return "", r.fail("a string contains a backslash before %s, which is no escape sequence", r.describeNext())
			}
			b.WriteByte("\"\\/\b\f\n\r\t"[i])
			r.pos++
		}
	}
	return "", r.fail("a string is not closed")
}

// unicode reads an escaped character from the "u" on. Two escapes may form a surrogate pair.
func (r *jsonReader) unicode() (rune, bool) {
	first, ok := r.hex()
	if !ok || !utf16.IsSurrogate(first) {
		return first, ok
	}
	if strings.HasPrefix(r.in[r.pos:], `\u`) {
		before := r.pos
		r.pos++
		second, ok := r.hex()
		if !ok {
			return 0, false
		}
		if pair := utf16.DecodeRune(first, second); pair != utf8.RuneError {
			return pair, true
		}
		r.pos = before
	}
	return utf8.RuneError, true
}

func (r *jsonReader) hex() (rune, bool) {
	if r.pos+5 <= len(r.in) {
		if n, err := strconv.ParseUint(r.in[r.pos+1:r.pos+5], 16, 16); err == nil {
			r.pos += 5
			return rune(n), true
		}
	}
	return 0, r.fail(`a string contains \u without four hexadecimal digits`)
}

func (r *jsonReader) number() (node, bool) {
	start := r.pos
	if r.in[r.pos] == '-' {
		r.pos++
	}
	ok := r.pos < len(r.in) && r.in[r.pos] == '0'
	if ok {
		r.pos++
	} else {
		ok = r.digits()
	}
	if r.pos < len(r.in) && r.in[r.pos] == '.' {
		r.pos++
		ok = r.digits() && ok
	}
	if r.pos < len(r.in) && r.in[r.pos]|0x20 == 'e' {
		r.pos++
		if r.pos < len(r.in) && (r.in[r.pos] == '+' || r.in[r.pos] == '-') {
			r.pos++
		}
		ok = r.digits() && ok
	}
	if !ok {
		return node{}, r.fail("%q is not a number", r.in[start:r.pos])
	}
	return node{kind: textNode, line: int32(r.line), text: r.in[start:r.pos]}, true
}

func (r *jsonReader) digits() bool {
	start := r.pos
	for r.pos < len(r.in) && '0' <= r.in[r.pos] && r.in[r.pos] <= '9' {
		r.pos++
	}
	return r.pos > start
}

func (r *jsonReader) word() (node, bool) {
	for _, word := range [...]string{"true", "false", "null"} {
		if strings.HasPrefix(r.in[r.pos:], word) {
			r.pos += len(word)
			if word == "null" {
				return node{line: int32(r.line)}, true
			}
			return node{kind: textNode, line: int32(r.line), text: word}, true
		}
	}
	return node{}, r.fail("expected a value, got %s", r.describeNext())
}
