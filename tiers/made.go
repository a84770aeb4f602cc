package tiers

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/proof"
)

// MadeControl is a resource of a control, with the properties that its construct gave it.
type MadeControl struct {
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

// DeclareControl has the proof hold a resource against what its construct made: whatever else in the app, or in the templates, changes it, is
// told. It is for the constructs of this module. A resource that is declared again under the same path takes the place of the first.
func DeclareControl(c MadeControl) {
	r := findRegister(c.Resource)
	if r == nil {
		r = newRegister(c.Resource)
	}
	path := *c.Resource.Node().Path()
	for i, other := range r.controls {
		if other.path == path {
			r.controls[i].MadeControl = c
			return
		}
	}
	r.controls = append(r.controls, madeControl{c, path})
}

type madeControl struct {
	MadeControl
	path string
}

// isThere reports whether the resource is still in the app: rules are filled in anew at each synth, and what they need is made anew.
func (c madeControl) isThere() bool {
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
func (c madeControl) declaration() proof.Control {
	stack := awscdk.Stack_Of(c.Resource)
	resolved, _ := stack.Resolve([]any{c.Resource.Ref(), c.Properties()}).([]any)
	out := proof.Control{Name: c.Name, Path: pathOf(c.Resource), Partial: c.Partial, At: c.At}
	if len(resolved) == 2 {
		file := templateFile(stack)
		out.Resource, out.Properties = proof.Value{Template: file, Expression: marshal(resolved[0])}, marshal(resolved[1])
	}
	if c.Stops != nil {
		out.Stops = c.Stops()
	}
	return out
}

// pathOf is the path of the construct that a resource is of.
func pathOf(c constructs.IConstruct) string { return strings.TrimSuffix(*c.Node().Path(), "/Resource") }
