package cfn

import (
	"slices"
	"strings"
)

// parameter is the value of a parameter of the scope at hand: what it was given, or else its default, or else a Symbol.
func (r *resolver) parameter(n *node, e *entry) Value {
	s := r.scope
	if !r.named(e, n, func() {
		r.in(s, func() { e.value = r.parameterValue(e.node) }, "Parameters", e.node.key)
	}) {
		r.problem(n, "the parameter %s of %s depends on itself", e.node.key, s.stack.Name)
	}
	return e.value
}

func (r *resolver) parameterValue(n *node) Value {
	symbol := r.symbol(n, r.scope.stack.Name+"/Parameters."+n.key)
	kind := n.literal("Type")
	if kind == "" {
		r.problem(n, "the parameter has no Type")
		return symbol
	}
	if strings.HasPrefix(kind, "AWS::SSM::Parameter::Value<") {
		return symbol // Its value is the name under which Systems Manager keeps the real one.
	}
	isList := kind == "CommaDelimitedList" || strings.HasPrefix(kind, "List<")
	v, ok := r.argument(n, symbol)
	if !ok {
		return symbol
	}
	return r.typed(n, v, isList)
}

// argument is what the parameter n was given, or its default.
func (r *resolver) argument(n *node, symbol Value) (Value, bool) {
	s := r.scope
	if text, ok := s.given[n.key]; ok {
		return r.text(n, text), true
	}
	if s.parent != nil && s.arguments != nil {
		if len(s.arguments.items) == 1 && isFunction(s.arguments.items[0].key) {
			return symbol, false
		}
		if given := s.arguments.field(n.key); given != nil {
			var v Value
			r.in(s.parent, func() { v = r.value(given) }, "Resources", s.stack.Parent.ID, "Properties", "Parameters", n.key)
			if v.Kind != Missing {
				return v, true
			}
		}
	}
	standard := n.field("Default")
	if standard == nil {
		return symbol, false
	}
	if standard.kind != textNode {
		r.problem(standard, "Default must be a text or a number, got %v", standard.kind)
		return symbol, false
	}
	return r.text(standard, standard.text), true
}

// typed gives a value the parameter's type: a list is given as one text with commas.
func (r *resolver) typed(n *node, v Value, isList bool) Value {
	comma := Value{Kind: Text, Text: ","}
	return r.lift([]Value{v}, func(args []Value) Value {
		switch v := args[0]; {
		case v.Kind == Map:
			r.problem(n, "a parameter takes a text or a list, got %s", describe(v))
			return Value{}
		case isList && v.Kind != List:
			return trimmed(r.splitAt(n, comma, v))
		case !isList && v.Kind == List:
			return r.joined(n, comma, v)
		default:
			return v
		}
	})
}

// trimmed takes the space around the items of a list given as one text away; an empty text is an empty list.
func trimmed(list Value) Value {
	if list.Kind != List {
		return list
	}
	if len(list.Items) == 1 && list.Items[0].Kind == Text && list.Items[0].Text == "" {
		list.Items = nil
	}
	list.Items = slices.Clone(list.Items)
	for i := range list.Items {
		if list.Items[i].Kind == Text {
			list.Items[i].Text = strings.TrimSpace(list.Items[i].Text)
		}
	}
	return list
}
