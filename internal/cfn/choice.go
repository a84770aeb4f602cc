package cfn

import "slices"

// eachOutcome calls f once for every combination of outcomes of the Choices among args, so that f receives no Choice,
// and combines the results into Choices. Beyond a limit of combinations, f receives the remaining Choices as they are.
// Inside an outcome, arguments of the wrong kind are no error, because the outcome may never occur.
func (r *resolver) eachOutcome(args []Value, f func([]Value) Value) Value {
	most := maxOutcomes
	if r.mode == withoutDefaults {
		most = maxAlternatives
	}
	return r.eachOutcomeUpTo(most, args, f)
}

func (r *resolver) eachOutcomeUpTo(outcomes int, args []Value, f func([]Value) Value) Value {
	i := slices.IndexFunc(args, func(v Value) bool { return v.Kind == Choice })
	if i < 0 || outcomes < 2 {
		return f(args)
	}
	condition := args[i]
	side := func(side, outcomes int) Value {
		assumed := slices.Clone(args)
		for i := range assumed {
			assumed[i] = withOutcome(assumed[i], condition.Text, side)
		}
		return r.eachOutcomeUpTo(outcomes, assumed, f)
	}
	r.uncertain++
	defer func() { r.uncertain-- }()
	first := max(1, outcomes/countOutcomes(&condition))
	return choice(condition, side(0, first), side(1, outcomes-first))
}

// withOutcome returns v with the outcome of one condition fixed: side 0 is the first outcome of its Choices, side 1 the
// second.
func withOutcome(v Value, condition string, side int) Value {
	if !containsChoice(&v, condition) {
		return v
	}
	if v.Text == condition {
		return withOutcome(v.Items[side], condition, side)
	}
	one, other := withOutcome(v.Items[0], condition, side), withOutcome(v.Items[1], condition, side)
	return choice(v, one, other)
}

// containsChoice reports whether v is a Choice on the condition, or has one among its outcomes.
func containsChoice(v *Value, condition string) bool {
	return v.Kind == Choice && (v.Text == condition || containsChoice(&v.Items[0], condition) || containsChoice(&v.Items[1], condition))
}

// countOutcomes counts the outcomes of a Choice. A Choice between the allowed values of a parameter may have many.
func countOutcomes(v *Value) int {
	count := 2
	cause := v.known().cause
	for rest := &v.Items[1]; rest.Kind == Choice && cause != nil && rest.known().cause == cause; rest = &rest.Items[1] {
		count++
	}
	return count
}

// choice returns a Choice on the condition of named: a if the condition holds, b otherwise. If both are equal, no
// Choice is needed.
func choice(named Value, a, b Value) Value {
	if equal(&a, &b) {
		return a
	}
	return Value{Kind: Choice, Text: named.Text, hint: named.hint, Items: []Value{a, b}}
}

// withoutMissing drops the items that are Missing. It returns false if an item may be Missing, depending on a
// condition.
func withoutMissing(items []Value) ([]Value, bool) {
	missing := func(v Value) bool { return v.Kind == Missing }
	if slices.ContainsFunc(items, missing) {
		items = slices.DeleteFunc(slices.Clone(items), missing)
	}
	return items, !slices.ContainsFunc(items, mayBeMissing)
}

func mayBeMissing(v Value) bool {
	return v.Kind == Missing || v.Kind == Choice && slices.ContainsFunc(v.Items, mayBeMissing)
}
