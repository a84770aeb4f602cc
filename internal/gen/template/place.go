package template

import (
	"path"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/gen/cdkname"
)

// stack is a stack whose template is made.
type stack struct {
	file     string
	template *Template
	path     string // of a nested stack's construct in the main stack
	id       string // of a nested stack's resource in the main template
}

// place says where a resource is.
type place struct {
	stack *stack
	path  string // in the main stack
	id    string // in its own stack
}

// place returns the place of a construct by its path under the network. A path that begins with a slash is in the stack itself.
func (r *renderer) place(path string) place {
	at, known := r.places[path]
	if !known {
		at = r.placed(path)
		r.places[path] = at
	}
	return at
}

func (r *renderer) placed(path string) place {
	at := place{stack: r.main, path: r.root + "/" + path}
	inner := at.path
	if own, ok := strings.CutPrefix(path, "/"); ok {
		at.path, inner = own, own
	}
	if scope, rest, ok := r.nesting(path); ok {
		at.stack = r.nest(scope)
		at.path, inner = r.root+"/"+scope+"/"+rest, rest
	}
	if r.in.LogicalID != nil {
		at.id = r.in.LogicalID(path)
	} else {
		at.id = cdkname.LogicalID(strings.Split(inner, "/")...)
	}
	return at
}

// nesting splits a path into that of a nested stack under the network and the rest in that stack. The stack of a tier has the tier's id,
// and so has the tier in it.
func (r *renderer) nesting(path string) (scope, rest string, nested bool) {
	if !r.nests {
		return "", "", false
	}
	scope, below, _ := strings.Cut(path, "/")
	if scope == networkACLs {
		key, entry, some := strings.Cut(below, "/")
		if rest = "NetworkAcl"; some {
			rest += "/" + entry
		}
		return scope + "/" + key, rest, true
	}
	if scope == alarmsScope {
		return scope, path, true
	}
	t, isTier := r.tiers[scope]
	if !isTier || t.Imported != nil {
		return "", "", false
	}
	if beside, ok := strings.CutPrefix(below, "../"); ok {
		return scope, beside, true
	}
	return scope, path, true
}

// nest returns the nested stack with a path under the network. The first call makes it.
func (r *renderer) nest(scope string) *stack {
	if s := r.nested[scope]; s != nil {
		return s
	}
	whole := strings.Split(r.root+"/"+scope, "/")
	name := whole[len(whole)-1]
	resource := slices.Concat(whole[:len(whole)-1], []string{name + ".NestedStack", name + ".NestedStackResource"})
	file := r.unique(strings.Join(whole, "/")) + ".nested.template" + r.extension()
	s := &stack{
		file:     path.Join(path.Dir(r.in.File), file),
		template: &Template{Resources: map[string]*Resource{}}, path: strings.Join(resource, "/"), id: cdkname.LogicalID(resource...),
	}
	r.nested[scope] = s
	r.main.template.Resources[s.id] = &Resource{
		Type: "AWS::CloudFormation::Stack", Properties: object{"TemplateURL": file},
		DeletionPolicy: "Delete", UpdateReplacePolicy: "Delete", Metadata: map[string]string{pathKey: r.in.StackPath + "/" + s.path},
	}
	if r.main.template.Nested == nil {
		r.main.template.Nested = map[string]*Template{}
	}
	r.main.template.Nested[file] = s.template
	return s
}

// extension is that of the files of nested stacks.
func (r *renderer) extension() string {
	if isYAML(r.in.File) {
		return path.Ext(r.in.File)
	}
	return ".json"
}

// unique is an id of a construct that is unique in the app, by its path in the main stack.
func (r *renderer) unique(path string) string {
	return cdkname.LogicalID(strings.Split(strings.TrimPrefix(r.in.StackPath+"/"+path, "/"), "/")...)
}
