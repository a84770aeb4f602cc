package evaluate

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// node is a JSON value as it is written: numbers keep their digits, texts keep their bytes, and repeated names are kept.
type node struct {
	kind    byte   // '{', '[' or 0
	text    string // a text, a number, true, false or null
	names   []string
	members []node // the members of an object, with names, or of a list
}

// jsonReader reads valid JSON.
type jsonReader struct {
	rest string
}

// parseJSON reads valid JSON.
func parseJSON(text string) node {
	r := jsonReader{text}
	return r.value()
}

func (r *jsonReader) skipSpace() { r.rest = strings.TrimLeft(r.rest, " \t\r\n") }

// take consumes a character if it comes next.
func (r *jsonReader) take(c byte) bool {
	r.skipSpace()
	if r.rest == "" || r.rest[0] != c {
		return false
	}
	r.rest = r.rest[1:]
	return true
}

func (r *jsonReader) value() node {
	switch {
	case r.take('{'):
		n := node{kind: '{'}
		for !r.take('}') && r.rest != "" {
			n.names = append(n.names, r.value().text)
			r.take(':')
			n.members = append(n.members, r.value())
			r.take(',')
		}
		return n
	case r.take('['):
		n := node{kind: '['}
		for !r.take(']') && r.rest != "" {
			n.members = append(n.members, r.value())
			r.take(',')
		}
		return n
	case r.take('"'):
		end := len(jsonText.FindString(r.rest))
		text := r.rest[:end]
		r.rest = r.rest[end:]
		r.take('"')
		return node{text: unquoteJSON(text)}
	}
	end := strings.IndexAny(r.rest, " \t\r\n,]}")
	if end < 0 {
		end = len(r.rest)
	}
	text := r.rest[:end]
	r.rest = r.rest[end:]
	return node{text: text}
}

var (
	jsonText    = lazyregexp.New(`^(?s:[^"\\]|\\.)*`)
	jsonEscapes = lazyregexp.New(`(?:\\u[0-9a-fA-F]{4})+|\\[^u]`)
)

// unquoteJSON decodes escape sequences, surrogate pairs included, and keeps all other bytes.
func unquoteJSON(text string) string {
	return jsonEscapes.ReplaceAllStringFunc(text, func(escapes string) string {
		var out string
		if json.Unmarshal([]byte(`"`+escapes+`"`), &out) != nil {
			return escapes
		}
		return out
	})
}

// at follows a JSON pointer (RFC 6901): names of members, and indexes of lists. A repeated name leads to several values.
func (n node) at(pointer string) []node {
	found := []node{n}
	for name := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		name = strings.NewReplacer("~1", "/", "~0", "~").Replace(name)
		var next []node
		for _, f := range found {
			next = append(next, f.member(name)...)
		}
		found = next
	}
	return found
}

func (n node) member(name string) []node {
	var out []node
	switch n.kind {
	case '{':
		for i := range n.names {
			if n.names[i] == name {
				out = append(out, n.members[i])
			}
		}
	case '[':
		if i, err := strconv.Atoi(name); err == nil && strconv.Itoa(i) == name && i >= 0 && i < len(n.members) {
			out = append(out, n.members[i])
		}
	}
	return out
}

// texts collects the keys, the values or both of JSON.
func (n node) texts(scope string, out *[]string) {
	if n.kind == 0 && scope != "KEY" {
		*out = append(*out, n.text)
	}
	for i, m := range n.members {
		if n.kind == '{' && scope != "VALUE" {
			*out = append(*out, n.names[i])
		}
		m.texts(scope, out)
	}
}
