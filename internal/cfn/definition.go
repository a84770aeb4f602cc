package cfn

import (
	"cmp"
	"maps"
	"slices"
)

// definition is something in a template that has a name. It is resolved when it is first used.
type definition struct {
	node        *node
	order       int            // position in its section
	resolutions *[2]resolution // by mode; nil until the first is asked for, and thus for resources
	cause       *cause         // the cause of values that use a parameter without a given value
	// explained says that the cause of a condition already names the condition.
	explained bool
	resource  *Resource // set for a resource
}

// resolution is the result of resolving a definition.
type resolution struct {
	state  state
	value  Value  // the value of a parameter or output, or the outcome of a condition
	cause  *cause // why the value is uncertain; nil if it is certain
	size   int    // units of the value; see resolver.charge
	height int    // nesting of the value
}

// defaultsMode says whether a parameter without a given value has its default or is open. Conditions are always
// resolved without defaults, because what they guard may exist with another value.
type defaultsMode uint8

const (
	withDefaults defaultsMode = iota
	withoutDefaults
)

type state uint8

const (
	unresolved state = iota
	resolving
	resolved
)

func (e *definition) resolution(mode defaultsMode) *resolution {
	if e.resolutions == nil {
		e.resolutions = new([2]resolution)
	}
	return &e.resolutions[mode]
}

// inOrder returns the definitions in the order in which they are written.
func inOrder(entries map[string]*definition) []*definition {
	return slices.SortedFunc(maps.Values(entries), func(a, b *definition) int { return cmp.Compare(a.order, b.order) })
}

// resolveOnce calls find when a definition is used for the first time, and records its causes each time. It returns
// false if the definition depends on itself.
func (r *resolver) resolveOnce(e *definition, n *node, find func()) bool {
	f := e.resolution(r.mode)
	switch f.state {
	case resolving:
		return false
	case resolved:
		r.addCause(f.cause)
		if r.charge(n, f.size) && r.descend(n, f.height) {
			r.depth--
		}
		return true
	}
	f.state = resolving
	spent, depth, deepest, uncertain := r.spent, r.depth, r.deepest, r.uncertain
	r.deepest, r.uncertain = depth, 0
	uses := r.collectCauses(func() {
		if r.descend(n, 0) {
			find()
		}
	})
	f.cause = combine(uses)
	f.size, f.height = r.spent-spent, r.deepest-depth
	r.depth, r.deepest, r.uncertain = depth, max(deepest, r.deepest), uncertain
	f.state = resolved
	return true
}
