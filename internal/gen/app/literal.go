package app

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/gen/document"
)

// The lengths up to which an expression stays on one line. Indentation comes on top.
const (
	callWidth    = 125
	literalWidth = 75
)

// literal is a composite literal under construction.
type literal struct{ fields []string }

// set adds a field. A field with an empty value is left out, because it would have its zero value.
func (l *literal) set(name, value string) {
	if value != "" {
		l.fields = append(l.fields, name+": "+value)
	}
}

// of returns the literal of a type. A pointer without fields is nil.
func (l *literal) of(typ string) string {
	if len(l.fields) == 0 && strings.HasPrefix(typ, "&") {
		return "nil"
	}
	return list(typ+"{", l.fields, "}")
}

// orNothing returns the literal of a type, and nothing if it has no fields.
func (l *literal) orNothing(typ string) string {
	if len(l.fields) == 0 {
		return ""
	}
	return l.of(typ)
}

// call returns the call of a function.
func call(function string, args ...string) string { return list(function+"(", args, ")") }

// list returns elements between brackets, on one line if that is short enough.
func list(begin string, elements []string, end string) string {
	line := begin + strings.Join(elements, ", ") + end
	// The last argument of a call may be a literal of several lines.
	head, width := line, literalWidth
	if end == ")" {
		width = callWidth
	}
	if last := len(elements) - 1; end == ")" && last >= 0 && !slices.ContainsFunc(elements[:last], severalLines) {
		head, _, _ = strings.Cut(line, "\n")
	}
	if len(head) <= width && !severalLines(head) {
		return line
	}
	return begin + "\n" + strings.Join(elements, ",\n") + ",\n" + end
}

func severalLines(text string) bool { return strings.Contains(text, "\n") }

// text returns the Go literal of a text, and nothing for an empty text.
func text(s string) string {
	if s == "" {
		return ""
	}
	return strconv.Quote(s)
}

// idText returns the Go expression of an id, which a file states or imports from another stack, and nothing for an empty text.
func idText(s string) string {
	if name, ok := document.ImportedName(s); ok {
		return imported(name)
	}
	return text(s)
}

// imported returns the Go expression of a value that another stack exports.
func imported(export string) string {
	return "*" + importFunction + "(new(" + strconv.Quote(export) + "))"
}

const importFunction = "awscdk.Fn_ImportValue"

// texts returns the literal of a list, and nothing for an empty list.
func texts(l []string) string {
	if len(l) == 0 {
		return ""
	}
	return slice("string", quoted(l))
}

// idTexts returns the literal of a list of ids, and nothing for an empty list.
func idTexts(l []string) string {
	if len(l) == 0 {
		return ""
	}
	return slice("string", idsOf(l))
}

// idsOf returns the Go expressions of ids.
func idsOf(l []string) []string {
	var out []string
	for _, s := range l {
		out = append(out, idText(s))
	}
	return out
}

func quoted(l []string) []string {
	var out []string
	for _, s := range l {
		out = append(out, strconv.Quote(s))
	}
	return out
}

// slice returns the literal of a slice of elements.
func slice(typ string, elements []string) string { return list("[]"+typ+"{", elements, "}") }

// number returns a number, and nothing for 0.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// truth returns "true", and nothing for false.
func truth(b bool) string {
	if b {
		return "true"
	}
	return ""
}
