package cfn

import "strings"

// sub resolves Fn::Sub: a text with ${Name}, ${Name.Attribute} and ${!literal}, and optional values for some of the
// names.
func (r *resolver) sub(n *node) Value {
	text, values := n, (*node)(nil)
	if n.kind == listNode && len(n.items) == 2 {
		text, values = &n.items[0], &n.items[1]
	} else if n.kind == listNode && len(n.items) == 1 {
		text = &n.items[0]
	}
	if text.kind != textNode || values != nil && values.kind != objectNode {
		r.problem(n, "Fn::Sub expects a literal string, or a list of a literal string and an object of values")
		return Value{}
	}
	r.charge(n, len(text.text)/64)
	pieces, names := placeholders(text.text)
	args := make([]Value, len(names))
	for i, name := range names {
		args[i] = r.placeholderValue(n, name, values)
	}
	return r.eachOutcome(args, func(args []Value) Value {
		j := joiner{r: r, n: n}
		for _, piece := range pieces {
			j.text(piece.literal)
			if piece.name >= 0 {
				j.add(&args[piece.name])
			}
		}
		return j.value()
	})
}

// piece is a part of a text in Fn::Sub: a literal and the name that follows it. The name is an index into the list of
// names, or -1.
type piece struct {
	literal string
	name    int
}

// placeholders splits a text for Fn::Sub into pieces. The list of names has no duplicates.
func placeholders(text string) (pieces []piece, names []string) {
	place := map[string]int{}
	for {
		literal, name, after, found := placeholder(text)
		text = after
		switch {
		case !found:
			return append(pieces, piece{literal, -1}), names
		case strings.HasPrefix(name, "!"):
			pieces = append(pieces, piece{literal, -1}, piece{"${" + name[1:] + "}", -1})
			continue
		}
		name = strings.TrimSpace(name)
		at, ok := place[name]
		if !ok {
			at = len(names)
			place[name] = at
			names = append(names, name)
		}
		pieces = append(pieces, piece{literal, at})
	}
}

// placeholder finds the first ${name} in text.
func placeholder(text string) (before, name, after string, found bool) {
	start := strings.Index(text, "${")
	if start < 0 {
		return text, "", "", false
	}
	length := strings.IndexByte(text[start:], '}')
	if length < 0 {
		return text, "", "", false
	}
	return text[:start], text[start+2 : start+length], text[start+length+1:], true
}

func (r *resolver) placeholderValue(n *node, name string, values *node) Value {
	if given := values.field(name); given != nil {
		defer r.enter("[1]", name)()
		return r.value(given)
	}
	if id, attribute, ok := strings.Cut(name, "."); ok {
		return r.attribute(n, id, attribute)
	}
	return r.ref(n, name)
}
