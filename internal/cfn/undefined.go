package cfn

import "strconv"

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
