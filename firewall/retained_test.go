package firewall_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRetainedNames checks in all snapshots that a resource with a fixed name does not survive a first deployment that fails, because it
// would block the next one.
func TestRetainedNames(t *testing.T) {
	retained, named := 0, 0
	for _, pattern := range []string{"../*/testdata/*.json", "../*/*/testdata/*.json"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, file := range files {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			var template struct {
				Resources map[string]struct {
					DeletionPolicy, UpdateReplacePolicy string
					Properties                          map[string]any
				}
			}
			if json.Unmarshal(data, &template) != nil {
				continue
			}
			for id, r := range template.Resources {
				name := ""
				for _, property := range []string{"LogGroupName", "BucketName", "TableName", "Name", "AliasName"} {
					if r.Properties[property] != nil {
						name = property
					}
				}
				switch r.DeletionPolicy {
				case "Retain":
					retained++
					assert.Empty(t, name, "%s: %s", file, id)
				case "RetainExceptOnCreate":
					named++
					assert.Equal(t, "Retain", r.UpdateReplacePolicy, "%s: %s", file, id)
				}
			}
		}
	}
	assert.Positive(t, retained)
	assert.Positive(t, named)
}
