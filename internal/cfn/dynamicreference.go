package cfn

import "strings"

const resolvePrefix = "{{resolve:"

// splitDynamicReferences splits a text into dynamic references, as Symbols, and the literals between them. The result
// is empty for an empty text.
func splitDynamicReferences(text string) []Value {
	var parts []Value
	add := func(kind Kind, text string) {
		if text != "" {
			parts = append(parts, Value{Kind: kind, Text: text})
		}
	}
	for {
		start := strings.Index(text, resolvePrefix)
		if start < 0 {
			break
		}
		length := strings.Index(text[start:], "}}")
		if length < 0 {
			break // The rest of the reference may be appended later.
		}
		end := start + length + len("}}")
		add(Text, text[:start])
		add(Symbol, text[start:end])
		text = text[end:]
	}
	add(Text, text)
	return parts
}

// isLiteral reports whether n is a text that stands for itself.
func (n *node) isLiteral() bool {
	return n.kind == textNode && !strings.Contains(n.text, resolvePrefix)
}

// text returns the value of a literal. Dynamic references in the literal become Symbols.
func (r *resolver) text(n *node, text string) Value {
	r.charge(n, len(text)/64)
	if strings.Contains(text, resolvePrefix) {
		return r.concat(n, []Value{{Kind: Text, Text: text}})
	}
	return Value{Kind: Text, Text: text}
}
