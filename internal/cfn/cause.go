package cfn

import "slices"

// cause is something outside the templates that makes a value uncertain: a parameter without a given value, an import
// without its export, or a definition that depends on such things.
type cause struct {
	name      string   // "the parameter Open", "condition IsOpen of Shop"
	byDefault *Default // the value that is assumed, of a parameter with a default
	remedy    string   // what to give to make the value known: "-p Open=...", `the template that exports "Vpc"`; may be empty
	causes    []*cause
}

// addCause records that the current value depends on c.
func (r *resolver) addCause(c *cause) {
	if c != nil && (len(r.causes) == 0 || r.causes[len(r.causes)-1] != c) {
		r.causes = append(r.causes, c)
	}
}

// unknown returns v, a Symbol, with its cause.
func (r *resolver) unknown(v Value, c *cause) Value {
	if r.mode == withoutDefaults {
		r.addCause(c)
	}
	v.hint = &hint{cause: c}
	return v
}

// collectCauses runs f and returns the causes recorded while it ran. They are recorded for the enclosing value too.
func (r *resolver) collectCauses(f func()) []*cause {
	outer := r.causes
	r.causes = nil
	f()
	all := distinct(r.causes)
	r.causes = outer
	for _, c := range all {
		r.addCause(c)
	}
	return all
}

// distinct returns all without repetitions, in their order.
func distinct(all []*cause) []*cause {
	if len(all) < 2 {
		return all
	}
	seen := make(map[*cause]bool, len(all))
	return slices.DeleteFunc(all, func(c *cause) bool {
		again := seen[c]
		seen[c] = true
		return again
	})
}

// combine returns a single cause that stands for all, or nil if there are none.
func combine(all []*cause) *cause {
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return &cause{causes: all}
}

// rootCauses calls f once for each cause, among the given causes and everything they depend on, that depends on no other. It
// returns the number of causes visited.
func rootCauses(causes []*cause, f func(*cause)) (visited int) {
	seen := map[*cause]bool{}
	var visit func([]*cause)
	visit = func(causes []*cause) {
		for _, c := range causes {
			if seen[c] {
				continue
			}
			seen[c] = true
			if visit(c.causes); len(c.causes) == 0 {
				f(c)
			}
		}
	}
	visit(causes)
	return len(seen)
}

// parameterCause returns the cause of values that use the parameter n of a top-level stack, which was given no value.
func (r *resolver) parameterCause(s *scope, n *node) *cause {
	c := &cause{name: "the parameter " + n.key, remedy: s.flag(n.key)}
	if s.previous[n.key] {
		c.name = "the deployed value of " + c.name
	} else if defaultNode := n.field("Default"); defaultNode != nil && defaultNode.kind == textNode {
		c.byDefault = &Default{Stack: s.stack.Name, Name: n.key, Value: defaultNode.text, Flag: c.remedy}
	}
	return c
}

// flag returns the command-line flag for a parameter of a top-level stack.
func (s *scope) flag(name string) string {
	if s.shared[name] {
		name = s.stack.Name + "." + name
	}
	return "-p " + name + "=..."
}

func (v *Value) eachCause(f func(*cause)) {
	if c := v.known().cause; c != nil {
		f(c)
	}
	for i := range v.Items {
		v.Items[i].eachCause(f)
	}
	for i := range v.Fields {
		v.Fields[i].eachCause(f)
	}
}
