package importer_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/gen/importer"
)

// FuzzImport checks that an import of any template ends, that its document is one that can be read, and that it never carries more than the
// template does.
func FuzzImport(f *testing.F) {
	for _, pattern := range []string{"testdata/styles/*", "testdata/seed/*", "testdata/public/*/*"} {
		files, err := filepath.Glob(pattern)
		require.NoError(f, err)
		for _, file := range files {
			if data, err := os.ReadFile(file); err == nil && filepath.Ext(file) != "" {
				f.Add(data, true)
				f.Add(data, false)
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, exact bool) {
		a, err := cfn.Read("Shop.yaml", data, nil)
		if err != nil {
			return
		}
		d, report := importer.Import(a, importer.Options{Exact: exact, Today: today})
		assert.Empty(t, report.Verdict.Wider)
		if d != nil {
			assertSound(t, d)
		}
	})
}
