package template

import (
	"bytes"
	"encoding/json"
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
func (t *Template) JSON() []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(t); err != nil {
		panic(err) // It holds maps, lists, texts, numbers and booleans only.
	}
	return b.Bytes()
}
