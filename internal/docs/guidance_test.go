package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/compliance"
)

var guidanceTest = regexp.MustCompile("`([a-z/]+) (Test\\w+)`")

var guidanceExample = regexp.MustCompile(`\| \[[a-z-]+\]\(([a-z/.-]+/(?:main|[a-z_]*example_test)\.go)\) \|`)

// TestGuidance: the table of the guidance in examples/README.md has a row for each of its 30 steps, and the examples and tests that it
// names exist.
func TestGuidance(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "examples", "README.md"))
	require.NoError(t, err)
	_, table, found := strings.Cut(string(text), "| Guidance |")
	require.True(t, found)
	table, _, _ = strings.Cut(table, "\n## ")
	var steps []string
	for _, row := range strings.Split(table, "\n")[2:] {
		if !strings.HasPrefix(row, "| ") || strings.HasPrefix(row, "| **") {
			continue
		}
		steps = append(steps, strings.TrimSpace(strings.Split(row, "|")[1]))
		m := guidanceTest.FindStringSubmatch(row)
		example := guidanceExample.FindStringSubmatch(row)
		require.NotNil(t, m, "a row without a test: %s", row)
		require.NotNil(t, example, "a row without an example: %s", row)
		assert.FileExists(t, filepath.Join("..", "..", "examples", filepath.FromSlash(example[1])))
		files, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(m[1]), "*_test.go"))
		require.NoError(t, err)
		named := false
		for _, f := range files {
			source, err := os.ReadFile(f)
			require.NoError(t, err)
			named = named || strings.Contains(string(source), "func "+m[2]+"(")
		}
		assert.True(t, named, "%s has no %s", m[1], m[2])
	}
	assert.Len(t, steps, 30)
	var reported []string
	for _, title := range compliance.Titles("sec05") {
		reported = append(reported, title.Title)
	}
	assert.Equal(t, reported, steps, "tierwall report --for sec05 has the same steps")
}
