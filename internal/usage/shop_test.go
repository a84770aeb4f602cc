package usage_test

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/usage/usagetest"
)

var update = flag.Bool("update", false, "write the logs of the shop that the page shows")

// TestShopOfThePage: the logs whose results README.md shows are those of usagetest.
func TestShopOfThePage(t *testing.T) {
	t.Parallel()
	const shown = "../docs/testdata/folder/shop"
	made := t.TempDir()
	if *update {
		made = shown
	}
	require.NoError(t, usagetest.WriteShop(made, "LiveShop-Network-LoadBalancer-WebACL-650D412F"))
	files := 0
	require.NoError(t, fs.WalkDir(os.DirFS(made), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files++
		want, err := os.ReadFile(filepath.Join(made, path))
		require.NoError(t, err)
		got, err := os.ReadFile(filepath.Join(shown, path))
		require.NoError(t, err)
		assert.Equal(t, string(want), string(got), "%s: run go test ./internal/usage -run %s -update", path, t.Name())
		return nil
	}))
	assert.Equal(t, 4, files)
}
