package cfn

import (
	"cmp"
	"iter"
	"path"
	"path/filepath"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
)

// Assembly is a set of stacks that are deployed together and may refer to each other.
type Assembly struct {
	// Dir is the cloud assembly's folder, empty for single templates.
	Dir string
	// Stacks are the stacks by name, nested ones after the stack that holds them.
	Stacks []*Stack
	// Warnings report oddities that do not prevent reading: duplicate names, references to undefined names, missing
	// sections.
	Warnings diag.List
	// Unused lists, sorted, the names in Options.Parameters that no stack has. It is only filled with Options.Optional.
	Unused []string
	// Places is Apart or Together.
	Places Places

	exports *exports
	doubts  map[string]*cause // keyed by the unique name of a condition whose outcome is unknown
}

// Stack is one template with its place in the assembly.
type Stack struct {
	// Name is unique in the assembly. For a top-level stack it is the stack's name; for a nested stack it is the parent's
	// name, a slash and the logical id of the AWS::CloudFormation::Stack resource.
	Name string
	// File is the template's file: relative to the assembly's folder if there is one, otherwise as given.
	File string
	// Account and Region say where the stack is deployed. They are empty if that is decided at deployment.
	Account, Region string
	// Parent is the AWS::CloudFormation::Stack resource of a nested stack, and nil for a top-level stack.
	Parent *Resource
	// Resources are the resources that exist or may exist, in the template's order. A resource whose condition is known
	// to be false is omitted.
	Resources []*Resource
	// Exports maps each known export name to the value of its output.
	Exports map[string]Value
	// Macros are the transforms that may rewrite anything in the template at deployment, in the template's order. With a
	// macro, the deployed stack may have other resources and properties than those read here. AWS's own transforms
	// rewrite certain types only and are not listed; see Rewrites.
	Macros []string

	transforms []string // AWS transforms, which rewrite certain types only

	scope *scope               // nil if the stack was not read by this package
	byID  map[string]*Resource // nil if the stack was not read by this package
}

// Resource is one resource of a template.
type Resource struct {
	Stack      *Stack
	ID         string // logical id
	Type       string // "AWS::EC2::SecurityGroup"
	Properties Fields
	// Path is CDK's construct path from the resource's metadata. It is empty if there is none.
	Path string
	// Condition is the unique name of a condition whose outcome is unknown, such as "Shop/Conditions.WithBastion". The
	// outcome depends on a parameter without a given value (even if it has a default), or on a value known only at
	// deployment. Condition is empty if the resource certainly exists whenever its stack does. Doubt explains it.
	Condition string
	// Defaults are the default values that the properties depend on, sorted. Defaults used in Tags are not included.
	// Conditions never use defaults: a condition on a parameter without a given value stays open.
	Defaults []Default
	// Rewritten names the macro that writes this resource, or may change it, through Fn::Transform. It is empty if there
	// is none. Such a resource may have any properties. If the template gives no Type, Type is empty.
	Rewritten string
	// DependsOn lists the logical ids in the DependsOn attribute that exist or may exist, sorted. References are not
	// included.
	DependsOn []string
	// DeletionPolicy and UpdateReplacePolicy are "Delete", "Retain", "RetainExceptOnCreate", "Snapshot" or empty.
	DeletionPolicy, UpdateReplacePolicy string
	// Line is the resource's line in its template, 0 if unknown.
	Line int

	doubt *cause // why the outcome of Condition is unknown
}

// Options configure the reading of templates. Nil is the same as the zero Options.
type Options struct {
	// Parameters holds values for the parameters of top-level stacks. A key is "Name" or "Stack.Name"; the second form
	// has precedence. For a parameter without a value, properties use the template's default, and conditions stay open.
	// Pseudo parameters such as "AWS::Region" can be given in the same way.
	Parameters map[string]string
	// Files lists files with parameter values, in the formats of the AWS CLI, CodePipeline, plain objects, or CDK's
	// context. A later file overrides an earlier one, and Parameters overrides all files.
	Files []string
	// Optional allows names in Parameters that no stack has; they are returned as Assembly.Unused. It is meant for
	// comparing two states, one of which may lack a parameter.
	Optional bool
	// Name is the stack's name when a single template is read. If Name is empty, the stack is named after its file. With
	// Name, two states of one stack in differently named files can be compared. The name is also used as AWS::StackName
	// if that is not among the Parameters; this is an assumption.
	Name string
	// Places says whether imports of one name are different values in different accounts and Regions.
	Places Places
	// Reading is called before each template is read, with the number of files that were read before. Nil is never called.
	Reading func(before int)
}

// Resources yields the resources of all stacks, in the order of the stacks and of their templates.
func (a *Assembly) Resources() iter.Seq[*Resource] {
	return func(yield func(*Resource) bool) {
		for _, s := range a.Stacks {
			for _, r := range s.Resources {
				if !yield(r) {
					return
				}
			}
		}
	}
}

// OfType yields the resources of a type, in the order of Resources.
func (a *Assembly) OfType(kind string) iter.Seq[*Resource] {
	return func(yield func(*Resource) bool) {
		for r := range a.Resources() {
			if r.Type == kind && !yield(r) {
				return
			}
		}
	}
}

// Stack returns the first stack with the given file or name. If there is none, it returns the only stack whose file has that name in
// another folder: a declaration names the files relative to its own folder.
func (a *Assembly) Stack(file string) (*Stack, bool) {
	var elsewhere []*Stack
	for _, s := range a.Stacks {
		if s.File == file || s.Name == file {
			return s, true
		}
		if path.Base(filepath.ToSlash(s.File)) == file {
			elsewhere = append(elsewhere, s)
		}
	}
	if len(elsewhere) != 1 {
		return nil, false
	}
	return elsewhere[0], true
}

// Resource returns the resource with the given logical id, if it exists or may exist.
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

// String returns the stack's name, a slash and the logical id: "Shop/WebGroup".
func (r *Resource) String() string { return r.Stack.Name + "/" + r.ID }

// Name returns the name of the resource in messages: its construct path, or its stack and logical id.
func (r *Resource) Name() string { return cmp.Or(r.Path, r.String()) }

// IsNamed reports whether a user may mean the resource by name: the logical id, the id with its stack, the construct path,
// or the last parts of the path. The part "Resource" that CDK adds to paths may be left out.
func (r *Resource) IsNamed(name string) bool {
	path := "/" + r.Path
	return name == r.ID || name == r.String() || strings.HasSuffix(path, "/"+name) || strings.HasSuffix(path, "/"+name+"/Resource")
}

// Get returns the named property, or Missing.
func (r *Resource) Get(name string) Value { return r.Properties.Get(name) }

// References yields every Reference and Symbol anywhere in the properties, in a stable order.
func (r *Resource) References() iter.Seq[Value] {
	return func(yield func(Value) bool) { r.Properties.walk(yield) }
}
