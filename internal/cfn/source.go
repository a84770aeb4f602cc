package cfn

import (
	"slices"
	"strings"
)

// Source returns the source text of a resource: its type, condition and properties, with the conditions and mappings that
// they name. If a value is unknown, a change of its source still changes this text.
func (r *Resource) Source() string {
	w := resourceWriter{seen: map[string]bool{}}
	w.out.WriteString(r.Type)
	if w.fields(r, "Condition", "Properties", transform) {
		w.writePending()
	}
	return w.out.String()
}

// ConditionsAndMappings returns the source text of the conditions and mappings that a resource names, directly or through
// others.
func (r *Resource) ConditionsAndMappings() string {
	w := resourceWriter{seen: map[string]bool{}}
	if w.fields(r, "Condition", "Properties") {
		w.out.Reset()
		w.writePending()
	}
	return w.out.String()
}

// fields writes the named fields of a resource. It returns false if the resource was not read by this package.
func (w *resourceWriter) fields(r *Resource, names ...string) bool {
	if r.Stack == nil || r.Stack.scope == nil || r.Stack.scope.resources[r.ID] == nil {
		return false
	}
	w.scope = r.Stack.scope
	for _, name := range names {
		if field := w.scope.resources[r.ID].node.field(name); field != nil {
			w.node(field)
		}
	}
	return true
}

// writePending writes the definitions that were named.
func (w *resourceWriter) writePending() {
	for len(w.pending) > 0 {
		next := w.pending[0]
		w.pending = w.pending[1:]
		w.node(next)
	}
}

// descriptiveProperties lists properties that have no effect on traffic.
var descriptiveProperties = []string{"Description", "GroupDescription", "Tags"}

// resourceWriter writes nodes, and records the definitions that they name.
type resourceWriter struct {
	scope   *scope
	out     strings.Builder
	pending []*node
	seen    map[string]bool
}

func (w *resourceWriter) node(n *node) {
	if n.key != "" {
		w.out.WriteString(n.key + ":")
	}
	switch n.kind {
	case textNode:
		w.out.WriteString(n.text)
		w.noteNames(n)
	default:
		w.out.WriteString("{")
		for _, i := range w.order(n) {
			if n.kind == objectNode && slices.Contains(descriptiveProperties, n.items[i].key) {
				continue
			}
			w.node(&n.items[i])
			w.out.WriteString(",")
		}
		w.out.WriteString("}")
	}
}

// order returns the order in which items are written: list items in their order, fields by key.
func (w *resourceWriter) order(n *node) []int {
	out := make([]int, len(n.items))
	for i := range out {
		out[i] = i
	}
	if n.kind == objectNode {
		slices.SortFunc(out, func(a, b int) int { return strings.Compare(n.items[a].key, n.items[b].key) })
	}
	return out
}

// noteNames records the definitions that a text may name: a condition or a mapping.
func (w *resourceWriter) noteNames(n *node) {
	if w.seen[n.text] {
		return
	}
	if e := w.scope.conditions[n.text]; e != nil {
		w.seen[n.text] = true
		w.pending = append(w.pending, e.node)
	}
	if m := w.scope.root.field("Mappings").field(n.text); m != nil {
		w.seen[n.text] = true
		w.pending = append(w.pending, m)
	}
}
