package report

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/diag"
)

func TestTemplateSize(t *testing.T) {
	for size, want := range map[int64]diag.Severity{800_000: -1, 800_001: diag.Warning, 1_000_000: diag.Warning, 1_000_001: diag.Finding} {
		path := filepath.Join(t.TempDir(), "Shop.template.json")
		require.NoError(t, os.WriteFile(path, nil, 0o644))
		require.NoError(t, os.Truncate(path, size))
		d, found := templateSize(path)
		if want < 0 {
			assert.False(t, found, size)
			continue
		}
		assert.Equal(t, want, d.Severity, size)
		assert.Equal(t, "template-size[Shop.template.json]", d.ID())
		assert.Contains(t, d.String(), "set Layout: tiers.NestedStacks")
	}
	_, found := templateSize(filepath.Join(t.TempDir(), "absent"))
	assert.False(t, found)
}
