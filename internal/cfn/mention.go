package cfn

import (
	"iter"
	"strings"
)

// Mention is a logical id that a resource's text names, with the outcome of the innermost condition around it.
type Mention struct {
	ID string
	// Condition is a unique name as in Resource.Condition, or "" if the mention is unconditional. Outcome is 0 if the
	// condition must hold, 1 if it must not.
	Condition string
	Outcome   int
}

// Mentions yields the logical ids that the resource refers to with Ref, Fn::GetAtt and Fn::Sub, in its properties and
// attributes, in the template's order. Only resources that exist or may exist are yielded. CloudFormation orders
// resources by these references, whether or not their values are used. Outcomes that are known not to occur are left
// out, and so is DependsOn.
func (r *Resource) Mentions() iter.Seq[Mention] {
	return func(yield func(Mention) bool) {
		s := r.Stack.scope
		if s == nil || s.resources[r.ID] == nil {
			return
		}
		m := &mentionWalker{scope: s, yield: yield}
		n := s.resources[r.ID].node
		for i := range n.items {
			if !m.walk(&n.items[i], Mention{}) {
				return
			}
		}
	}
}

type mentionWalker struct {
	scope *scope
	yield func(Mention) bool
}

// id yields a name if it is the name of a resource. Like all methods here, it reports whether to continue.
func (m *mentionWalker) id(name string, under Mention) bool {
	name, _, _ = strings.Cut(name, ".")
	if m.scope.parameters[name] != nil {
		return true
	}
	if _, ok := m.scope.stack.Resource(name); !ok {
		return true
	}
	under.ID = name
	return m.yield(under)
}

func (m *mentionWalker) walk(n *node, under Mention) bool {
	if n.kind == objectNode && len(n.items) == 1 {
		if f := &n.items[0]; isFunction(f.key) {
			return m.function(f, under)
		}
	}
	return m.all(n.items, under)
}

func (m *mentionWalker) all(nodes []node, under Mention) bool {
	for i := range nodes {
		if !m.walk(&nodes[i], under) {
			return false
		}
	}
	return true
}

func (m *mentionWalker) function(f *node, under Mention) bool {
	switch {
	case f.key == "Ref" && f.kind == textNode, f.key == "Fn::GetAtt" && f.kind == textNode:
		return m.id(f.text, under)
	case f.key == "Fn::GetAtt" && f.kind == listNode && len(f.items) > 0 && f.items[0].kind == textNode:
		return m.id(f.items[0].text, under) && m.all(f.items[1:], under)
	case f.key == "Fn::Sub":
		return m.substitution(f, under)
	case f.key == "Fn::If" && f.kind == listNode && len(f.items) == 3:
		return m.choice(f, under)
	}
	return m.walk(f, under)
}

// substitution yields the names in a text and in all its variables, used or not.
func (m *mentionWalker) substitution(f *node, under Mention) bool {
	text, variables := f, (*node)(nil)
	if f.kind == listNode && len(f.items) == 2 {
		text, variables = &f.items[0], &f.items[1]
	}
	_, names := placeholders(text.text)
	for _, name := range names {
		if variables.field(name) == nil && !m.id(name, under) {
			return false
		}
	}
	return variables == nil || m.walk(variables, under)
}

// choice visits the outcomes of a condition that may occur.
func (m *mentionWalker) choice(f *node, under Mention) bool {
	known := maybe
	if e := m.scope.conditions[f.items[0].text]; e != nil {
		known = outcome(e.resolution(withoutDefaults).value)
	}
	for side, never := range []truth{no, yes} {
		next := under
		if known == never {
			continue
		}
		if known == maybe {
			next = Mention{Condition: m.scope.conditionName(f.items[0].text), Outcome: side}
		}
		if !m.walk(&f.items[1+side], next) {
			return false
		}
	}
	return true
}
