package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestActions: the GitHub Actions name others by commit, put no value into the text of a command, use the inputs that they declare, and
// hold no secret.
func TestActions(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../.github/actions/*/action.yml")
	require.NoError(t, err)
	require.Len(t, files, 2)
	pinned, used := regexp.MustCompile(`^[a-z-]+/[a-z-]+(/[a-z-]+)?@[0-9a-f]{40}$`), regexp.MustCompile(`inputs\.([a-z-]+)`)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		var action struct {
			Name, Description string
			Inputs            map[string]struct{ Description, Default string }
			Runs              struct {
				Using string
				Steps []struct {
					Uses, Shell, Run string
					Env, With        map[string]string
				}
			}
		}
		require.NoError(t, yaml.Unmarshal(data, &action), file)
		assert.Equal(t, "composite", action.Runs.Using)
		assert.NotEmpty(t, action.Name)
		for _, s := range action.Runs.Steps {
			assert.True(t, (s.Uses == "") != (s.Run == ""), "%s: %+v", file, s)
			if s.Uses != "" {
				assert.Regexp(t, pinned, s.Uses, file)
			} else {
				assert.NotContains(t, s.Run, "${{", file)
				assert.Equal(t, "bash", s.Shell, file)
			}
		}
		found := map[string]bool{}
		for _, match := range used.FindAllStringSubmatch(string(data), -1) {
			assert.Contains(t, action.Inputs, match[1], file)
			found[match[1]] = true
		}
		assert.Len(t, found, len(action.Inputs), file)
		assert.NotContains(t, string(data), "secrets.", file)
	}
}

// TestActionTools requires in CI what action.txtar skips for want of.
func TestActionTools(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"bash", "git", "jq"} {
		if _, err := exec.LookPath(tool); err != nil && os.Getenv("TIERWALL_CI") != "" {
			t.Errorf("%s is not installed, and TIERWALL_CI forbids to skip", tool)
		}
	}
}
