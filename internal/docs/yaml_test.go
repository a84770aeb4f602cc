package docs

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/gen/document"
)

// TestArchitectures reads the blocks of all pages that are an architecture.yaml.
func TestArchitectures(t *testing.T) {
	t.Parallel()
	found := 0
	for _, p := range pages(t) {
		for _, b := range p.blocks("yaml") {
			if !strings.Contains(b.text, "version: 1\n") {
				continue
			}
			found++
			_, problems := document.Parse(p.path, []byte(b.text))
			assert.Empty(t, problems, "%s:%d", p.path, b.line)
		}
	}
	require.NotZero(t, found)
}
