// Package filetest checks in tests that messages speak the language of architecture.yaml: they have no Go in them, and their YAML is right.
//
// It must not know what a message is about.
package filetest

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

// Compare fails the test if the messages for readers of the file are others than those for readers of Go, have Go in them, or have YAML
// that the file cannot have.
func Compare(t assert.TestingT, inGo, inFile diag.List) {
	assert.ElementsMatch(t, ids(inGo), ids(inFile))
	for _, d := range inFile {
		for _, text := range []string{d.Path, d.Summary, d.Detail, d.Fix} {
			CheckText(t, text)
		}
		if _, lines, ok := strings.Cut(d.Fix, "\n"); ok {
			checkSnippet(t, lines)
		}
	}
}

// ids returns what messages are about, without their words.
func ids(messages diag.List) []string {
	var out []string
	for _, d := range messages {
		out = append(out, fmt.Sprint(d.Severity, d.Rule, d.Subject, d.At))
	}
	return out
}

// CompareWidenings does the same for widenings.
func CompareWidenings(t assert.TestingT, inGo, inFile []arch.Widening) {
	assert.Len(t, inFile, len(inGo))
	for _, w := range inFile {
		for _, text := range []string{w.Control, w.Path, w.Carries, w.Reason} {
			CheckText(t, text)
		}
	}
}

// quoted matches YAML within a line.
var quoted = regexp.MustCompile("`([^`]*)`")

// CheckText fails the test if a text has Go in it, or YAML between backquotes that the file cannot have.
func CheckText(t assert.TestingT, text string) {
	for _, word := range goIn(text) {
		assert.Fail(t, "a message for readers of the file has Go in it", "%q in %q", word, text)
	}
	for _, found := range quoted.FindAllStringSubmatch(text, -1) {
		checkSnippet(t, found[1])
	}
}
