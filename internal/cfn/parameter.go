package cfn

import (
	"slices"
	"strings"
)

// parameter is the value of a parameter of the scope at hand: what it was given, or else its default, or else a Symbol.
func (r *resolver) parameter(n *node, e *entry) Value {
	s, f := r.scope, &e.found[r.found]
	if !r.named(e, n, func() {
		r.guarded = r.doubts(s)
		r.in(s, func() { f.value = r.parameterValue(e) }, "Parameters", e.node.key)
	}) {
		r.problem(n, "the parameter %s of %s depends on itself", e.node.key, s.stack.Name)
	}
	return f.value
}

func (r *resolver) parameterValue(e *entry) Value {
	n := e.node
	symbol := r.symbol(n, r.scope.stack.Name+"/Parameters."+n.key)
	kind := n.literal("Type")
	if kind == "" {
		r.problem(n, "the parameter has no Type")
		return symbol
	}
	if strings.HasPrefix(kind, "AWS::SSM::Parameter::Value<") {
		// Its value is the name under which Systems Manager keeps the real one.
		return r.unsaid(symbol, &ground{name: "the parameter " + n.key + ", which Systems Manager keeps"})
	}
	isList := kind == "CommaDelimitedList" || strings.HasPrefix(kind, "List<")
	v, ok := r.argument(n)
	switch {
	case ok:
		return r.typed(n, v, isList)
	case r.scope.parent != nil:
		return symbol
	}
	return r.notGiven(e, symbol, isList)
}

// argument is what the parameter n was given. The parameter of a nested stack is given its default if the parent leaves it out.
func (r *resolver) argument(n *node) (Value, bool) {
	s := r.scope
	if text, ok := s.given[n.key]; ok {
		return r.text(n, text), true
	}
	if s.parent == nil {
		return Value{}, false
	}
	if s.arguments != nil {
		if len(s.arguments.items) == 1 && isFunction(s.arguments.items[0].key) {
			return Value{}, false
		}
		if given := s.arguments.field(n.key); given != nil {
			var v Value
			r.in(s.parent, func() { v = r.value(given) }, "Resources", s.stack.Parent.ID, "Properties", "Parameters", n.key)
			if v.Kind != Missing {
				return v, true
			}
		}
	}
	return r.standard(n)
}

// standard is the default of the parameter n.
func (r *resolver) standard(n *node) (Value, bool) {
	standard := n.field("Default")
	if standard == nil {
		return Value{}, false
	}
	if standard.kind != textNode {
		r.problem(standard, "Default must be a text or a number, got %v", standard.kind)
		return Value{}, false
	}
	return r.text(standard, standard.text), true
}

// notGiven is the value of a parameter of a top-level stack that was given none: its default is assumed, unless the
// parameter is to be open.
func (r *resolver) notGiven(e *entry, symbol Value, isList bool) Value {
	n := e.node
	if e.ground == nil {
		e.ground = r.parameterGround(r.scope, n)
	}
	standard, ok := r.standard(n)
	if ok && r.found == withDefaults && !r.scope.previous[n.key] {
		r.rest(e.ground)
		return r.typed(n, standard, isList)
	}
	symbol = r.unsaid(symbol, e.ground)
	if r.found == withoutDefaults && !isList {
		return r.allowed(n, symbol)
	}
	return symbol
}

// allowed is a Choice between the values that a parameter may have, or the Symbol for it if it may have any or many.
func (r *resolver) allowed(n *node, symbol Value) Value {
	values := n.field("AllowedValues")
	if values == nil || values.kind != listNode || len(values.items) == 0 || len(values.items) > maxAlternatives || !isPlain(values) {
		return symbol
	}
	r.charge(n, len(values.items))
	last := len(values.items) - 1
	v := Value{Kind: Text, Text: values.items[last].text}
	for i := last - 1; i >= 0; i-- {
		text := values.items[i].text
		v = choice(Value{Text: symbol.Text + "=" + text, ground: symbol.ground}, Value{Kind: Text, Text: text}, v)
	}
	return v
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

// trimmed takes the space around the items of a list given as one text away. A blank text is a list of one empty item.
func trimmed(list Value) Value {
	if list.Kind != List {
		return list
	}
	list.Items = slices.Clone(list.Items)
	for i := range list.Items {
		if list.Items[i].Kind == Text {
			list.Items[i].Text = strings.TrimSpace(list.Items[i].Text)
		}
	}
	return list
}
