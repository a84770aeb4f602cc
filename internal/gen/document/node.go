package document

// node is a value of the file with its place. Unlike the syntax trees of YAML packages, it has texts as they are written, so that 012 or
// 22:22 is no number.
type node struct {
	kind    nodeKind
	text    string // of a scalar
	quoted  bool   // of a scalar: it is a text in every reader
	entries []entry
	items   []*node
	place
}

// place is where a node is in the file. The zero place is unknown.
type place struct{ line, column, width int }

type nodeKind int

const (
	scalar nodeKind = iota
	mapping
	list
	null      // the word null
	nothingAt // a key without a value
)

// entry is a key of a mapping and its value.
type entry struct{ key, value *node }

func (k nodeKind) String() string {
	return [...]string{"a text", "a map", "a list", "null", "nothing"}[k]
}

// textNode returns a scalar that no file has.
func textNode(text string) *node { return &node{kind: scalar, text: text, quoted: true} }

// at returns the scalar text at the place of n.
func (n *node) at(text string) *node {
	return &node{kind: scalar, text: text, quoted: true, place: n.place}
}

// get returns the value of a key, or nil.
func (n *node) get(key string) *node {
	if n == nil {
		return nil
	}
	for _, e := range n.entries {
		if e.key.text == key {
			return e.value
		}
	}
	return nil
}

// with returns a copy of a mapping in which the key has the value.
func (n *node) with(key, value *node) *node {
	out := *n
	out.entries = make([]entry, 0, len(n.entries)+1)
	found := false
	for _, e := range n.entries {
		if e.key.text == key.text {
			e.value, found = value, true
		}
		out.entries = append(out.entries, e)
	}
	if !found {
		out.entries = append(out.entries, entry{key, value})
	}
	return &out
}

// without returns a copy of a mapping that lacks the keys.
func (n *node) without(keys ...string) *node {
	out := *n
	out.entries = nil
	for _, e := range n.entries {
		if !contains(keys, e.key.text) {
			out.entries = append(out.entries, e)
		}
	}
	return &out
}

func contains(list []string, text string) bool {
	for _, one := range list {
		if one == text {
			return true
		}
	}
	return false
}

// mapped returns a mapping of one key, at the place of n.
func (n *node) mapped(key string, value *node) *node {
	return &node{kind: mapping, place: n.place, entries: []entry{{n.at(key), value}}}
}

// equal reports whether two nodes say the same.
func (n *node) equal(m *node) bool {
	if n.kind != m.kind || n.text != m.text || len(n.entries) != len(m.entries) || len(n.items) != len(m.items) {
		return false
	}
	for i, e := range n.entries {
		if e.key.text != m.entries[i].key.text || !e.value.equal(m.entries[i].value) {
			return false
		}
	}
	for i, item := range n.items {
		if !item.equal(m.items[i]) {
			return false
		}
	}
	return true
}
