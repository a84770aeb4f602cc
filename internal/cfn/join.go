package cfn

import (
	"fmt"
	"slices"
	"strings"
)

const resolvePrefix = "{{resolve:"

// text returns the value of a literal. Dynamic references in the literal become Symbols.
func (r *resolver) text(n *node, text string) Value {
	r.charge(n, len(text)/64)
	if strings.Contains(text, resolvePrefix) {
		return r.concat(n, []Value{{Kind: Text, Text: text}})
	}
	return Value{Kind: Text, Text: text}
}

// concat returns the text of all parts in sequence.
func (r *resolver) concat(n *node, parts []Value) Value {
	return r.eachOutcome(parts, func(parts []Value) Value {
		j := joiner{r: r, n: n}
		for i := range parts {
			j.add(&parts[i])
		}
		return j.value()
	})
}

// joiner joins the parts of one text.
type joiner struct {
	r       *resolver
	n       *node
	parts   []Value // no joined Symbols, and no two adjacent Texts
	literal strings.Builder
	size    int
	tooLong bool
}

// text adds a literal, unless the result would be longer than any valid text.
func (j *joiner) text(text string) {
	if j.grow(len(text)) {
		j.literal.WriteString(text)
	}
}

// grow adds size to the length of the text. If that is too long, it returns false and reports one problem.
func (j *joiner) grow(size int) bool {
	j.size += size
	if j.size > maxText && !j.tooLong {
		j.tooLong = true
		j.r.withinLimit(j.n, false, fmt.Sprintf("the text has more than %d characters, which cannot be deployed", maxText))
	}
	return !j.tooLong
}

func (j *joiner) add(v *Value) {
	switch {
	case v.Kind == Text:
		j.text(v.Text)
	case v.Kind == Missing:
	case v.Kind == List || v.Kind == Map:
		j.r.problem(j.n, "%s expects strings, got %s", j.n.key, describe(*v))
	case v.joined:
		for i := range v.Items {
			j.add(&v.Items[i])
		}
	case j.grow(len(v.Text) + len("${}")):
		j.flush()
		j.parts = append(j.parts, *v)
	}
}

func (j *joiner) flush() {
	j.parts = append(j.parts, splitDynamicReferences(j.literal.String())...)
	j.literal.Reset()
}

// value returns the joined text.
func (j *joiner) value() Value {
	if j.tooLong {
		return Value{}
	}
	j.flush()
	j.r.charge(j.n, j.size/madeText+len(j.parts))
	switch len(j.parts) {
	case 0:
		return Value{Kind: Text}
	case 1:
		return j.parts[0]
	}
	v := j.r.symbol(j.n, joinedName(j.parts), j.parts...)
	v.joined = true
	return v
}

// joinedName writes parts in the notation of Fn::Sub: "arn:${AWS::Partition}:s3:::${Shop/Bucket}".
func joinedName(parts []Value) string {
	var b []byte
	for i := range parts {
		switch part := &parts[i]; {
		case part.Kind == Text:
			b = append(b, strings.ReplaceAll(part.Text, "${", "${!")...)
		case part.Kind == Symbol && strings.HasPrefix(part.Text, resolvePrefix):
			b = append(b, part.Text...)
		default:
			b = append(part.appendTo(append(b, "${"...)), '}')
		}
	}
	return string(b)
}

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

func (r *resolver) join(n *node) Value {
	args, ok := r.arguments(n, 2, 2, "a delimiter and a list")
	if !ok {
		return Value{}
	}
	return r.eachOutcome(args, func(args []Value) Value {
		delimiter, list := args[0], args[1]
		switch {
		case delimiter.Kind != Text:
			r.problem(n, "the delimiter of Fn::Join must be a literal string, got %s", describe(delimiter))
			return Value{}
		case list.Kind == Missing || list.Kind == Text || list.Kind == Map:
			r.problem(n, "Fn::Join expects a list, got %s", describe(list))
			return Value{}
		case list.Kind != List:
			return r.call(n, "Join", delimiter, list)
		}
		return r.joinItems(n, delimiter, list)
	})
}

// joinItems joins the items of a List.
func (r *resolver) joinItems(n *node, delimiter, list Value) Value {
	return r.eachOutcome(list.Items, func(items []Value) Value {
		items, ok := withoutMissing(items)
		if !ok {
			return r.call(n, "Join", delimiter, Value{Kind: List, Items: items})
		}
		parts := make([]Value, 0, 2*len(items))
		for i, item := range items {
			if i > 0 {
				parts = append(parts, delimiter)
			}
			parts = append(parts, item)
		}
		return r.concat(n, parts)
	})
}

func (r *resolver) split(n *node) Value {
	args, ok := r.arguments(n, 2, 2, "a delimiter and a string")
	if !ok {
		return Value{}
	}
	return r.eachOutcome(args, func(args []Value) Value { return r.splitAt(n, args[0], args[1]) })
}

func (r *resolver) splitAt(n *node, delimiter, source Value) Value {
	if delimiter.Kind != Text || delimiter.Text == "" {
		r.problem(n, "the delimiter of Fn::Split must be a literal string that is not empty, got %s", describe(delimiter))
		return Value{}
	}
	switch source.Kind {
	case Missing, List, Map:
		r.problem(n, "Fn::Split expects a string, got %s", describe(source))
		return Value{}
	case Symbol:
		if len(source.Items) == 2 && source.Text == callName("Join", delimiter, source.Items[1]) {
			return source.Items[1] // the list that was joined with this delimiter
		}
	}
	parts := []Value{source}
	if source.joined {
		parts = source.Items
	}
	whole := func(v Value) bool { return v.Kind == Text || cannotContain(v, delimiter.Text) }
	if slices.ContainsFunc(parts, func(v Value) bool { return !whole(v) }) {
		return r.call(n, "Split", delimiter, source)
	}
	return r.splitParts(n, delimiter.Text, parts)
}

// splitParts splits the Texts among the parts of one text.
func (r *resolver) splitParts(n *node, delimiter string, parts []Value) Value {
	list := Value{Kind: List}
	var piece []Value
	for _, part := range parts {
		if part.Kind != Text {
			piece = append(piece, part)
			continue
		}
		for i, text := range strings.Split(part.Text, delimiter) {
			if i > 0 {
				list.Items = append(list.Items, r.concat(n, piece))
				piece = nil
			}
			piece = append(piece, Value{Kind: Text, Text: text})
		}
	}
	list.Items = append(list.Items, r.concat(n, piece))
	r.charge(n, len(list.Items))
	return list
}

// cannotContain reports whether v cannot contain the delimiter. Ids, ARNs and CIDR blocks use few characters; CDK joins
// and splits lists of them at stack boundaries.
func cannotContain(v Value, delimiter string) bool {
	inID := func(c rune) bool {
		return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || strings.ContainsRune("-_./:+=@", c)
	}
	if !strings.ContainsFunc(delimiter, func(c rune) bool { return !inID(c) }) {
		return false
	}
	switch v.Kind {
	case Reference:
		custom := strings.HasPrefix(v.Resource.Type, "Custom::") || strings.HasPrefix(v.Resource.Type, "AWS::CloudFormation::")
		return !custom && (v.Text == "" || strings.HasSuffix(v.Text, "Id") || strings.HasSuffix(v.Text, "Arn"))
	case Symbol:
		return v.Block != nil || v.Text == "AWS::Region" || v.Text == "AWS::AccountId" || v.Text == "AWS::Partition"
	}
	return false
}

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
