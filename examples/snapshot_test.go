package examples

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSnapshots compares the templates of each example with the files testdata/STACK.json in its folder. Examples with a test of their own
// must compare them there, which shows how an app does that.
func TestSnapshots(t *testing.T) {
	forEach(t, func(t *testing.T, e *example) {
		if test, err := os.ReadFile(filepath.Join(e.name, "main_test.go")); err == nil {
			assert.Contains(t, string(test), "tierstest.Snapshot(t, stack)")
			return
		}
		written := templates(t, e.folder)
		for name, template := range written {
			file := filepath.Join(e.name, "testdata", strings.TrimSuffix(name, ".template.json")+".json")
			got := withoutBootstrap(t, template)
			if *update {
				require.NoError(t, os.WriteFile(file, got, 0o644))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, string(want), string(got), "%s; -update writes it", file)
		}
		files, err := filepath.Glob(filepath.Join(e.name, "testdata", "*.json"))
		require.NoError(t, err)
		assert.Len(t, files, len(written), "a snapshot of a stack that no longer exists: %s", files)
	})
}

// withoutBootstrap returns a template without what CDK adds to check the version of the bootstrap stack, as indented JSON with sorted keys.
// That version changes with the version of CDK.
func withoutBootstrap(t *testing.T, text string) []byte {
	t.Helper()
	template := map[string]any{}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&template))
	for section, entry := range map[string]string{"Parameters": "BootstrapVersion", "Rules": "CheckBootstrapVersion"} {
		entries, _ := template[section].(map[string]any)
		require.Contains(t, entries, entry)
		delete(entries, entry)
		if len(entries) == 0 {
			delete(template, section)
		}
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	require.NoError(t, encoder.Encode(template))
	return b.Bytes()
}
