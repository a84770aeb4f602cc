// Package filetest checks in tests that messages speak the language of architecture.yaml: they have no Go in them, and their YAML is right.
//
// It must not know what a message is about.
package filetest

import (
	"regexp"
	"strings"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/diag"
)

// Check fails the test for every message that has Go in it, or YAML that the file cannot have.
func Check(t assert.TestingT, messages diag.List) {
	for _, d := range messages {
		for _, text := range []string{d.Path, d.Summary, d.Detail, d.Fix} {
			CheckText(t, text)
		}
		if _, lines, ok := strings.Cut(d.Fix, "\n"); ok {
			checkSnippet(t, lines)
		}
	}
}

// quoted matches YAML within a line.
var quoted = regexp.MustCompile("`([^`]*)`")

// CheckText does the same for a text of one line.
func CheckText(t assert.TestingT, text string) {
	for _, word := range goIn(text) {
		assert.Fail(t, "a message for readers of the file has Go in it", "%q in %q", word, text)
	}
	for _, found := range quoted.FindAllStringSubmatch(text, -1) {
		checkSnippet(t, found[1])
	}
}
