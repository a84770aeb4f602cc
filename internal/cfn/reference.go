package cfn

import (
	"slices"
	"strings"
	"sync"
)

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
	f := &e.resolutions[r.mode]
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

// exists reports whether a resource or output of s exists, judging by its own condition only.
func (r *resolver) exists(s *scope, e *definition) truth {
	n := e.node.field("Condition")
	if n == nil {
		return yes
	}
	t, section := maybe, "Outputs"
	if e.resource != nil {
		section = "Resources"
	}
	r.inScope(s, func() {
		if n.kind != textNode {
			r.problem(n, "Condition must be the name of a condition, got %v", n.kind)
			return
		}
		t, _ = r.condition(n, n.text)
	}, section, e.node.key, "Condition")
	return t
}

// stackExists reports whether a stack may exist. A nested stack exists if its resource does.
func (r *resolver) stackExists(s *scope) bool {
	for ; s.parent != nil; s = s.parent {
		if r.exists(s.parent, s.parent.resources[s.stack.Parent.ID]) == no {
			return false
		}
	}
	return true
}

// countUncertain counts the enclosing stacks, s included, whose existence depends on an open condition.
func (r *resolver) countUncertain(s *scope) int {
	count := 0
	for ; s.parent != nil; s = s.parent {
		if r.exists(s.parent, s.parent.resources[s.stack.Parent.ID]) == maybe {
			count++
		}
	}
	return count
}

const stackName = "AWS::StackName"

// stackPseudoParameters lists the pseudo parameters that differ from stack to stack.
var stackPseudoParameters = []string{stackName, "AWS::StackId", "AWS::NotificationARNs"}

// placePseudoParameters lists the pseudo parameters that depend on the account and Region.
var placePseudoParameters = []string{"AWS::AccountId", "AWS::Partition", "AWS::Region", "AWS::URLSuffix"}

// pseudo resolves a pseudo parameter.
func (r *resolver) pseudo(n *node, name string) Value {
	top := r.scope
	for top.parent != nil {
		top = top.parent
	}
	switch {
	case name == "AWS::NoValue":
		return Value{}
	case slices.Contains(stackPseudoParameters, name):
		return r.stackPseudo(n, name)
	case slices.Contains(placePseudoParameters, name):
		if text, ok := top.given[name]; ok {
			return Value{Kind: Text, Text: text}
		}
		return r.unknown(r.symbol(n, name), &cause{name: name, remedy: "-p " + name + "=..."})
	}
	r.problem(n, "there is no pseudo parameter %q", clip(name))
	return Value{}
}

// stackPseudo resolves a pseudo parameter that belongs to the stack. Users cannot give one for a nested stack.
func (r *resolver) stackPseudo(n *node, name string) Value {
	if text, ok := r.scope.given[name]; ok {
		return Value{Kind: Text, Text: text}
	}
	s := r.scope
	v := r.symbol(n, s.stack.Name+"/"+name)
	switch {
	case s.parent != nil:
		return v
	case name == stackName && s.assumedName != "" && !s.previous[name]:
		return r.assumeName(v)
	}
	return r.unknown(v, &cause{name: name + " of " + s.stack.Name, remedy: s.flag(name)})
}

// assumeName returns the assumed name of a stack that is named after its file. If defaults are not used, it returns the
// Symbol.
func (r *resolver) assumeName(symbol Value) Value {
	s := r.scope
	if s.nameCause == nil {
		flag := s.flag(stackName)
		s.nameCause = &cause{
			name: stackName + " of " + s.stack.Name, remedy: flag,
			byDefault: &Default{Stack: s.stack.Name, Name: stackName, Value: s.assumedName, Flag: flag},
		}
	}
	if r.mode == withoutDefaults {
		return r.unknown(symbol, s.nameCause)
	}
	r.addCause(s.nameCause)
	return Value{Kind: Text, Text: s.assumedName}
}

// stackID returns a value that identifies the current stack, to distinguish calls whose meaning depends on the stack.
func (r *resolver) stackID() Value {
	return Value{Kind: Symbol, Text: r.scope.stack.Name + "/AWS::StackId"}
}

// findInMap resolves Fn::FindInMap: a mapping, a key, a name under it, and optionally an object with a DefaultValue.
func (r *resolver) findInMap(n *node) Value {
	var otherwise *node
	keys := *n
	if n.kind == listNode && len(n.items) == 4 {
		if otherwise = n.items[3].field("DefaultValue"); otherwise == nil {
			r.problem(n, "the fourth argument of Fn::FindInMap must be an object with a DefaultValue")
			return Value{}
		}
		keys.items = n.items[:3]
	}
	args, ok := r.arguments(&keys, 3, 3, "a mapping, a key and a name under it")
	if !ok {
		return Value{}
	}
	standard := sync.OnceValue(func() Value { return r.value(otherwise) })
	if otherwise == nil {
		standard = nil
	}
	return r.eachOutcome(args, func(args []Value) Value {
		for _, arg := range args {
			switch arg.Kind {
			case Text:
			case Missing, List, Map:
				r.problem(n, "Fn::FindInMap expects a mapping, a key and a name under it, got %s", describe(arg))
				return Value{}
			default:
				v := r.call(n, "FindInMap", append([]Value{r.stackID()}, args...)...)
				if texts := r.possibleTexts(args); texts != nil {
					v.possible = &texts
				}
				return v
			}
		}
		return r.lookUpMapping(n, args, standard)
	})
}

// possibleTexts returns the texts that a mapping has under a name, for any key. It returns nil if some are not texts.
func (r *resolver) possibleTexts(args []Value) []string {
	mapping := r.scope.root.field("Mappings").field(args[0].Text)
	if args[0].Kind != Text || args[2].Kind != Text || mapping == nil || mapping.field(transform) != nil {
		return nil
	}
	var out []string
	for i := range mapping.items {
		held := mapping.items[i].field(args[2].Text)
		if held == nil || held.kind != textNode {
			return nil
		}
		out = append(out, held.text)
	}
	return out
}

func (r *resolver) lookUpMapping(n *node, args []Value, otherwise func() Value) Value {
	call := append([]Value{r.stackID()}, args...)
	found := r.scope.root.field("Mappings")
	for _, arg := range args {
		if included := found.field(transform); included != nil && found.field(arg.Text) == nil {
			return r.call(n, "FindInMap", call...)
		}
		found = found.field(arg.Text)
	}
	switch {
	case found != nil && isPlain(found):
		return r.value(found)
	case found != nil:
		return Value{} // checkMappings has reported it.
	case otherwise != nil:
		return otherwise()
	case r.scope.root.field("Mappings").field(args[0].Text) == nil && !r.strict:
		if len(r.scope.stack.Macros) == 0 {
			r.warnAt(n, "dangling-reference", r.scope.stack.Name+"/Mappings."+args[0].Text,
				"there is no mapping %s, so its values are unknown", describe(args[0]))
		}
		return r.call(n, "FindInMap", call...)
	}
	return r.badArguments(n, "FindInMap", call, "the mappings have no %s, %s, %s", describe(args[0]), describe(args[1]), describe(args[2]))
}
