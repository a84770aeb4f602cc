package cfn

import (
	"slices"
	"strings"
)

// Written is the text of what a resource is written as in its template: its type, condition and properties, with the
// conditions and mappings that they name. Where a value is not known, a change of what it is made from changes the text.
func (r *Resource) Written() string {
	if r.Stack == nil || r.Stack.scope == nil || r.Stack.scope.resources[r.ID] == nil {
		return r.Type
	}
	w := writer{scope: r.Stack.scope, seen: map[string]bool{}}
	n := r.Stack.scope.resources[r.ID].node
	w.out.WriteString(r.Type)
	for _, name := range []string{"Condition", "Properties", "Fn::Transform"} {
		if field := n.field(name); field != nil {
			w.node(field)
		}
	}
	w.follow()
	return w.out.String()
}

// RestsOn is the text of the conditions and mappings that a resource names, and of those that these name.
func (r *Resource) RestsOn() string {
	if r.Stack == nil || r.Stack.scope == nil || r.Stack.scope.resources[r.ID] == nil {
		return ""
	}
	w := writer{scope: r.Stack.scope, seen: map[string]bool{}}
	n := r.Stack.scope.resources[r.ID].node
	for _, name := range []string{"Condition", "Properties"} {
		if field := n.field(name); field != nil {
			w.node(field)
		}
	}
	w.out.Reset()
	w.follow()
	return w.out.String()
}

// follow writes what was named.
func (w *writer) follow() {
	for len(w.more) > 0 {
		next := w.more[0]
		w.more = w.more[1:]
		w.node(next)
	}
}

// remarks are properties that say nothing of what a resource does.
var remarks = []string{"Description", "GroupDescription", "Tags"}

// writer writes nodes, and notes what they name.
type writer struct {
	scope *scope
	out   strings.Builder
	more  []*node
	seen  map[string]bool
}

func (w *writer) node(n *node) {
	if n.key != "" {
		w.out.WriteString(n.key + ":")
	}
	switch n.kind {
	case textNode:
		w.out.WriteString(n.text)
		w.names(n)
	default:
		w.out.WriteString("{")
		for _, i := range w.order(n) {
			if n.kind == objectNode && slices.Contains(remarks, n.items[i].key) {
				continue
			}
			w.node(&n.items[i])
			w.out.WriteString(",")
		}
		w.out.WriteString("}")
	}
}

// order is that of a list's items, and of an object's by key.
func (w *writer) order(n *node) []int {
	out := make([]int, len(n.items))
	for i := range out {
		out[i] = i
	}
	if n.kind == objectNode {
		slices.SortFunc(out, func(a, b int) int { return strings.Compare(n.items[a].key, n.items[b].key) })
	}
	return out
}

// names follows what a text may name: a condition, or a mapping.
func (w *writer) names(n *node) {
	if w.seen[n.text] {
		return
	}
	if e := w.scope.conditions[n.text]; e != nil {
		w.seen[n.text] = true
		w.more = append(w.more, e.node)
	}
	if m := w.scope.root.field("Mappings").field(n.text); m != nil {
		w.seen[n.text] = true
		w.more = append(w.more, m)
	}
}
