package check

import (
	"encoding/base64"
	"fmt"

	"github.com/tierwall/tierwall/internal/webacl"
)

// maxSearch is the length of a text to look for, in bytes; maxTransformations how many there are of a statement.
const (
	maxSearch          = 200
	maxTransformations = 10
)

func (c *checker) searched(where string, m *webacl.ByteMatch) {
	text := []byte(m.SearchString)
	switch {
	case m.SearchString != "" && m.SearchStringBase64 != "":
		c.failAt("search", where, "a text to look for is given twice", "SearchString and SearchStringBase64 exclude each other", "")
		return
	case m.SearchStringBase64 != "":
		decoded, err := base64.StdEncoding.DecodeString(m.SearchStringBase64)
		if err != nil && !webacl.IsToken(m.SearchStringBase64) {
			c.failAt("search", where+".SearchStringBase64", "a text to look for is no Base64", err.Error(), "")
			return
		}
		text = decoded
	}
	if !webacl.IsToken(string(text)) && (len(text) == 0 || len(text) > maxSearch) {
		c.failAt("search", where, "a text to look for is not usable", fmt.Sprintf("got %d bytes; allowed are 1 to %d", len(text), maxSearch), "")
	}
	c.impossibleText(where+".SearchString", string(text), m.TextTransformations)
}
