package report

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/proof"
)

// Control is a resource of a control, with the properties that its construct gave it.
type Control struct {
	Name     string // what it is, in words: "web ACL"
	Resource awscdk.CfnResource
	// Properties are by CloudFormation's names. They are asked for after all wiring, and may hold CDK tokens.
	Properties func() map[string]any
	// Partial says that there may be other properties: those of the app, or defaults of CDK.
	Partial bool
	// Stops says what rules are for, by their names; nil says nothing.
	Stops func() map[string]string
	At    diag.Position
}

// Declare has the proof hold a resource against what its construct made. Whatever else in the app, or in the templates, changes the
// resource is reported. A resource that is declared again under the same path takes the place of the first.
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

type declaredControl struct {
	Control
	path string
}

// isThere reports whether the resource is still in the app: rules are filled in anew at each synth, and what they need is made anew.
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

// declaration is the control as the file in the assembly holds it.
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

// pathOf is the path of the construct that a resource is of.
func pathOf(c constructs.IConstruct) string { return strings.TrimSuffix(*c.Node().Path(), "/Resource") }
