package cfn

import (
	"slices"
	"strings"
)

// condition is what is known of the condition of that name in the scope at hand.
func (r *resolver) condition(n *node, name string) truth {
	e := r.scope.conditions[name]
	if e == nil {
		r.problem(n, "there is no condition %q", clip(name))
		return maybe
	}
	s := r.scope
	if !r.named(e, n, func() {
		r.in(s, func() { e.truth = r.truth(e.node) }, "Conditions", name)
	}) {
		r.problem(n, "the condition %s depends on itself", name)
	}
	return e.truth
}

// conditionName is a condition's name that is unique in the assembly.
func (s *scope) conditionName(name string) string { return s.stack.Name + "/Conditions." + name }

// truth resolves a condition function.
func (r *resolver) truth(n *node) truth {
	if n.kind != objectNode || len(n.items) != 1 {
		r.problem(n, "a condition is an object with one of Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition")
		return maybe
	}
	if !r.charge(n, 1) || !r.descend(n, 0) {
		return maybe
	}
	defer func() { r.depth-- }()
	return r.truthOf(&n.items[0])
}

func (r *resolver) truthOf(n *node) truth {
	defer r.at(n.key)()
	switch n.key {
	case "Fn::Equals":
		args, ok := r.arguments(n, 2, 2, "two values")
		if !ok {
			return maybe
		}
		return same(&args[0], &args[1])
	case "Fn::And":
		return r.any(n, 2, 10, truth.not).not()
	case "Fn::Or":
		return r.any(n, 2, 10, func(t truth) truth { return t })
	case "Fn::Not":
		return r.any(n, 1, 1, truth.not)
	case "Condition":
		if n.kind == textNode {
			return r.condition(n, n.text)
		}
	}
	r.problem(n, "%s is no condition: one of Fn::Equals, Fn::And, Fn::Or, Fn::Not, and Condition with a name, is", n.key)
	return maybe
}

// any is yes if one of the conditions in a list is, as f sees it, and no if none can be.
func (r *resolver) any(n *node, least, most int, f func(truth) truth) truth {
	if n.kind != listNode || len(n.items) < least || len(n.items) > most {
		r.problem(n, "%s takes a list of %d to %d conditions", n.key, least, most)
		return maybe
	}
	result := no
	for i := range n.items {
		r.path = append(r.path, index(i))
		switch f(r.truth(&n.items[i])) {
		case yes:
			result = yes
		case maybe:
			if result == no {
				result = maybe
			}
		}
		r.leave()
	}
	return result
}

// same reports whether two values are equal once deployed.
func same(a, b *Value) truth {
	switch {
	case equal(a, b):
		return yes
	case a.Kind == Choice:
		return both(same(&a.Items[0], b), same(&a.Items[1], b))
	case b.Kind == Choice:
		return both(same(a, &b.Items[0]), same(a, &b.Items[1]))
	case a.Kind == List && b.Kind == List && len(a.Items) == len(b.Items):
		return sameItems(a.Items, b.Items)
	case isKnown(a) && isKnown(b):
		return no
	}
	return maybe
}

func both(a, b truth) truth {
	if a == b {
		return a
	}
	return maybe
}

func sameItems(a, b []Value) truth {
	result := yes
	for i := range a {
		switch same(&a[i], &b[i]) {
		case no:
			return no
		case maybe:
			result = maybe
		}
	}
	return result
}

// isKnown reports whether nothing in v is left to a deployment.
func isKnown(v *Value) bool {
	switch v.Kind {
	case Missing, Text:
		return true
	case List:
		return !slices.ContainsFunc(v.Items, func(v Value) bool { return !isKnown(&v) })
	case Map:
		for _, field := range v.Fields {
			if !isKnown(&field) {
				return false
			}
		}
		return true
	}
	return false
}

// choose resolves Fn::If. Only the outcome that may come is looked at.
func (r *resolver) choose(n *node) Value {
	if n.kind != listNode || len(n.items) != 3 || n.items[0].kind != textNode {
		r.problem(n, "Fn::If takes the name of a condition, the value if it holds, and the value if not")
		return Value{}
	}
	name := n.items[0].text
	outcome := func(i int) Value {
		defer r.at(index(i))()
		return r.value(&n.items[i])
	}
	switch r.condition(n, name) {
	case yes:
		return outcome(1)
	case no:
		return outcome(2)
	}
	return choice(r.scope.conditionName(name), outcome(1), outcome(2))
}

// verdict resolves a condition function that stands where a value does.
func (r *resolver) verdict(n *node) Value {
	r.leave() // truthOf appends the function's name again.
	t := r.truthOf(n)
	r.path = append(r.path, n.key)
	switch t {
	case yes:
		return Value{Kind: Text, Text: "true"}
	case no:
		return Value{Kind: Text, Text: "false"}
	}
	return r.call(n, strings.TrimPrefix(n.key, "Fn::"), r.value(n))
}
