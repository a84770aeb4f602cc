package template

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// YAML writes the template as YAML, with the long names of functions. Equal templates give equal bytes. A text is quoted unless every
// version of YAML takes it for a text.
func (t *Template) YAML() []byte { return appendEntries(nil, t.record(), 0) }

// longName is the length from which names are marked as names: YAML looks for a colon behind at most 1,024 characters, with escapes.
const longName = 160

// appendEntries appends the entries of a mapping. The first one begins where to ends.
func appendEntries(to []byte, entries record, depth int) []byte {
	for i, e := range entries {
		if i > 0 {
			to = appendIndent(to, depth)
		}
		if len(e.name) > longName {
			to = append(appendText(append(to, "? "...), e.name), '\n')
			to = append(appendIndent(to, depth), ':')
		} else {
			to = append(appendText(to, e.name), ':')
		}
		to = appendField(to, e.value, depth)
	}
	return to
}

// appendField appends the value of a field behind the field's name.
func appendField(to []byte, v any, depth int) []byte {
	if entries, ok := entriesOf(v); ok && len(entries) > 0 {
		to = appendIndent(append(to, '\n'), depth+1)
		return appendEntries(to, entries, depth+1)
	}
	if list, ok := listOf(v); ok && len(list) > 0 {
		to = appendIndent(append(to, '\n'), depth+1)
		return appendList(to, list, depth+1)
	}
	return append(appendScalar(append(to, ' '), v, depth), '\n')
}

// appendList appends the items of a list. The first one begins where to ends.
func appendList(to []byte, list []any, depth int) []byte {
	for i, v := range list {
		if i > 0 {
			to = appendIndent(to, depth)
		}
		to = append(to, "- "...)
		if entries, ok := entriesOf(v); ok && len(entries) > 0 {
			to = appendEntries(to, entries, depth+1)
		} else if inner, ok := listOf(v); ok && len(inner) > 0 {
			to = appendList(to, inner, depth+1)
		} else {
			to = append(appendScalar(to, v, depth), '\n')
		}
	}
	return to
}

// appendScalar appends what stands on one line, and texts of several lines.
func appendScalar(to []byte, v any, depth int) []byte {
	if text, ok := v.(string); ok {
		if lines.MatchString(text) {
			to = append(to, "|-"...)
			for line := range strings.SplitSeq(text, "\n") {
				to = append(appendIndent(append(to, '\n'), depth+1), line...)
			}
			return to
		}
		return appendText(to, text)
	}
	if entries, ok := entriesOf(v); ok && len(entries) == 0 {
		return append(to, "{}"...)
	}
	if list, ok := listOf(v); ok && len(list) == 0 {
		return append(to, "[]"...)
	}
	to, ok := appendNumber(to, v)
	if !ok {
		panic(fmt.Sprintf("a template holds a %T", v))
	}
	return to
}

func listOf(v any) (list []any, isList bool) {
	switch v := v.(type) {
	case []any:
		return v, true
	case []string:
		return anys(v), true
	}
	return nil, false
}

func appendIndent(to []byte, depth int) []byte {
	for range depth {
		to = append(to, "  "...)
	}
	return to
}

var (
	// notPlain are texts that some version of YAML takes for something else.
	notPlain = map[string]bool{
		"true": true, "false": true, "yes": true, "no": true, "on": true, "off": true, "y": true, "n": true, "null": true, "nan": true,
		"inf": true,
	}
	// lines are texts of several lines that can stand as they are.
	lines = lazyregexp.New(`^[!-~]+(?: +[!-~]+)*(?:\n[!-~]+(?: +[!-~]+)*)+$`)
)

// appendText appends a text on one line, with quotes if it needs some.
func appendText(to []byte, text string) []byte {
	if isPlain(text) {
		return append(to, text...)
	}
	return appendQuoted(to, text)
}

// isPlain reports whether a text needs no quotes: it begins with a letter and ends with a letter or digit, and has only marks that YAML
// reads as part of a text.
func isPlain(text string) bool {
	if text == "" || !isLetter(text[0]) || !isLetter(text[len(text)-1]) && !isDigit(text[len(text)-1]) {
		return false
	}
	for i := range len(text) {
		if c := text[i]; !isLetter(c) && !isDigit(c) && !strings.ContainsRune("./_-:", rune(c)) {
			return false
		}
	}
	return len(text) > len("false") || !notPlain[strings.ToLower(text)]
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
