package cfn

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
)

// warn tells once of something that is odd.
func (r *resolver) warn(d diag.Diagnostic) {
	d.Severity = diag.Warning
	if r.warned == nil {
		r.warned = map[string]bool{}
	}
	if id := d.ID(); !r.warned[id] {
		r.warned[id] = true
		r.warnings.Add(d)
	}
}

// warnAt tells of something odd at n.
func (r *resolver) warnAt(n *node, rule, subject, format string, args ...any) {
	d := r.diagnostic(n, format, args...)
	d.Rule, d.Subject = rule, subject
	r.warn(d)
}

// allWarnings returns the warnings in order, not too many of them.
func (r *resolver) allWarnings() diag.List {
	list := r.warnings.Sorted()
	if more := len(list) - maxProblems; more > 0 {
		list = append(list[:maxProblems:maxProblems], diag.Diagnostic{
			Severity: diag.Warning, Rule: "more-warnings", Summary: fmt.Sprintf("and %d more warnings", more),
		})
	}
	return list
}

// undefinedName is a name that stands for nothing in its template: a Symbol under that name, with a warning, unless a macro may
// write what it stands for.
func (r *resolver) undefinedName(n *node, id, attribute, format string, args ...any) Value {
	if r.strict || id == "" {
		r.problem(n, format, args...)
		return Value{}
	}
	s := r.scope
	name := s.stack.Name + "/" + id
	if !isID(id) {
		name = s.stack.Name + "/" + strconv.Quote(id) // A dot in it is no attribute.
	}
	g := &cause{name: name + ", which its template does not have"}
	if s.mayComeFromMacro(id) {
		g.name = name + ", which a macro writes"
	} else {
		r.warnAt(n, "dangling-reference", name, format+"; its value is not known", args...)
		g.remedy = "a template with " + id
	}
	if attribute != "" {
		name += "." + attribute
	}
	return r.unknown(r.symbol(n, name), g)
}

// mayComeFromMacro reports whether a macro may write what has that name.
func (s *scope) mayComeFromMacro(id string) bool {
	included := func(section string) bool { return s.root.field(section).field(transform) != nil }
	return len(s.stack.Macros) > 0 || included("Parameters") || s.madeBySAM(id)
}

// undefinedCondition is a condition that is not there: its outcome is not known.
func (r *resolver) undefinedCondition(n *node, name string) *cause {
	if r.strict {
		r.problem(n, "there is no condition %q", clip(name))
		return nil
	}
	s := r.scope
	if g := s.undefinedConditions[name]; g != nil {
		return g
	}
	if len(s.stack.Macros) == 0 && s.root.field("Conditions").field(transform) == nil {
		r.warnAt(n, "dangling-reference", s.conditionName(name), "there is no condition %q; its outcome is not known", clip(name))
	}
	g := &cause{name: "condition " + name + " of " + s.stack.Name + ", which its template does not have,"}
	s.undefinedConditions[name] = g
	return g
}

// bareResources is a template of which only the resources were written down, without a section for them: they are all fields
// that have a type. It returns nil if there are none.
func bareResources(root *node) *node {
	resources := node{kind: objectNode, line: root.line, key: "Resources"}
	var rest []node
	for _, item := range root.items {
		if isResource(&item) {
			resources.items = append(resources.items, item)
		} else {
			rest = append(rest, item)
		}
	}
	if len(resources.items) == 0 {
		return nil
	}
	return &node{kind: objectNode, line: root.line, items: append(rest, resources)}
}

// isResource reports whether a field looks like a resource: an object with a type like AWS::EC2::VPC.
func isResource(n *node) bool { return strings.Contains(n.literal("Type"), "::") }
