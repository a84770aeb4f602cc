package cfn

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

// duplicate returns the first field whose name is taken by one before it.
func duplicate(fields []node) *node {
	if len(fields) <= 8 { // Most objects are small: comparing is cheaper than a map.
		for i := range fields {
			for j := range i {
				if fields[i].key == fields[j].key {
					return &fields[i]
				}
			}
		}
		return nil
	}
	seen := make(map[string]bool, len(fields))
	for i := range fields {
		if seen[fields[i].key] {
			return &fields[i]
		}
		seen[fields[i].key] = true
	}
	return nil
}
