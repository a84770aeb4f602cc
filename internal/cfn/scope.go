package cfn

import (
	"slices"
	"strings"
)

// scope is a stack's template with the names that its expressions can use.
type scope struct {
	stack *Stack
	root  *node
	// source is the template's file for messages. group is the assembly that the stack belongs to; exports are first
	// searched there.
	source, group string
	// folder contains the template, outside an assembly; nested templates must be below. It is empty for a template in
	// memory.
	folder string
	// assumedName is the stack's name if none was given. inFolder says that the user named a folder, not this template.
	assumedName string
	inFolder    bool
	// place is the account and Region of a top-level stack, as far as they are known. It is empty if all places count as one.
	place []Value
	// displayName is the path of a top-level stack in its app.
	displayName string
	// paths maps logical ids to construct paths, in a top-level stack and its nested stacks. It is used if CDK does not
	// write the paths into the template.
	paths map[string][]string
	// given holds parameter values from outside. arguments holds those that the parent's resource gives to a nested
	// stack.
	given     map[string]string
	arguments *node
	// previous marks the parameters that keep their deployed values.
	previous map[string]bool
	// nameCause is the cause of values that use the assumed name.
	nameCause *cause
	// shared marks the names of parameters that several top-level stacks have.
	shared map[string]bool
	parent *scope

	parameters, conditions, outputs, resources map[string]*definition
	nested                                     map[string]*scope

	undefinedConditions map[string]*cause // causes of conditions that are used but not defined
	serverless          []*definition     // the resources of SAM's types
}

// newScope reads the definitions in a template.
func (r *resolver) newScope(s *scope) {
	r.scope = s
	s.stack.scope = s
	s.undefinedConditions = map[string]*cause{}
	r.addResourcesSection(s)
	s.root = r.expandLoops(s.root)
	s.parameters = r.readSection("Parameters")
	s.conditions = r.readSection("Conditions")
	s.outputs = r.readSection("Outputs")
	s.nested = map[string]*scope{}
	s.stack.readTransforms(s.root.field("Transform"))
	if included := s.root.field(transform); included != nil {
		s.stack.Macros = append(s.stack.Macros, macroName(included))
	}
	resources := s.root.field("Resources")
	switch {
	case resources == nil:
		r.problem(s.root, "this is not a CloudFormation template: it has no Resources")
	case resources.kind != objectNode:
		r.problem(resources, "Resources must be an object with a resource for each logical id, got %v", resources.kind)
	}
	s.resources = r.readSection("Resources")
	r.readServerless(s)
	for _, e := range s.resources {
		e.resource = r.newResource(e.node)
	}
	r.checkMappings()
}

// readSection returns the definitions in a section of the current template, by name.
func (r *resolver) readSection(name string) map[string]*definition {
	n := r.scope.root.field(name)
	if n == nil || n.kind != objectNode {
		if n != nil && n.kind != nullNode && name != "Resources" {
			r.problem(n, "%s must be an object, got %v", name, n.kind)
		}
		return nil
	}
	r.path = append(r.path, name)
	defer r.leave()
	entries := make(map[string]*definition, len(n.items))
	values := make([]definition, len(n.items))
	for i := range n.items {
		item := &n.items[i]
		switch {
		case item.key == transform:
			if name == "Resources" {
				r.scope.stack.Macros = append(r.scope.stack.Macros, macroName(item))
			}
		case strings.HasPrefix(item.key, loopPrefix):
			r.unexpanded(item)
			if name == "Resources" {
				r.scope.stack.Macros = append(r.scope.stack.Macros, item.key)
			}
		case name == "Conditions" && item.key != "":
			values[i].node, values[i].order = item, i
			entries[item.key] = &values[i]
		case !isID(item.key):
			r.problem(item, "%q is not a valid name: use letters and digits only", item.key)
		case item.kind != objectNode:
			r.problem(item, "%s must be an object, got %v", item.key, item.kind)
		default:
			values[i].node, values[i].order = item, i
			entries[item.key] = &values[i]
		}
	}
	return entries
}

// isID reports whether CloudFormation accepts name as a logical id.
func isID(name string) bool {
	return name != "" && len(name) <= 255 && !strings.ContainsFunc(name, func(c rune) bool {
		return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9')
	})
}

// newResource reads a resource without its properties.
func (r *resolver) newResource(n *node) *Resource {
	res := &Resource{Stack: r.scope.stack, ID: n.key, Type: n.literal("Type"), Line: int(n.line)}
	if res.Path = n.field("Metadata").literal("aws:cdk:path"); res.Path == "" {
		res.Path = r.scope.path(n.key)
	}
	if res.Type == "" && macroOf(n) == "" {
		defer r.enter("Resources", n.key)()
		r.problem(n, "the resource has no Type")
	}
	return res
}

// top returns the scope of the top-level stack that contains s.
func (s *scope) top() *scope {
	for s.parent != nil {
		s = s.parent
	}
	return s
}

// path returns the construct path of a logical id in s, or "" if it is unknown or ambiguous.
func (s *scope) path(id string) string {
	paths := s.top().paths[id]
	if len(paths) > 1 && s.parent != nil {
		// CDK names a nested stack's resource A.NestedStack/A.NestedStackResource, and the stack's contents A/...
		within, _, _ := strings.Cut(s.stack.Parent.Path, ".NestedStack/")
		paths = slices.DeleteFunc(slices.Clone(paths), func(path string) bool { return !strings.HasPrefix(path, within+"/") })
	}
	if len(paths) != 1 {
		return ""
	}
	return paths[0]
}
