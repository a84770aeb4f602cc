package cfn

import (
	"slices"
	"strings"
)

// condition returns what is known about the named condition in the current scope, and the cause if its outcome is
// unknown.
func (r *resolver) condition(n *node, name string) (t truth, g *cause) {
	defer r.ignoreDefaults()()
	before := len(r.causes)
	v := r.conditionValue(n, name)
	r.causes = r.causes[:before]
	return outcome(v), r.scope.conditionCause(name)
}

// conditionValue returns the outcome of a condition as a value: "true", "false", a Symbol, or Choices of these that
// depend on the allowed values of parameters.
func (r *resolver) conditionValue(n *node, name string) Value {
	e := r.scope.conditions[name]
	if e == nil {
		r.addCause(r.undefinedCondition(n, name))
		return maybe.value()
	}
	s, f := r.scope, e.resolution(withoutDefaults)
	if !r.resolveOnce(e, n, func() {
		r.inScope(s, func() { f.value = r.evaluateCondition(e.node) }, "Conditions", name)
	}) {
		r.problem(n, "the condition %s depends on itself", name)
	}
	f.size, f.height = 1, 1 // An outcome is small, whatever it was computed from.
	if outcome(f.value) == maybe && !e.explained {
		e.explained = true
		g := &cause{name: "condition " + name + " of " + s.stack.Name}
		if f.cause != nil {
			g.causes = []*cause{f.cause}
		}
		f.cause = g
	}
	return f.value
}

// ignoreDefaults treats parameters without given values as open, whatever their defaults, until the returned function
// is called.
func (r *resolver) ignoreDefaults() (leave func()) {
	before := r.mode
	r.mode = withoutDefaults
	return func() { r.mode = before }
}

// conditionName returns a name for the condition that is unique in the assembly.
func (s *scope) conditionName(name string) string { return s.stack.Name + "/Conditions." + name }

// evaluateCondition resolves a condition function. It records causes only if the outcome is unknown.
func (r *resolver) evaluateCondition(n *node) Value {
	if n.kind != objectNode || len(n.items) != 1 {
		r.problem(n, "a condition must be an object with exactly one of Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition")
		return maybe.value()
	}
	if !r.charge(n, 1) || !r.descend(n, 0) {
		return maybe.value()
	}
	defer func() { r.depth-- }()
	before := len(r.causes)
	v := r.evaluateConditionFunction(&n.items[0])
	if outcome(v) != maybe {
		r.causes = r.causes[:before]
	}
	return v
}

func (r *resolver) evaluateConditionFunction(n *node) Value {
	defer r.enter(n.key)()
	switch n.key {
	case "Fn::Equals":
		args, ok := r.arguments(n, 2, 2, "two values")
		if !ok {
			return maybe.value()
		}
		return r.eachOutcome(args, func(args []Value) Value { return equalAtDeployment(&args[0], &args[1]).value() })
	case "Fn::And":
		return r.anyCondition(n, 2, 10, truth.not, truth.not)
	case "Fn::Or":
		return r.anyCondition(n, 2, 10, truth.itself, truth.itself)
	case "Fn::Not":
		return r.anyCondition(n, 1, 1, truth.itself, truth.not)
	case "Condition":
		if n.kind == textNode {
			return r.conditionValue(n, n.text)
		}
	}
	r.problem(n, "%s is not a condition; use Fn::Equals, Fn::And, Fn::Or, Fn::Not, or Condition with a name", n.key)
	return maybe.value()
}

// anyCondition resolves a list of conditions and reports whether one of them is yes. The function each is applied to
// every condition first, and result to the answer: with negation in both places, "any" becomes "all".
func (r *resolver) anyCondition(n *node, least, most int, each, result func(truth) truth) Value {
	if n.kind != listNode || len(n.items) < least || len(n.items) > most {
		r.problem(n, "%s expects a list of %d to %d conditions", n.key, least, most)
		return maybe.value()
	}
	args := make([]Value, len(n.items))
	for i := range n.items {
		r.path = append(r.path, index(i))
		args[i] = r.evaluateCondition(&n.items[i])
		r.leave()
	}
	return r.eachOutcome(args, func(args []Value) Value {
		found := no
		for _, arg := range args {
			found = found.or(each(outcome(arg)))
		}
		return result(found).value()
	})
}

// equalAtDeployment reports whether two values will be equal once deployed.
func equalAtDeployment(a, b *Value) truth {
	switch {
	case equal(a, b):
		return yes
	case a.Kind == Choice:
		return agreed(equalAtDeployment(&a.Items[0], b), equalAtDeployment(&a.Items[1], b))
	case b.Kind == Choice:
		return agreed(equalAtDeployment(a, &b.Items[0]), equalAtDeployment(a, &b.Items[1]))
	case a.Kind == List && b.Kind == List && len(a.Items) == len(b.Items):
		return itemsEqualAtDeployment(a.Items, b.Items)
	case isKnown(a) && isKnown(b):
		return no
	}
	return maybe
}

func agreed(a, b truth) truth {
	if a == b {
		return a
	}
	return maybe
}

func itemsEqualAtDeployment(a, b []Value) truth {
	result := yes
	for i := range a {
		switch equalAtDeployment(&a[i], &b[i]) {
		case no:
			return no
		case maybe:
			result = maybe
		}
	}
	return result
}

// isKnown reports whether all of v is known before deployment.
func isKnown(v *Value) bool {
	switch v.Kind {
	case Missing, Text:
		return true
	case List:
		return !slices.ContainsFunc(v.Items, func(v Value) bool { return !isKnown(&v) })
	case Map:
		return !slices.ContainsFunc(v.Fields, func(f Field) bool { return !isKnown(&f.Value) })
	}
	return false
}

// ifFunction resolves Fn::If. It resolves only the outcomes that may occur.
func (r *resolver) ifFunction(n *node) Value {
	if n.kind != listNode || len(n.items) != 3 || n.items[0].kind != textNode {
		r.problem(n, "Fn::If expects the name of a condition, the value if it holds, and the value if it does not")
		return Value{}
	}
	name := n.items[0].text
	outcome := func(i int) Value {
		defer r.enter(index(i))()
		return r.value(&n.items[i])
	}
	t, g := r.condition(n, name)
	switch t {
	case yes:
		return outcome(1)
	case no:
		return outcome(2)
	}
	if r.mode == withoutDefaults {
		r.addCause(g)
	}
	r.uncertain++
	defer func() { r.uncertain-- }()
	return choice(Value{Text: r.scope.conditionName(name), hint: &hint{cause: g}}, outcome(1), outcome(2))
}

// conditionFunction resolves a condition function that is used as a value.
func (r *resolver) conditionFunction(n *node) Value {
	if r.conditionDepth == maxConditionDepth {
		r.problem(n, "condition functions in values are nested more than %d deep", maxConditionDepth)
		return Value{}
	}
	r.conditionDepth++
	defer func() { r.conditionDepth-- }()
	r.leave() // evaluateConditionFunction appends the function's name again.
	leave, before := r.ignoreDefaults(), len(r.causes)
	t := outcome(r.evaluateConditionFunction(n))
	leave()
	r.causes = r.causes[:before]
	r.path = append(r.path, n.key)
	if t != maybe {
		return t.value()
	}
	return r.call(n, strings.TrimPrefix(n.key, "Fn::"), r.value(n))
}
