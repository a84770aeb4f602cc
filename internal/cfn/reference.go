package cfn

import "strings"

// ref resolves a name: of a pseudo parameter, a parameter or a resource.
func (r *resolver) ref(n *node, name string) Value {
	if strings.HasPrefix(name, "AWS::") {
		return r.pseudo(n, name)
	}
	if e := r.scope.parameters[name]; e != nil {
		return r.parameter(n, e)
	}
	if e := r.scope.resources[name]; e != nil {
		if r.exists(r.scope, e) == no {
			return r.symbol(n, e.resource.String())
		}
		return Value{Kind: Reference, Resource: e.resource}
	}
	if v, ok := r.serverlessPart(name); ok {
		return v
	}
	return r.undefinedName(n, name, "", "no parameter or resource is named %q", clip(name))
}

// getAtt resolves Fn::GetAtt, written as a list or as a text with a dot.
func (r *resolver) getAtt(n *node) Value {
	const form = "a logical id and an attribute, as a list or with a dot between them"
	if n.kind == textNode {
		if id, attribute, ok := strings.Cut(n.text, "."); ok && attribute != "" {
			return r.attribute(n, id, attribute)
		}
		r.problem(n, "Fn::GetAtt expects %s, got %q", form, clip(n.text))
		return Value{}
	}
	if len(n.items) == 2 && n.items[0].isLiteral() && n.items[1].isLiteral() { // as CDK writes it
		return r.attribute(n, n.items[0].text, n.items[1].text)
	}
	args, ok := r.arguments(n, 2, 3, form)
	if !ok {
		return Value{}
	}
	names := make([]string, len(args))
	for i, arg := range args {
		switch arg.Kind {
		case Text:
			names[i] = arg.Text
		case Missing, List, Map:
			r.problem(n, "Fn::GetAtt expects %s, got %s", form, describe(arg))
			return Value{}
		default:
			return r.call(n, "GetAtt", append([]Value{r.stackID()}, args...)...)
		}
	}
	return r.attribute(n, names[0], strings.Join(names[1:], "."))
}

// attribute returns an attribute of a resource. A known output of a nested stack is resolved in the nested template.
func (r *resolver) attribute(n *node, id, attribute string) Value {
	e := r.scope.resources[id]
	if e == nil {
		return r.undefinedName(n, id, attribute, "no resource is named %q, so its attribute %q cannot be read", clip(id), clip(attribute))
	}
	if r.exists(r.scope, e) == no {
		return r.symbol(n, e.resource.String()+"."+attribute)
	}
	if output, ok := strings.CutPrefix(attribute, "Outputs."); ok && e.resource.Type == stackType {
		return r.nestedOutput(n, e, output)
	}
	return Value{Kind: Reference, Resource: e.resource, Text: attribute}
}
