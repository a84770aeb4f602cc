package cfn

import "fmt"

// node is a piece of a template as it is written in JSON or YAML.
type node struct {
	kind  nodeKind
	line  int32
	key   string // the field name in the enclosing object
	text  string // the text of a scalar; true, false and numbers as written
	items []node // the elements of a list, or the fields of an object in the order written
}

type nodeKind uint8

const (
	nullNode nodeKind = iota
	textNode
	listNode
	objectNode
)

func (k nodeKind) String() string {
	return [...]string{"null", "a string", "a list", "an object"}[k]
}

// field returns the named field. It returns nil if there is none, or if n is not an object.
func (n *node) field(name string) *node {
	if n == nil || n.kind != objectNode {
		return nil
	}
	for i := range n.items {
		if n.items[i].key == name {
			return &n.items[i]
		}
	}
	return nil
}

// literal returns the text of the named field. It returns "" if the field is missing or not a scalar.
func (n *node) literal(name string) string {
	if f := n.field(name); f != nil && f.kind == textNode {
		return f.text
	}
	return ""
}

// keepLast removes each field that a later field of the same name replaces. It also returns the fields that repeat a
// name.
func keepLast(fields []node) (kept, twice []node) {
	if !hasDuplicate(fields) {
		return fields, nil
	}
	last := make(map[string]int, len(fields))
	for i := range fields {
		if _, seen := last[fields[i].key]; seen {
			twice = append(twice, fields[i])
		}
		last[fields[i].key] = i
	}
	for i := range fields {
		if last[fields[i].key] == i {
			kept = append(kept, fields[i])
		}
	}
	return kept, twice
}

func hasDuplicate(fields []node) bool {
	if len(fields) <= 8 { // Most objects are small: comparing is cheaper than a map.
		for i := range fields {
			for j := range i {
				if fields[i].key == fields[j].key {
					return true
				}
			}
		}
		return false
	}
	seen := make(map[string]bool, len(fields))
	for i := range fields {
		if seen[fields[i].key] {
			return true
		}
		seen[fields[i].key] = true
	}
	return false
}

// remark is something odd about a file that does not prevent reading it.
type remark struct {
	line    int
	message string
}

// remarkDuplicates adds a remark for each repeated field, up to the limit.
func remarkDuplicates(all []remark, twice []node) []remark {
	for _, n := range twice[:min(len(twice), maxRemarks-len(all))] {
		all = append(all, remark{int(n.line), fmt.Sprintf("%q appears twice; the last one is used", clip(n.key))})
	}
	return all
}
