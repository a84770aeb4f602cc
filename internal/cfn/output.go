package cfn

func (r *resolver) nestedOutput(n *node, e *definition, name string) Value {
	symbol := func() Value {
		return r.symbol(n, e.resource.String()+".Outputs."+name, Value{Kind: Reference, Resource: e.resource})
	}
	nested := r.scope.nested[e.resource.ID]
	if nested == nil {
		template := "the template of the nested stack " + e.resource.String()
		return r.unknown(symbol(), &cause{name: "the output " + name + " of the nested stack " + e.resource.String(), remedy: template})
	}
	output := nested.outputs[name]
	if output == nil {
		return r.undefinedOutput(n, nested, name)
	}
	if r.exists(nested, output) == no {
		return symbol()
	}
	return r.output(n, nested, output)
}

// undefinedOutput returns the value of an output that a nested stack does not define.
func (r *resolver) undefinedOutput(n *node, nested *scope, name string) Value {
	const format = "the nested stack %s (%s) has no output %q"
	args := []any{nested.stack.Name, nested.stack.File, clip(name)}
	if r.strict {
		r.problem(n, format, args...)
		return Value{}
	}
	id := nested.stack.Name + ".Outputs." + name
	if len(nested.stack.Macros) == 0 && nested.root.field("Outputs").field(transform) == nil {
		r.warnAt(n, "dangling-reference", id, format+"; its value is unknown", args...)
	}
	return r.unknown(r.symbol(n, id), &cause{name: "the output " + name + " of the nested stack " + nested.stack.Name})
}

// output returns the value of an output of s.
func (r *resolver) output(n *node, s *scope, e *definition) Value {
	f := e.resolution(r.mode)
	if !r.resolveOnce(e, n, func() {
		r.uncertain = r.countUncertain(s)
		if r.exists(s, e) == maybe {
			r.uncertain++
		}
		r.inScope(s, func() { f.value = r.outputValue(e.node) }, "Outputs", e.node.key, "Value")
	}) {
		r.problem(n, "the output %s of %s depends on itself", e.node.key, s.stack.Name)
	}
	return f.value
}

func (r *resolver) outputValue(n *node) Value {
	value := n.field("Value")
	if value == nil {
		r.problem(n, "the output has no Value")
		return Value{}
	}
	return r.value(value)
}
