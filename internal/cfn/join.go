package cfn

import (
	"fmt"
	"strings"
)

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
