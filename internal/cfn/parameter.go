package cfn

import (
	"slices"
	"strings"
)

// parameter returns the value of a parameter in the current scope: its given value, its default, or a Symbol.
func (r *resolver) parameter(n *node, e *definition) Value {
	s, f := r.scope, e.resolution(r.mode)
	if !r.resolveOnce(e, n, func() {
		r.uncertain = r.countUncertain(s)
		r.inScope(s, func() { f.value = r.parameterValue(e) }, "Parameters", e.node.key)
	}) {
		r.problem(n, "the parameter %s of %s depends on itself", e.node.key, s.stack.Name)
	}
	return f.value
}

func (r *resolver) parameterValue(e *definition) Value {
	n := e.node
	symbol := r.symbol(n, r.scope.stack.Name+"/Parameters."+n.key)
	kind := n.literal("Type")
	if kind == "" {
		r.problem(n, "the parameter has no Type")
		return symbol
	}
	if strings.HasPrefix(kind, "AWS::SSM::Parameter::Value<") {
		// The parameter's value is the name of an entry in Systems Manager, which holds the real value.
		return r.unknown(symbol, &cause{name: "the parameter " + n.key + ", whose value is stored in Systems Manager"})
	}
	isList := kind == "CommaDelimitedList" || strings.HasPrefix(kind, "List<")
	v, ok := r.argument(n)
	switch {
	case ok:
		return r.convert(n, v, isList)
	case r.scope.parent != nil:
		return symbol
	}
	return r.withoutValue(e, symbol, isList)
}

// argument returns the value given to the parameter n. In a nested stack, the default is used if the parent gives no
// value.
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
			r.inScope(s.parent, func() { v = r.value(given) }, "Resources", s.stack.Parent.ID, "Properties", "Parameters", n.key)
			if v.Kind != Missing {
				return v, true
			}
		}
	}
	return r.defaultValue(n)
}

// defaultValue returns the default of the parameter n.
func (r *resolver) defaultValue(n *node) (Value, bool) {
	defaultNode := n.field("Default")
	if defaultNode == nil {
		return Value{}, false
	}
	if defaultNode.kind != textNode {
		r.problem(defaultNode, "Default must be a string or a number, got %v", defaultNode.kind)
		return Value{}, false
	}
	return r.text(defaultNode, defaultNode.text), true
}

// withoutValue returns the value of a parameter of a top-level stack that was given none: its default if defaults are
// used, and otherwise a Symbol or a Choice.
func (r *resolver) withoutValue(e *definition, symbol Value, isList bool) Value {
	n := e.node
	if e.cause == nil {
		e.cause = r.parameterCause(r.scope, n)
	}
	value, ok := r.defaultValue(n)
	if ok && r.mode == withDefaults && !r.scope.previous[n.key] {
		r.addCause(e.cause)
		return r.convert(n, value, isList)
	}
	symbol = r.unknown(symbol, e.cause)
	if r.mode == withoutDefaults && !isList {
		return r.allowedValues(n, symbol)
	}
	return symbol
}

// allowedValues returns a Choice between the allowed values of a parameter. If it has no list of them, or a long one,
// it returns the Symbol.
func (r *resolver) allowedValues(n *node, symbol Value) Value {
	values := n.field("AllowedValues")
	if values == nil || values.kind != listNode || len(values.items) == 0 || len(values.items) > maxAlternatives || !isPlain(values) {
		return symbol
	}
	r.charge(n, len(values.items))
	last := len(values.items) - 1
	v := Value{Kind: Text, Text: values.items[last].text}
	for i := last - 1; i >= 0; i-- {
		text := values.items[i].text
		v = choice(Value{Text: symbol.Text + "=" + text, hint: symbol.hint}, Value{Kind: Text, Text: text}, v)
	}
	return v
}

// convert converts a value to the parameter's type. A list is given as one text with commas.
func (r *resolver) convert(n *node, v Value, isList bool) Value {
	comma := Value{Kind: Text, Text: ","}
	return r.eachOutcome([]Value{v}, func(args []Value) Value {
		switch v := args[0]; {
		case v.Kind == Map:
			r.problem(n, "a parameter expects a string or a list, got %s", describe(v))
			return Value{}
		case isList && v.Kind != List:
			return trimmed(r.splitAt(n, comma, v))
		case !isList && v.Kind == List:
			return r.joinItems(n, comma, v)
		default:
			return v
		}
	})
}

// trimmed removes the space around the items of a list that was given as one text. A blank text is a list of one empty
// item.
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
