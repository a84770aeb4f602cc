package importer_test

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
)

// assertPrintable checks that a text has no characters that steer a terminal or turn its direction, and that it is UTF-8.
func assertPrintable(t *testing.T, text []byte) {
	t.Helper()
	assert.True(t, utf8.Valid(text), "%q is not UTF-8", text)
	for _, r := range string(text) {
		steers := unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Bidi_Control, r)
		if !assert.False(t, steers, "%q has %U", text, r) {
			return
		}
	}
}
