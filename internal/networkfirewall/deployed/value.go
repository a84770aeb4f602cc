package deployed

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
)

// token returns a token for a value that only a deployment knows.
func token(v cfn.Value) string {
	text := v.String()
	if v.IsJoined() {
		return text // It contains tokens already.
	}
	return "${" + text + "}"
}

// at returns the value at the end of a path of field names. If only a deployment knows a value on the path, it returns this value.
func at(v cfn.Value, path ...string) cfn.Value {
	for _, name := range path {
		if v.Kind != cfn.Map {
			return v
		}
		v = v.Get(name)
	}
	return v
}

// text returns a value as a text: a token if only a deployment knows it, and empty if it is missing.
func text(v cfn.Value) string {
	if v.IsMissing() {
		return ""
	}
	if t, ok := v.Literal(); ok {
		return t
	}
	return token(v)
}

// item is an element of a list, with its index.
type item struct {
	cfn.Value
	index int
}

// items returns the elements that a list certainly has. open reports whether it may have others.
func items(v cfn.Value) (out []item, open bool) {
	switch v.Kind {
	case cfn.Missing:
		return nil, false
	case cfn.List:
	case cfn.Text, cfn.Map:
		return []item{{v, 0}}, false
	default:
		return nil, true
	}
	for i, e := range v.Items {
		switch e.Kind {
		case cfn.Missing:
		case cfn.Choice:
			open = true
		default:
			out = append(out, item{e, i})
		}
	}
	return out, open
}

// texts returns the elements of a list as texts, with one token for all elements that it may have besides.
func texts(v cfn.Value) []string { return elements(v, text) }

// operands returns the elements of a list as operands, with one token for all elements that it may have besides.
func operands(v cfn.Value) []string { return elements(v, operand) }

func elements(v cfn.Value, write func(cfn.Value) string) []string {
	all, open := items(v)
	var out []string
	for _, e := range all {
		out = append(out, write(e.Value))
	}
	if open {
		out = append(out, write(v))
	}
	return out
}

// operand returns a value as an address or port of a rule. Its tokens contain no character that has a meaning in rules or lists.
func operand(v cfn.Value) string {
	if t, ok := rules(v); ok || v.IsMissing() {
		return t
	}
	return "${" + strings.Map(plain, v.String()) + "}"
}

// number returns a whole number. known is false if only a deployment knows it, or if it is not a number.
func number(v cfn.Value) (n int, known bool) { return v.Int() }

// rules returns rules as a text. Its tokens contain no character that has a meaning in rules. It reports false if no part of the text is
// known.
func rules(v cfn.Value) (string, bool) {
	if t, ok := v.Literal(); ok {
		return t, true
	}
	if !v.IsJoined() {
		return "", false
	}
	var b strings.Builder
	for _, part := range v.Items {
		if t, ok := part.Literal(); ok {
			b.WriteString(t)
		} else if t, ok := rules(part); ok {
			b.WriteString(t)
		} else {
			b.WriteString("${" + strings.Map(plain, part.String()) + "}")
		}
	}
	return b.String(), true
}

// plain replaces a character that tokens in rules must not contain.
func plain(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == ':' || r == '/' {
		return r
	}
	return '_'
}

// unknown says what is known of a property that only a deployment knows.
func unknown(property string, v cfn.Value) string { return fmt.Sprintf("%s is %s", property, v) }
