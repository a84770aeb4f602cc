package cfn

import (
	"slices"
	"sync"
)

// findInMap resolves Fn::FindInMap: a mapping, a key, a name under it, and optionally an object with a DefaultValue.
func (r *resolver) findInMap(n *node) Value {
	var fallbackNode *node
	keys := *n
	if n.kind == listNode && len(n.items) == 4 {
		if fallbackNode = n.items[3].field("DefaultValue"); fallbackNode == nil {
			r.problem(n, "the fourth argument of Fn::FindInMap must be an object with a DefaultValue")
			return Value{}
		}
		keys.items = n.items[:3]
	}
	args, ok := r.arguments(&keys, 3, 3, "a mapping, a key and a name under it")
	if !ok {
		return Value{}
	}
	fallback := sync.OnceValue(func() Value { return r.value(fallbackNode) })
	if fallbackNode == nil {
		fallback = nil
	}
	return r.eachOutcome(args, func(args []Value) Value {
		for _, arg := range args {
			switch arg.Kind {
			case Text:
			case Missing, List, Map:
				r.problem(n, "Fn::FindInMap expects a mapping, a key and a name under it, got %s", describe(arg))
				return Value{}
			default:
				v := r.call(n, "FindInMap", append([]Value{r.stackID()}, args...)...)
				if texts := r.possibleTexts(args); texts != nil {
					v.hint = &hint{possible: texts}
				}
				return v
			}
		}
		return r.lookUpMapping(n, args, fallback)
	})
}

// possibleTexts returns the texts that a mapping has under a name, for any key. It returns nil if some are not texts.
func (r *resolver) possibleTexts(args []Value) []string {
	mapping := r.scope.root.field("Mappings").field(args[0].Text)
	if args[0].Kind != Text || args[2].Kind != Text || mapping == nil || mapping.field(transform) != nil {
		return nil
	}
	var out []string
	for i := range mapping.items {
		held := mapping.items[i].field(args[2].Text)
		if held == nil || held.kind != textNode {
			return nil
		}
		out = append(out, held.text)
	}
	return out
}

// lookUpMapping returns a value of a mapping. The function fallback returns the DefaultValue; it is nil if there is none.
func (r *resolver) lookUpMapping(n *node, args []Value, fallback func() Value) Value {
	call := append([]Value{r.stackID()}, args...)
	found := r.scope.root.field("Mappings")
	for _, arg := range args {
		if included := found.field(transform); included != nil && found.field(arg.Text) == nil {
			return r.call(n, "FindInMap", call...)
		}
		found = found.field(arg.Text)
	}
	switch {
	case found != nil && isPlain(found):
		return r.value(found)
	case found != nil:
		return Value{} // checkMappings has reported it.
	case fallback != nil:
		return fallback()
	case r.scope.root.field("Mappings").field(args[0].Text) == nil && !r.strict:
		if len(r.scope.stack.Macros) == 0 {
			r.warnAt(n, "dangling-reference", r.scope.stack.Name+"/Mappings."+args[0].Text,
				"there is no mapping %s, so its values are unknown", describe(args[0]))
		}
		return r.call(n, "FindInMap", call...)
	}
	return r.badArguments(n, "FindInMap", call, "the mappings have no %s, %s, %s", describe(args[0]), describe(args[1]), describe(args[2]))
}

// checkMappings checks the form of Mappings: two levels of names, then texts or lists of texts.
func (r *resolver) checkMappings() {
	defer r.enter("Mappings")()
	each := func(n *node, what string, f func(*node)) {
		switch {
		case n == nil || n.key == transform:
		case n.kind != objectNode:
			r.problem(n, "must be an object of %s, got %v", what, n.kind)
		default:
			for i := range n.items {
				r.path = append(r.path, n.items[i].key)
				f(&n.items[i])
				r.leave()
			}
		}
	}
	each(r.scope.root.field("Mappings"), "mappings", func(n *node) {
		each(n, "keys", func(n *node) {
			each(n, "names", func(n *node) {
				if !isPlain(n) {
					r.problem(n, "a mapping must hold strings or lists of strings, not functions or objects")
				}
			})
		})
	})
}

func isPlain(n *node) bool {
	if n.kind == listNode {
		return !slices.ContainsFunc(n.items, func(n node) bool { return n.kind != textNode })
	}
	return n.kind == textNode
}
