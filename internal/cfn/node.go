package cfn

import "fmt"

// node is a piece of a template as it is written, from JSON or YAML.
type node struct {
	kind  nodeKind
	line  int32
	key   string // its name in the object that holds it
	text  string // of a scalar; true, false and numbers as they are written
	items []node // elements of a list, fields of an object in the order written
}

type nodeKind uint8

const (
	nullNode nodeKind = iota
	textNode
	listNode
	objectNode
)

func (k nodeKind) String() string {
	return [...]string{"null", "a text", "a list", "an object"}[k]
}

// field returns the field of that name, nil if there is none or n is no object.
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

// literal returns the text of the field of that name, empty if it is none.
func (n *node) literal(name string) string {
	if f := n.field(name); f != nil && f.kind == textNode {
		return f.text
	}
	return ""
}

// keepLast drops the fields whose name a later one has too. twice are the later ones.
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

// remark is something odd about the writing of a file that does not keep it from being read.
type remark struct {
	line    int
	message string
}

// remarkDuplicates tells of fields that are there twice, unless there are many remarks.
func remarkDuplicates(all []remark, twice []node) []remark {
	for _, n := range twice[:min(len(twice), maxRemarks-len(all))] {
		all = append(all, remark{int(n.line), fmt.Sprintf("%q is there twice; the last one counts", clip(n.key))})
	}
	return all
}
