package cfn

import "slices"

// lift calls f for every outcome of the Choices among args, so that f meets none, except beyond so many outcomes. In each
// of them, arguments that do not fit are no mistake, as the outcome may never come.
func (r *resolver) lift(args []Value, f func([]Value) Value) Value {
	most := maxOutcomes
	if r.found == withoutDefaults {
		most = maxAlternatives
	}
	return r.liftUpTo(most, args, f)
}

func (r *resolver) liftUpTo(outcomes int, args []Value, f func([]Value) Value) Value {
	i := slices.IndexFunc(args, func(v Value) bool { return v.Kind == Choice })
	if i < 0 || outcomes < 2 {
		return f(args)
	}
	condition := args[i]
	side := func(side, outcomes int) Value {
		assumed := slices.Clone(args)
		for i := range assumed {
			assumed[i] = assume(assumed[i], condition.Text, side)
		}
		return r.liftUpTo(outcomes, assumed, f)
	}
	r.guarded++
	defer func() { r.guarded-- }()
	first := max(1, outcomes/alternatives(&condition))
	return choice(condition, side(0, first), side(1, outcomes-first))
}

// assume is v where the outcome of a condition is known: the first or the second.
func assume(v Value, condition string, side int) Value {
	if !mentions(&v, condition) {
		return v
	}
	if v.Text == condition {
		return assume(v.Items[side], condition, side)
	}
	one, other := assume(v.Items[0], condition, side), assume(v.Items[1], condition, side)
	return choice(v, one, other)
}

// mentions reports whether a condition is among the Choices that v is.
func mentions(v *Value, condition string) bool {
	return v.Kind == Choice && (v.Text == condition || mentions(&v.Items[0], condition) || mentions(&v.Items[1], condition))
}

// alternatives counts the outcomes of a Choice, of which one between values of a parameter may have many.
func alternatives(v *Value) int {
	count := 2
	for rest := &v.Items[1]; rest.Kind == Choice && rest.ground != nil && rest.ground == v.ground; rest = &rest.Items[1] {
		count++
	}
	return count
}

// choice is a where the condition holds that the Choice named has, b where not.
func choice(named Value, a, b Value) Value {
	if equal(&a, &b) {
		return a
	}
	return Value{Kind: Choice, Text: named.Text, ground: named.ground, Items: []Value{a, b}}
}

// present drops the items that are Missing; it returns false if one of them is so under a condition.
func present(items []Value) ([]Value, bool) {
	missing := func(v Value) bool { return v.Kind == Missing }
	if slices.ContainsFunc(items, missing) {
		items = slices.DeleteFunc(slices.Clone(items), missing)
	}
	return items, !slices.ContainsFunc(items, mayBeMissing)
}

func mayBeMissing(v Value) bool {
	return v.Kind == Missing || v.Kind == Choice && slices.ContainsFunc(v.Items, mayBeMissing)
}
