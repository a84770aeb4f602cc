package webacl

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestLongRegexes: patterns that do not fit into one regular expression are spread over several, each in exactly one.
func TestLongRegexes(t *testing.T) {
	t.Parallel()
	var hosts []string
	for i := range 60 {
		hosts = append(hosts, fmt.Sprintf("shop-%03d.example.com", i))
	}
	s := onHosts(hosts)
	require.NotNil(t, s.OrStatement)
	found := 0
	for _, one := range s.OrStatement.Statements {
		text := one.RegexMatchStatement.RegexString
		assert.LessOrEqual(t, len(text), maxRegex)
		found += strings.Count(text, "shop-")
	}
	assert.Equal(t, 60, found)
}
