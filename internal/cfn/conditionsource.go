package cfn

import (
	"strconv"
	"strings"
)

// maxSource limits how many nodes of a template the source of a condition is written from.
const maxSource = 10_000

// ConditionSource writes everything that decides the condition with the given unique name, as in Resource.Condition:
// its expression, the conditions, mappings and parameters that it names, and their given values and defaults. If two
// states of a stack have the same source, and are deployed with the same values, the condition has the same outcome in
// both. The result is empty if there is no such condition.
func (a *Assembly) ConditionSource(condition string) string {
	for _, s := range a.Stacks {
		name, ok := strings.CutPrefix(condition, s.Name+"/Conditions.")
		if !ok || s.scope == nil || s.scope.conditions[name] == nil {
			continue
		}
		w := &sourceWriter{left: maxSource}
		w.node(s.scope, s.scope.conditions[name].node)
		return w.text.String()
	}
	return ""
}

type sourceWriter struct {
	text strings.Builder
	left int
}

func (w *sourceWriter) node(s *scope, n *node) {
	if w.left--; w.left < 0 || n == nil {
		return
	}
	w.text.WriteString("(" + strconv.Quote(n.text))
	for i := range n.items {
		item := &n.items[i]
		w.text.WriteString(" " + item.key + ":")
		w.node(s, item)
		w.references(s, item)
	}
	w.text.WriteString(")")
}

// references writes the definitions that a function refers to.
func (w *sourceWriter) references(s *scope, f *node) {
	switch {
	case f.key == "Condition" && f.kind == textNode && s.conditions[f.text] != nil:
		w.node(s, s.conditions[f.text].node)
	case f.key == "Fn::FindInMap" && f.kind == listNode && len(f.items) > 0:
		w.node(s, s.root.field("Mappings").field(f.items[0].text))
	case f.key == "Ref" && f.kind == textNode:
		w.parameter(s, f.text)
	case f.key == "Fn::Sub":
		_, names := placeholders(f.text)
		for _, name := range names {
			w.parameter(s, name)
		}
	}
}

// parameter writes the value that a parameter was given, or its default.
func (w *sourceWriter) parameter(s *scope, name string) {
	e := s.parameters[name]
	if given, ok := s.given[name]; ok {
		w.text.WriteString("=" + strconv.Quote(given))
		return
	}
	if e == nil {
		return
	}
	if argument := s.arguments.field(name); s.parent != nil && argument != nil {
		w.node(s.parent, &node{kind: objectNode, items: []node{*argument}})
		return
	}
	w.node(s, e.node.field("Default"))
}
