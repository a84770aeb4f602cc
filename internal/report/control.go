package report

import (
	"reflect"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/proof"
)

// Control is a resource of a control, with the properties that its construct set.
type Control struct {
	Name string // the name of the kind of resource: "web ACL"
	// Of is the resource, or the construct whose child with the id ID it is.
	Of constructs.IConstruct
	ID string
	// Properties returns the properties by their names in CloudFormation. It is called when everything is wired. Values may be CDK tokens.
	Properties func() map[string]any
	// Partial says that the resource may have other properties, which the app or CDK's defaults set.
	Partial bool
	// Stops returns what each rule is for, by the names of the rules. It may be nil.
	Stops func() map[string]string
	// At is the line that made the control.
	At diag.Position
}

// Declare registers a resource, so that the proof compares the resource in the template with the declared properties. The proof reports
// changes by other parts of the app or in the templates. A later declaration with the same path replaces the first. What is not in the app
// at synthesis is left out.
func Declare(c Control) {
	r := registerOf(c.Of)
	r.controls = append(r.controls, c)
}

// declared is a control with what CDK says about its resource.
type declared struct {
	Control
	present   bool
	path, ref string
	stack     awscdk.Stack
	literal   any // the properties, if they have no tokens
}

// unresolved returns the values that CDK must resolve: the reference, and the properties unless they are literal.
func (d *declared) unresolved() []any {
	properties := d.Properties()
	if isLiteral(reflect.ValueOf(properties)) {
		d.literal = properties
		return []any{d.ref}
	}
	return []any{d.ref, properties}
}

// isLiteral reports whether a value has only texts, numbers and booleans in maps and lists, and no tokens.
func isLiteral(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String:
		return !arch.IsToken(v.String())
	case reflect.Bool, reflect.Int:
		return true
	case reflect.Float64:
		return v.Float() >= 0 // Tokens are numbers below zero.
	case reflect.Pointer, reflect.Interface:
		return !v.IsNil() && v.Elem().Kind() != reflect.Struct && isLiteral(v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			if !isLiteral(v.Index(i)) {
				return false
			}
		}
		return !v.IsNil()
	case reflect.Map:
		for _, key := range v.MapKeys() {
			if !isLiteral(key) || !isLiteral(v.MapIndex(key)) {
				return false
			}
		}
		return !v.IsNil()
	}
	return false
}

// declared returns the controls that are still in the app. It asks CDK in one call.
func (r *register) declared() []declared {
	b := &batch.Batch{}
	collect := make([]func() declared, len(r.controls))
	for i, c := range r.controls {
		var of any = c.Of
		if c.ID != "" {
			of = b.Child(of, c.ID)
		}
		present, path, ref := batch.Get[bool](b, of, batch.Present), batch.Get[string](b, of, "node.path"), batch.Get[string](b, of, "ref")
		stack := batch.Get[awscdk.Stack](b, of, batch.Stack)
		collect[i] = func() declared { return declared{c, *present, *path, *ref, *stack, nil} }
	}
	b.Run()
	var out []declared
	at := map[string]int{}
	r.controls = r.controls[:0]
	for _, f := range collect {
		d := f()
		i, again := at[d.path]
		switch {
		case !d.present: // Each synthesis makes the resources of rules anew, and removes the previous ones.
		case again:
			out[i], r.controls[i] = d, d.Control
		default:
			at[d.path] = len(out)
			out, r.controls = append(out, d), append(r.controls, d.Control)
		}
	}
	return out
}

// declarations returns the controls that are still in the app, in the form of the file in the cloud assembly. It asks CDK for the values of
// a stack in one call.
func (r *register) declarations() []proof.Control {
	stacks := map[awscdk.Stack][]declared{}
	for _, d := range r.declared() {
		stacks[d.stack] = append(stacks[d.stack], d)
	}
	var out []proof.Control
	for stack, controls := range stacks {
		var values []any
		for i := range controls {
			values = append(values, controls[i].unresolved())
		}
		resolved, _ := stack.Resolve(values).([]any)
		file := batch.PlaceOf(stack).TemplateFile()
		for i, d := range controls {
			if i < len(resolved) {
				out = append(out, d.declaration(file, resolved[i]))
			}
		}
	}
	return out
}

// declaration returns the control in the form of the file in the cloud assembly. resolved are its reference and its properties.
func (d declared) declaration(file string, resolved any) proof.Control {
	out := proof.Control{Name: d.Name, Path: strings.TrimSuffix(d.path, "/Resource"), Partial: d.Partial, At: d.At}
	if parts, ok := resolved.([]any); ok && len(parts) > 0 {
		out.Resource = proof.Value{Template: file, Expression: Expression(parts[0])}
		if len(parts) > 1 {
			d.literal = parts[1]
		}
		out.Properties = Expression(d.literal)
	}
	if d.Stops != nil {
		out.Stops = d.Stops()
	}
	return out
}
