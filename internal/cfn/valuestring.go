package cfn

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// String returns the stable text of v. Two values have the same text if and only if they are the same value, so the
// text also serves as a key. A Text is its literal, in double quotes if it could be read as something else. A Reference
// is "Shop/WebGroup" for Ref and "Shop/WebGroup.GroupId" for Fn::GetAtt. A Symbol is its name. A Choice is
// "If(Shop/Conditions.Name, one, other)". Missing is "AWS::NoValue".
func (v Value) String() string {
	if v.Kind == Symbol || v.Kind == Text && !ambiguous(v.Text) {
		return v.Text
	}
	return string(v.appendTo(nil))
}

// appendTo writes v as a part of a longer text.
func (v *Value) appendTo(b []byte) []byte {
	switch v.Kind {
	case Missing:
		return append(b, "AWS::NoValue"...)
	case Text:
		if ambiguous(v.Text) || strings.ContainsAny(v.Text, ",:=}])") && !isAddress(v.Text) {
			return strconv.AppendQuote(b, v.Text)
		}
		return append(b, v.Text...)
	case List:
		return append(appendAll(append(b, '['), v.Items), ']')
	case Map:
		return v.appendFields(b)
	case Reference:
		b = append(append(append(b, v.Resource.Stack.Name...), '/'), v.Resource.ID...)
		if v.Text != "" {
			b = append(append(b, '.'), v.Text...)
		}
		return b
	case Choice:
		b = append(append(append(b, "If("...), v.Text...), ", "...)
		return append(appendAll(b, v.Items), ')')
	}
	if v.joined && slices.ContainsFunc(v.Items, hasDelimiter) {
		return append(strconv.AppendQuote(append(b, "Sub("...), v.Text), ')')
	}
	return append(b, v.Text...)
}

// hasDelimiter reports whether a part of a joined text contains a character that could end an item of a list.
func hasDelimiter(part Value) bool {
	return part.Kind == Text && strings.ContainsAny(part.Text, ",()[]{}\"")
}

func (v *Value) appendFields(b []byte) []byte {
	b = append(b, '{')
	for i, field := range v.Fields {
		if i > 0 {
			b = append(b, ", "...)
		}
		key := Value{Kind: Text, Text: field.Name}
		b = field.appendTo(append(key.appendTo(b), ": "...))
	}
	return append(b, '}')
}

func appendAll(b []byte, items []Value) []byte {
	for i := range items {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = items[i].appendTo(b)
	}
	return b
}

// ambiguous reports whether a literal could be read as a reference, a symbol, a list or a map.
func ambiguous(text string) bool {
	if text == "" || strings.HasPrefix(text, "AWS::") {
		return true
	}
	return strings.ContainsAny(text, "/([{\"$") && !isAddress(text) || hasControl(text)
}

func hasControl(text string) bool {
	return strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c == 0x7f || c == '\uFFFD' })
}

// isAddress reports whether text is an IP address or a CIDR block. Those are not quoted, although they contain slashes
// and colons.
func isAddress(text string) bool {
	if c := text[0]; !('0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' || c == ':') || strings.Contains(text, "%") {
		return false
	}
	if strings.Contains(text, "/") {
		_, err := netip.ParsePrefix(text)
		return err == nil
	}
	_, err := netip.ParseAddr(text)
	return err == nil
}

// callName returns the name of the Symbol for a function call whose arguments are known only at deployment.
func callName(function string, args ...Value) string {
	return string(append(appendAll(append([]byte(function), '('), args), ')'))
}
