package cfn

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// scope is a stack's template with the names that its expressions may use.
type scope struct {
	stack *Stack
	root  *node
	// source is the template's file for messages, group the assembly it belongs to: exports are looked for there first.
	source, group string
	// folder is where a template that belongs to no assembly stands: its nested ones are below. Empty for one in memory.
	folder string
	// assumedName is the stack's name where nobody gave one. inFolder says that its template was not named, but its folder.
	assumedName string
	inFolder    bool
	// displayName is a top-level stack's path in its app.
	displayName string
	// paths are the construct paths of the logical ids in a top-level stack and those nested in it, where CDK does not
	// write them into the template.
	paths map[string][]string
	// given are values for its parameters from outside, arguments those from the resource in parent that it is.
	given     map[string]string
	arguments *node
	// previous are the parameters that were given the value that they have where the stack is deployed.
	previous map[string]bool
	// nameCause is what values rest on that use the assumed name.
	nameCause *cause
	// shared are the names of parameters that other top-level stacks have too.
	shared map[string]bool
	parent *scope

	parameters, conditions, outputs, resources map[string]*definition
	nested                                     map[string]*scope

	undefinedConditions map[string]*cause // conditions that are named and not there
	serverless          []*definition     // the resources that SAM writes
}

// definition is something in a template that has a name, and what is known of it. Its value is found when it is first asked for.
type definition struct {
	node        *node
	order       int // in its section
	resolutions [2]resolution
	cause       *cause // what values rest on that use it: a parameter without a given value
	// explained says that the ground of a condition names it.
	explained bool
	resource  *Resource // of a resource
}

// resolution is what was found of a named thing.
type resolution struct {
	state  state
	value  Value  // of a parameter or output; the outcome of a condition
	cause  *cause // what the value rests on; nil if it is certain
	size   int    // units that the value takes
	height int    // of the value, in values
}

// defaultsMode says which findings count: those in which parameters without given values have their defaults, or those in which
// they are open. Conditions are always open: what they guard may exist with another value.
type defaultsMode uint8

const (
	withDefaults defaultsMode = iota
	withoutDefaults
)

type state uint8

const (
	unresolved state = iota
	resolving
	resolved
)

// truth is what is known of a condition.
type truth uint8

const (
	maybe truth = iota
	yes
	no
)

func (t truth) itself() truth { return t }

func (t truth) not() truth {
	return [...]truth{maybe: maybe, yes: no, no: yes}[t]
}

func (t truth) or(other truth) truth {
	switch {
	case t == yes || other == yes:
		return yes
	case t == no && other == no:
		return no
	}
	return maybe
}

// newScope reads the names in a template. Problems go to r.
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
		r.problem(s.root, "this is no CloudFormation template: it has no Resources")
	case resources.kind != objectNode:
		r.problem(resources, "Resources must be an object of resources by logical id, got %v", resources.kind)
	}
	s.resources = r.readSection("Resources")
	r.readServerless(s)
	for _, e := range s.resources {
		e.resource = r.newResource(e.node)
	}
	r.checkMappings()
}

// addResourcesSection makes a whole template of resources that were written down without the section for them.
func (r *resolver) addResourcesSection(s *scope) {
	if s.root.field("Resources") != nil {
		return
	}
	if whole := bareResources(s.root); whole != nil {
		r.warnAt(s.root, "no-resources-section", s.source, "there is no Resources section: the objects with a Type are read as resources")
		s.root = whole
	}
}

// readSection returns the things in a section of the scope's template by name.
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
			r.problem(item, "%q is no name: letters and digits are allowed", item.key)
		case item.kind != objectNode:
			r.problem(item, "%s must be an object, got %v", item.key, item.kind)
		default:
			values[i].node, values[i].order = item, i
			entries[item.key] = &values[i]
		}
	}
	return entries
}

// isID reports whether CloudFormation takes name for a logical id.
func isID(name string) bool {
	return name != "" && len(name) <= 255 && !strings.ContainsFunc(name, func(c rune) bool {
		return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9')
	})
}

// newResource reads what a resource is, without its properties.
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

// path is the construct path of a logical id in s, empty if that is not known for sure.
func (s *scope) path(id string) string {
	top := s
	for top.parent != nil {
		top = top.parent
	}
	paths := top.paths[id]
	if len(paths) > 1 && s.parent != nil {
		// CDK calls a nested stack's resource A.NestedStack/A.NestedStackResource, and what is in the stack A/...
		within, _, _ := strings.Cut(s.stack.Parent.Path, ".NestedStack/")
		paths = slices.DeleteFunc(slices.Clone(paths), func(path string) bool { return !strings.HasPrefix(path, within+"/") })
	}
	if len(paths) != 1 {
		return ""
	}
	return paths[0]
}

// checkMappings holds Mappings against their form: two levels of names, then texts or lists of texts.
func (r *resolver) checkMappings() {
	defer r.enter("Mappings")()
	each := func(n *node, what string, f func(*node)) {
		switch {
		case n == nil || n.key == transform:
		case n.kind != objectNode:
			r.problem(n, "must be an object of %s, got %v", what, n.kind)
		default:
			for i := range n.items {
				r.path = append(r.path, n.items[i].key)
				f(&n.items[i])
				r.leave()
			}
		}
	}
	each(r.scope.root.field("Mappings"), "mappings", func(n *node) {
		each(n, "keys", func(n *node) {
			each(n, "names", func(n *node) {
				if !isPlain(n) {
					r.problem(n, "a mapping holds texts and lists of texts, no functions and no objects")
				}
			})
		})
	})
}

func isPlain(n *node) bool {
	if n.kind == listNode {
		return !slices.ContainsFunc(n.items, func(n node) bool { return n.kind != textNode })
	}
	return n.kind == textNode
}

// inOrder returns the entries in the order in which they are written.
func inOrder(entries map[string]*definition) []*definition {
	return slices.SortedFunc(maps.Values(entries), func(a, b *definition) int { return cmp.Compare(a.order, b.order) })
}
