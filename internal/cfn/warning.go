package cfn

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
)

// warn reports an oddity once.
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

// warnAt reports an oddity at n.
func (r *resolver) warnAt(n *node, rule, subject, format string, args ...any) {
	d := r.diagnostic(n, format, args...)
	d.Rule, d.Subject = rule, subject
	r.warn(d)
}

// allWarnings returns the warnings, sorted and limited in number.
func (r *resolver) allWarnings() diag.List {
	list := r.warnings.Sorted()
	if more := len(list) - maxProblems; more > 0 {
		list = append(list[:maxProblems:maxProblems], diag.Diagnostic{
			Severity: diag.Warning, Rule: "more-warnings", Summary: fmt.Sprintf("and %d more warnings", more),
		})
	}
	return list
}

// undefinedName returns the Symbol for a name that its template does not define. It warns, unless a macro may write
// what has that name.
func (r *resolver) undefinedName(n *node, id, attribute, format string, args ...any) Value {
	if r.strict || id == "" {
		r.problem(n, format, args...)
		return Value{}
	}
	s := r.scope
	name := s.stack.Name + "/" + id
	if !isID(id) {
		name = s.stack.Name + "/" + strconv.Quote(id) // A dot in the name does not start an attribute.
	}
	g := &cause{name: name + ", which its template does not define"}
	if s.mayComeFromMacro(id) {
		g.name = name + ", which a macro writes"
	} else {
		r.warnAt(n, "dangling-reference", name, format+"; its value is unknown", args...)
		g.remedy = "a template that defines " + id
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

// undefinedCondition returns the cause for a condition that is not defined. Its outcome is unknown.
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
		r.warnAt(n, "dangling-reference", s.conditionName(name), "there is no condition %q; its outcome is unknown", clip(name))
	}
	g := &cause{name: "condition " + name + " of " + s.stack.Name + ", which its template does not define,"}
	s.undefinedConditions[name] = g
	return g
}

// bareResources returns a template in which the resources are moved into a Resources section. It is used for a file
// that lists resources without that section: all fields that have a type. It returns nil if there are none.
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

// isResource reports whether a field looks like a resource: an object with a type such as AWS::EC2::VPC.
func isResource(n *node) bool { return strings.Contains(n.literal("Type"), "::") }
