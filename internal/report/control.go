package report

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/proof"
)

// Control is a resource of a control, with the properties that its construct set.
type Control struct {
	Name     string // the name of the kind of resource: "web ACL"
	Resource awscdk.CfnResource
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
// changes by other parts of the app or in the templates. A later declaration with the same path replaces the first.
func Declare(c Control) {
	r := registerOf(c.Resource)
	path := *c.Resource.Node().Path()
	for i, other := range r.controls {
		if other.path == path {
			r.controls[i].Control = c
			return
		}
	}
	r.controls = append(r.controls, declaredControl{c, path, awscdk.Stack_Of(c.Resource)})
}

// declaredControl is a control with the path of its resource.
type declaredControl struct {
	Control
	path  string
	stack awscdk.Stack
}

// declarations returns the controls that are still in the app, in the form of the file in the cloud assembly. It asks CDK for the values of
// a stack in one call.
func (r *register) declarations() []proof.Control {
	resources := make([]awscdk.CfnResource, len(r.controls))
	for i, c := range r.controls {
		resources[i] = c.Resource
	}
	// Each synthesis makes the resources of rules anew, and removes the previous ones.
	stacks := map[awscdk.Stack][]declaredControl{}
	for i, present := range batch.Present(resources) {
		if c := r.controls[i]; present {
			stacks[c.stack] = append(stacks[c.stack], c)
		}
	}
	var out []proof.Control
	for stack, controls := range stacks {
		var values []any
		for _, c := range controls {
			values = append(values, []any{c.Resource.Ref(), c.Properties()})
		}
		resolved, _ := stack.Resolve(values).([]any)
		file := TemplateFile(stack)
		for i, c := range controls {
			if i < len(resolved) {
				out = append(out, c.declaration(file, resolved[i]))
			}
		}
	}
	return out
}

// declaration returns the control in the form of the file in the cloud assembly. resolved are its reference and its properties.
func (c declaredControl) declaration(file string, resolved any) proof.Control {
	out := proof.Control{Name: c.Name, Path: strings.TrimSuffix(c.path, "/Resource"), Partial: c.Partial, At: c.At}
	if pair, ok := resolved.([]any); ok && len(pair) == 2 {
		out.Resource, out.Properties = proof.Value{Template: file, Expression: Expression(pair[0])}, Expression(pair[1])
	}
	if c.Stops != nil {
		out.Stops = c.Stops()
	}
	return out
}
