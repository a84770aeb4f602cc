package template

import (
	"bytes"
	"encoding/json"
)

// JSON writes the template as indented JSON. Equal templates give equal bytes.
func (t *Template) JSON() []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(t); err != nil {
		panic(err) // It holds maps, lists, texts, numbers and booleans only.
	}
	return b.Bytes()
}
