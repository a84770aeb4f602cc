package cfn

import (
	"slices"
	"strings"
)

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
		return v.Block() != nil || v.Text == "AWS::Region" || v.Text == "AWS::AccountId" || v.Text == "AWS::Partition"
	}
	return false
}
