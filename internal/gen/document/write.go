package document

import (
	"reflect"
	"strings"
)

// SchemaFile is the usual name of the schema beside the file, which editors read.
const SchemaFile = "architecture.schema.json"

// Write returns the canonical file: keys in the order of the types, short forms, and environments as their differences. Parse refuses the
// file if an environment has peers, resources, load balancers or web ACLs that the document lacks, or lacks what the document has.
func (d *Document) Write() []byte {
	root := d.node()
	var b strings.Builder
	b.WriteString("# yaml-language-server: $schema=./" + SchemaFile + "\n")
	for i, e := range root.entries {
		if i > 1 && (e.value.kind == mapping || root.entries[i-1].value.kind == mapping) {
			b.WriteString("\n")
		}
		writeEntry(&b, e, 0)
	}
	return []byte(b.String())
}

// Format returns the canonical form of a file, without its comments. It returns what is wrong with a file that cannot be read.
func Format(name string, data []byte) ([]byte, Problems) {
	d, problems := Parse(name, data)
	if d == nil {
		return nil, problems
	}
	return d.Write(), problems
}

// node returns the document as the file has it.
func (d *Document) node() *node {
	root := encodeStruct(reflect.ValueOf(d).Elem())
	base := root.long()
	environments := &node{kind: mapping}
	for _, e := range d.Environments {
		n := encodeStruct(reflect.ValueOf(e))
		if e.Document != nil {
			there := encodeStruct(reflect.ValueOf(e.Document).Elem()).long()
			n.entries = append(n.entries, shortARNs(difference(base.only(sections), there.only(sections))).entries...)
		}
		environments.entries = append(environments.entries, entry{textNode(e.Name), n})
	}
	return root.with(textNode("environments"), environments)
}

// difference returns what merged with base becomes there.
func difference(base, there *node) *node {
	out := &node{kind: mapping}
	for _, e := range there.entries {
		before := base.get(e.key.text)
		switch {
		case before == nil:
			out.entries = append(out.entries, e)
		case before.equal(e.value):
		case before.kind == mapping && e.value.kind == mapping:
			out.entries = append(out.entries, entry{e.key, difference(before, e.value)})
		default:
			out.entries = append(out.entries, e)
		}
	}
	for _, e := range base.entries {
		if there.get(e.key.text) == nil {
			out.entries = append(out.entries, entry{e.key, &node{kind: null}})
		}
	}
	return out
}

// shortARNs writes resources of which only the ARN differs as their ARNs.
func shortARNs(environment *node) *node {
	resources := environment.get("resources")
	if resources == nil {
		return environment
	}
	short := *resources
	short.entries = nil
	for _, e := range resources.entries {
		arn := e.value.get("arn")
		if arn != nil && len(e.value.entries) == 1 && expandResource(arn).get("arn") != nil {
			e.value = arn
		}
		short.entries = append(short.entries, e)
	}
	return environment.with(textNode("resources"), &short)
}

// flowWidth is the longest line on which a map or a list is written, and flowDepth its deepest nesting.
const (
	flowWidth = 110
	flowDepth = 2
)

// writeEntry writes a key and its value at a level of indentation.
func writeEntry(b *strings.Builder, e entry, level int) {
	indent := strings.Repeat("  ", level)
	key := indent + plain(e.key, false) + ":"
	if line := key + " " + flow(e.value, false); isFlow(e.value, level) && (len(line) <= flowWidth || e.value.kind == scalar) {
		b.WriteString(line + "\n")
		return
	}
	b.WriteString(key + "\n")
	for _, one := range e.value.entries {
		writeEntry(b, one, level+1)
	}
	for _, item := range e.value.items {
		writeItem(b, item, level+1)
	}
}

// writeItem writes an element of a list.
func writeItem(b *strings.Builder, item *node, level int) {
	dash := strings.Repeat("  ", level) + "- "
	line := dash + flow(item, false)
	if item.kind != mapping || len(item.entries) == 0 || len(line) <= flowWidth && item.depth() <= flowDepth {
		b.WriteString(line + "\n")
		return
	}
	var body strings.Builder
	for _, one := range item.entries {
		writeEntry(&body, one, level+1)
	}
	b.WriteString(dash + strings.TrimLeft(body.String(), " "))
}

// isFlow reports whether a value fits on the line of its key. The file's sections do not.
func isFlow(n *node, level int) bool {
	if len(n.entries) == 0 && len(n.items) == 0 {
		return true
	}
	return n.depth() <= flowDepth && level > 0
}

// depth returns how deeply maps and lists are nested.
func (n *node) depth() int {
	deepest := -1
	for _, e := range n.entries {
		deepest = max(deepest, e.value.depth())
	}
	for _, item := range n.items {
		deepest = max(deepest, item.depth())
	}
	if n.kind != mapping && n.kind != list {
		return 0
	}
	return max(deepest, 0) + 1
}

// flow returns a value on one line. inside says that it is in brackets.
func flow(n *node, inside bool) string {
	switch n.kind {
	case null, nothingAt:
		return "null"
	case mapping:
		parts := make([]string, len(n.entries))
		for i, e := range n.entries {
			parts[i] = plain(e.key, true) + ": " + flow(e.value, true)
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case list:
		parts := make([]string, len(n.items))
		for i, item := range n.items {
			parts[i] = flow(item, true)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return plain(n, inside)
}
