package cfn

import (
	"iter"

	"github.com/tierwall/tierwall/internal/diag"
)

// Assembly is a set of stacks that are deployed together and may refer to each other.
type Assembly struct {
	// Dir is the cloud assembly's folder, empty for single templates.
	Dir string
	// Stacks are the stacks by name, nested ones after the stack that holds them.
	Stacks []*Stack
	// Warnings tell what is odd about the templates although they are read: names that are there twice, references to what
	// is not there, sections that are missing.
	Warnings diag.List
	// Unused are the names in Options.Parameters that no stack has, sorted; with Options.Optional only.
	Unused []string

	exports *exports
	doubts  map[string]*cause // by the unique name of a condition that is not known
}

// Stack is one template with its place in the assembly.
type Stack struct {
	// Name is unique in the assembly: a stack's name, or, of a nested stack, its parent's name, a slash and the logical id
	// of the AWS::CloudFormation::Stack resource.
	Name string
	// File is the template's file, relative to the assembly's folder if there is one, and else as given.
	File string
	// Account and Region are where it is deployed to, empty if the assembly leaves that to the deployment.
	Account, Region string
	// Parent is the resource that a nested stack is, nil for others.
	Parent *Resource
	// Resources are those that exist, or may exist, in the template's order. One whose condition is known not to hold is
	// not there.
	Resources []*Resource
	// Exports are the values of outputs with an export name that is known, by that name.
	Exports map[string]Value
	// Macros are the transforms that may rewrite anything in the template at deployment, in its order: with one of them,
	// there may be other resources and properties than those read here. AWS's own transforms, which rewrite certain types
	// only, are not among them: see Rewrites.
	Macros []string

	transforms []string // those that rewrite certain types only

	scope *scope               // nil if the stack was not read by this package
	byID  map[string]*Resource // likewise
}

// Resource is one resource of a template.
type Resource struct {
	Stack      *Stack
	ID         string // logical id
	Type       string // "AWS::EC2::SecurityGroup"
	Properties map[string]Value
	// Path is CDK's construct path, from the resource's metadata; empty if it has none.
	Path string
	// Condition names a condition whose outcome is not known, "Shop/Conditions.WithBastion": it depends on a parameter that
	// was given no value, whatever its default, or on what only a deployment knows. It is empty if the resource surely
	// exists, as far as its stack does. Doubt explains it.
	Condition string
	// Defaults are the defaults that its properties rest on, sorted. Its tags do not count, nor do conditions: where a
	// condition depends on a parameter without a given value, its outcome is left open.
	Defaults []Default
	// Rewritten names the macro that writes this resource, or may, by Fn::Transform in it; empty if there is none. The
	// resource may have any properties then; without a Type in the template, its Type is empty.
	Rewritten string
	// DependsOn are the logical ids in DependsOn that exist, or may exist, sorted. References are not among them.
	DependsOn []string
	// DeletionPolicy and UpdateReplacePolicy are "Delete", "Retain", "RetainExceptOnCreate", "Snapshot" or empty.
	DeletionPolicy, UpdateReplacePolicy string
	// Line is where the resource stands in its template, 0 if that is not known.
	Line int

	doubt *cause // what Condition rests on
}

// Options are what the reader is told beside the templates; nil is the zero Options.
type Options struct {
	// Parameters are values for parameters of top-level stacks, by name, or by stack name, a dot and name, which goes first.
	// Where none is given, properties have the defaults of a template, and conditions are open. "AWS::Region" and other
	// pseudo parameters can be given likewise.
	Parameters map[string]string
	// Files are files of values for parameters, in the forms of the AWS CLI, CodePipeline, plain objects, or CDK's context.
	// Later ones go before earlier ones, and Parameters before all.
	Files []string
	// Optional takes names in Parameters that no stack has: one of two states may lack a parameter. They are Unused then.
	Optional bool
	// Name is the name of the stack where a single template is read; empty names it after its file. Two states of one
	// stack in differently named files are compared under one name. Such names are AWS::StackName too, where that is not
	// among the Parameters: an assumption.
	Name string
}

// Stack returns the first stack of that file or name.
func (a *Assembly) Stack(file string) (*Stack, bool) {
	for _, s := range a.Stacks {
		if s.File == file || s.Name == file {
			return s, true
		}
	}
	return nil, false
}

// Resource returns the resource with that logical id, if it exists or may exist.
func (s *Stack) Resource(id string) (*Resource, bool) {
	if s.byID != nil {
		r, ok := s.byID[id]
		return r, ok
	}
	for _, r := range s.Resources {
		if r.ID == id {
			return r, true
		}
	}
	return nil, false
}

// String is the stack's name, a slash and the logical id: "Shop/WebGroup".
func (r *Resource) String() string { return r.Stack.Name + "/" + r.ID }

// Get returns the property of that name, Missing if there is none.
func (r *Resource) Get(name string) Value { return r.Properties[name] }

// References yields every Reference and Symbol anywhere in the properties, in a stable order.
func (r *Resource) References() iter.Seq[Value] {
	return func(yield func(Value) bool) { walkFields(r.Properties, yield) }
}

// Doubt says why the outcome of a condition is not known, by its unique name as in Resource.Condition and Value.Text; it
// names what the condition depends on and what would tell.
func (a *Assembly) Doubt(condition string) string {
	return explainDoubt(condition, a.doubts[condition])
}
