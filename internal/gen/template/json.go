package template

import (
	"fmt"
	"path"
	"slices"
)

// Encode writes the template in the format of a file: YAML for the extensions .yaml and .yml, and JSON for others.
func (t *Template) Encode(file string) []byte {
	if isYAML(file) {
		return t.YAML()
	}
	return t.JSON()
}

func isYAML(file string) bool { return slices.Contains([]string{".yaml", ".yml"}, path.Ext(file)) }

// JSON writes the template as indented JSON. Equal templates give equal bytes.
func (t *Template) JSON() []byte { return append(appendJSON(nil, t.record(), 0), '\n') }

// appendJSON appends a value at a depth.
func appendJSON(to []byte, v any, depth int) []byte {
	if entries, ok := entriesOf(v); ok {
		return appendParts(to, '{', '}', len(entries), depth, func(to []byte, i int) []byte {
			to = append(appendQuoted(to, entries[i].name), ": "...)
			return appendJSON(to, entries[i].value, depth+1)
		})
	}
	switch v := v.(type) {
	case string:
		return appendQuoted(to, v)
	case []any:
		return appendParts(to, '[', ']', len(v), depth, func(to []byte, i int) []byte { return appendJSON(to, v[i], depth+1) })
	case []string:
		return appendParts(to, '[', ']', len(v), depth, func(to []byte, i int) []byte { return appendQuoted(to, v[i]) })
	}
	to, ok := appendNumber(to, v)
	if !ok {
		panic(fmt.Sprintf("a template holds a %T", v))
	}
	return to
}

// appendParts appends the parts of a mapping or a list, each on a line of its own.
func appendParts(to []byte, open, end byte, n, depth int, part func([]byte, int) []byte) []byte {
	to = append(to, open)
	for i := range n {
		if i > 0 {
			to = append(to, ',')
		}
		to = part(appendLine(to, depth+1), i)
	}
	if n > 0 {
		to = appendLine(to, depth)
	}
	return append(to, end)
}

// appendLine begins a line.
func appendLine(to []byte, indent int) []byte {
	to = append(to, '\n')
	for range indent {
		to = append(to, ' ')
	}
	return to
}

// Files returns the files of the template and of its nested stacks, by name. file is the name of the template's own; the others are in the
// same folder.
func (t *Template) Files(file string) map[string][]byte {
	out := map[string][]byte{file: t.Encode(file)}
	for name, nested := range t.Nested {
		out[path.Join(path.Dir(file), name)] = nested.Encode(name)
	}
	return out
}
