package check

import (
	"encoding/base64"
	"fmt"

	"github.com/tierwall/tierwall/internal/webacl"
)

// The limits of statements: maxSearch is the length of a text to look for, in bytes, and maxTransformations the number of transformations.
const (
	maxSearch          = 200
	maxTransformations = 10
)

func (c *checker) searched(where string, m *webacl.ByteMatch) {
	text := []byte(m.SearchString)
	switch {
	case m.SearchString != "" && m.SearchStringBase64 != "":
		c.failAt("search", where, "a search text is given twice", "a statement has either SearchString or SearchStringBase64", "")
		return
	case m.SearchStringBase64 != "":
		decoded, err := base64.StdEncoding.DecodeString(m.SearchStringBase64)
		if err != nil && !webacl.IsToken(m.SearchStringBase64) {
			c.failAt("search", where+".SearchStringBase64", "a search text is not Base64", err.Error(), "")
			return
		}
		text = decoded
	}
	if !webacl.IsToken(string(text)) && (len(text) == 0 || len(text) > maxSearch) {
		c.failAt("search", where, "a search text is not usable", fmt.Sprintf("got %d bytes; allowed are 1 to %d", len(text), maxSearch), "")
	}
	c.impossibleText(where+".SearchString", string(text), m.TextTransformations)
}
