package report

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

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
	r.controls = append(r.controls, declaredControl{c, path})
}

// declaredControl is a control with the path of its resource.
type declaredControl struct {
	Control
	path string
}

// isThere reports whether the resource is still in the app. Each synthesis makes the resources of rules anew, and removes the previous
// ones.
func (c declaredControl) isThere() bool {
	node := c.Resource.Node()
	for node.Scope() != nil {
		if node.Scope().Node().TryFindChild(node.Id()) == nil {
			return false
		}
		node = node.Scope().Node()
	}
	return true
}

// declaration returns the control in the form of the file in the cloud assembly.
func (c declaredControl) declaration() proof.Control {
	stack := awscdk.Stack_Of(c.Resource)
	resolved, _ := stack.Resolve([]any{c.Resource.Ref(), c.Properties()}).([]any)
	out := proof.Control{Name: c.Name, Path: pathOf(c.Resource), Partial: c.Partial, At: c.At}
	if len(resolved) == 2 {
		file := TemplateFile(stack)
		out.Resource, out.Properties = proof.Value{Template: file, Expression: Expression(resolved[0])}, Expression(resolved[1])
	}
	if c.Stops != nil {
		out.Stops = c.Stops()
	}
	return out
}

// pathOf returns the path of the construct that a resource belongs to.
func pathOf(c constructs.IConstruct) string { return strings.TrimSuffix(*c.Node().Path(), "/Resource") }
