package kubernetes

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
)

// Object is one of the policies of this package.
type Object interface {
	kind() (apiVersion, kind string)
	metadata() Metadata
}

// Document is an object with the comment above it.
type Document struct {
	Comment []string // lines; may be empty
	Object  Object
}

// Title names the object in messages: "NetworkPolicy shop/web-tier".
func (d Document) Title() string {
	_, kind := d.Object.kind()
	m := d.Object.metadata()
	if m.Namespace == "" {
		return kind + " " + m.Name
	}
	return kind + " " + m.Namespace + "/" + m.Name
}

// Write writes objects as YAML, one document each. Keys are in alphabetical order. Every text that some reader of YAML could take for
// anything else is in quotes.
func Write(documents []Document) []byte {
	var out bytes.Buffer
	for i, d := range documents {
		if i > 0 {
			out.WriteString("---\n")
		}
		for _, line := range d.Comment {
			out.WriteString("# " + oneLine(line) + "\n")
		}
		writeMap(&out, values(d.Object), 0)
	}
	return out.Bytes()
}

// JSON returns the object as Kubernetes reads it.
func (d Document) JSON() []byte {
	text, err := json.Marshal(values(d.Object))
	if err != nil {
		panic(fmt.Sprintf("kubernetes: %T is no JSON: %v", d.Object, err))
	}
	return text
}

// values returns an object as maps, lists, texts, numbers and booleans.
func values(o Object) map[string]any {
	text, err := json.Marshal(o)
	out := map[string]any{}
	if err == nil {
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		err = decoder.Decode(&out)
	}
	if err != nil {
		panic(fmt.Sprintf("kubernetes: %T is no JSON: %v", o, err)) // The types of this package are.
	}
	out["apiVersion"], out["kind"] = o.kind()
	return out
}

// oneLine returns a text of one line without characters that a terminal acts upon.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
}
