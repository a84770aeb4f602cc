package cfn

// Assembly is a set of stacks that are deployed together and may refer to each other.
type Assembly struct {
	// Dir is the cloud assembly's folder, empty for single templates.
	Dir string
	// Stacks are the stacks by name, nested ones after the stack that holds them.
	Stacks []*Stack
}

// Stack is one template with its place in the assembly.
type Stack struct {
	// Name is unique in the assembly: a stack's name, or, of a nested stack, its parent's name, a slash and the logical id
	// of the AWS::CloudFormation::Stack resource.
	Name string
	// File is the template's file, relative to the assembly's folder if there is one, and else as given.
	File string
	// Parent is the resource that a nested stack is, nil for others.
	Parent *Resource
	// Resources are those that exist, or may exist, by logical id. One whose condition is known not to hold is not there.
	Resources []*Resource
	// Exports are the values of outputs with an export name that is known, by that name.
	Exports map[string]Value
}

// Resource is one resource of a template.
type Resource struct {
	Stack      *Stack
	ID         string // logical id
	Type       string // "AWS::EC2::SecurityGroup"
	Properties map[string]Value
	// Path is CDK's construct path, from the resource's metadata; empty if it has none.
	Path string
	// Condition names a condition that only a deployment knows; empty if the resource surely exists.
	Condition string
	// DependsOn are the logical ids in DependsOn, sorted. References are not among them.
	DependsOn []string
	// DeletionPolicy and UpdateReplacePolicy are "Delete", "Retain", "RetainExceptOnCreate", "Snapshot" or empty.
	DeletionPolicy, UpdateReplacePolicy string
	// Line is where the resource stands in its template, 0 if that is not known.
	Line int
}

// Options are what the reader is told beside the templates; nil is the zero Options.
type Options struct {
	// Parameters are values for parameters of top-level stacks, by name, or by stack name, a dot and name. They go before
	// the defaults in a template.
	Parameters map[string]string
}
