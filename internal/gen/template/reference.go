package template

import (
	"encoding/json"
	"slices"

	"github.com/tierwall/tierwall/internal/gen/cdkname"
)

// reference is a value of a resource. Which expression says it depends on the stack that it is used in.
type reference struct {
	path      string // of the resource under the network
	attribute string // empty is Ref
}

func (*renderer) ref(path string) any             { return reference{path, ""} }
func (*renderer) attribute(path, name string) any { return reference{path, name} }

// outer is an expression of the main template that somebody else states.
type outer struct {
	expression any
	name       string // of the parameter that brings it into a nested stack
}

// given marks what somebody else states as an expression of the main template. Literals, imports and pseudo parameters mean the same in
// every template.
func given(v any, name string) any {
	if _, isText := v.(string); isText || v == nil {
		return v
	}
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // Maps, lists and texts always marshal.
	}
	if expression, everywhere := expressionOf(string(data)); everywhere {
		return expression
	}
	if name == "" {
		name = string(data)
	}
	var plain any // Without types that templates do not know.
	if err := json.Unmarshal(data, &plain); err != nil {
		panic(err)
	}
	return outer{plain, cdkname.LogicalID("reference-to-" + name)}
}

func givenAll(list []any) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = given(v, "")
	}
	return out
}

// finish replaces references by expressions and paths of dependencies by logical ids. Nested stacks come first, because they ask for
// parameters.
func (r *renderer) finish() {
	for _, s := range r.nested {
		r.finishStack(s)
	}
	r.finishStack(r.main)
}

func (r *renderer) finishStack(s *stack) {
	for _, made := range s.template.Resources {
		made.Properties, _ = r.resolved(s, made.Properties).(object)
		for _, path := range made.after {
			dependent, id := r.dependency(s, made, path)
			dependent.DependsOn = append(dependent.DependsOn, id)
		}
		slices.Sort(made.DependsOn)
		made.DependsOn = slices.Compact(made.DependsOn)
	}
	for id, o := range s.template.Outputs {
		o.Value = r.resolved(s, o.Value)
		s.template.Outputs[id] = o
	}
}

// dependency returns what depends on what so that a resource of a stack comes after another. Between stacks, nested stacks stand for what
// is in them.
func (r *renderer) dependency(s *stack, made *Resource, path string) (dependent *Resource, id string) {
	at := r.place(path)
	id = at.id
	if at.stack != s && at.stack != r.main {
		id = at.stack.id
	}
	if at.stack != s && s != r.main {
		made = r.main.template.Resources[s.id]
	}
	return made, id
}

// resolved returns a value as the template of a stack has it.
func (r *renderer) resolved(s *stack, v any) any {
	switch v := v.(type) {
	case reference:
		return r.expression(s, v)
	case outer:
		if s == r.main {
			return v.expression
		}
		return r.parameterOf(s, v.name, v.expression)
	case object:
		out := make(object, len(v))
		for name, inner := range v {
			out[name] = r.resolved(s, inner)
		}
		if parts, isJoin := joined(out); isJoin {
			return join(parts...)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			out[i] = r.resolved(s, inner)
		}
		return out
	}
	return v
}

// expression is the expression for a reference in a stack. Values go between nested stacks by outputs and parameters, as the CDK names
// them.
func (r *renderer) expression(s *stack, ref reference) any {
	at := r.place(ref.path)
	if at.stack == s {
		return ref.local(at.id)
	}
	value, target, what := ref.local(at.id), at.path, ref.attribute
	if what == "" {
		what = "Ref"
	}
	if at.stack != r.main {
		output := cdkname.LogicalID(r.unique(at.path) + what)
		if at.stack.template.Outputs == nil {
			at.stack.template.Outputs = map[string]Output{}
		}
		at.stack.template.Outputs[output] = Output{Value: value}
		target, what = at.stack.path, "Outputs."+output
		value = object{"Fn::GetAtt": []any{at.stack.id, what}}
	}
	if s == r.main {
		return value
	}
	return r.parameterOf(s, cdkname.LogicalID("reference-to-"+r.unique(target)+what), value)
}

func (ref reference) local(id string) any {
	if ref.attribute == "" {
		return object{"Ref": id}
	}
	return object{"Fn::GetAtt": []any{id, ref.attribute}}
}

// parameterOf brings a value of the main template into a nested stack.
func (r *renderer) parameterOf(s *stack, name string, value any) any {
	if s.template.Parameters == nil {
		s.template.Parameters = map[string]Parameter{}
		r.main.template.Resources[s.id].Properties["Parameters"] = object{}
	}
	s.template.Parameters[name] = Parameter{Type: "String"}
	r.main.template.Resources[s.id].Properties["Parameters"].(object)[name] = value
	return object{"Ref": name}
}

// home returns the expression for a value, and the file of the template where it is.
func (r *renderer) home(v any) (file string, expression any) {
	if ref, ok := v.(reference); ok {
		at := r.place(ref.path)
		return at.stack.file, ref.local(at.id)
	}
	return r.in.File, r.resolved(r.main, v)
}
