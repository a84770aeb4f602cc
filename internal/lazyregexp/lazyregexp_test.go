package lazyregexp

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLikeRegexp(t *testing.T) {
	t.Parallel()
	const expression, text = `(a)(b+)`, "ab abb c"
	want, got := regexp.MustCompile(expression), New(expression)
	assert.Equal(t, want.MatchString(text), got.MatchString(text))
	assert.Equal(t, want.FindString(text), got.FindString(text))
	assert.Equal(t, want.FindStringSubmatch(text), got.FindStringSubmatch(text))
	assert.Equal(t, want.FindAllString(text, -1), got.FindAllString(text, -1))
	assert.Equal(t, want.FindAllStringSubmatch(text, 1), got.FindAllStringSubmatch(text, 1))
	assert.Equal(t, want.ReplaceAllString(text, "$2"), got.ReplaceAllString(text, "$2"))
	assert.Equal(t, want.ReplaceAllStringFunc(text, strings.ToUpper), got.ReplaceAllStringFunc(text, strings.ToUpper))
}

func TestErrorsFailTests(t *testing.T) {
	t.Parallel()
	assert.Panics(t, func() { New(`(`) })
}
