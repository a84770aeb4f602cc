package cfn

// exists reports whether a resource or output of s exists, judging by its own condition only.
func (r *resolver) exists(s *scope, e *definition) truth {
	n := e.node.field("Condition")
	if n == nil {
		return yes
	}
	t, section := maybe, "Outputs"
	if e.resource != nil {
		section = "Resources"
	}
	r.inScope(s, func() {
		if n.kind != textNode {
			r.problem(n, "Condition must be the name of a condition, got %v", n.kind)
			return
		}
		t, _ = r.condition(n, n.text)
	}, section, e.node.key, "Condition")
	return t
}

// stackExists reports whether a stack may exist. A nested stack exists if its resource does.
func (r *resolver) stackExists(s *scope) bool {
	for ; s.parent != nil; s = s.parent {
		if r.exists(s.parent, s.parent.resources[s.stack.Parent.ID]) == no {
			return false
		}
	}
	return true
}

// countUncertain counts the enclosing stacks, s included, whose existence depends on an open condition.
func (r *resolver) countUncertain(s *scope) int {
	count := 0
	for ; s.parent != nil; s = s.parent {
		if r.exists(s.parent, s.parent.resources[s.stack.Parent.ID]) == maybe {
			count++
		}
	}
	return count
}
