package docs

import (
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/yuin/goldmark/ast"
)

// TestLinks follows the links between pages: the file and the heading exist. Links to other sites are not followed.
func TestLinks(t *testing.T) {
	t.Parallel()
	for _, p := range pages(t) {
		p.walk(func(n ast.Node) {
			link, ok := n.(*ast.Link)
			if !ok || strings.Contains(string(link.Destination), "://") || strings.HasPrefix(string(link.Destination), "mailto:") {
				return
			}
			file, heading, _ := strings.Cut(string(link.Destination), "#")
			target := path.Join(path.Dir(p.path), file)
			if file == "" {
				target = p.path
			}
			if _, err := os.Stat(filepath.Join(root, target)); !assert.NoError(t, err, "%s links to %s", p.path, link.Destination) || heading == "" {
				return
			}
			assert.Contains(t, headings(read(t, filepath.Join(root, target))), heading, "%s links to %s", p.path, link.Destination)
		})
	}
}

// headings returns the names by which a page's headings are linked to.
func headings(p page) []string {
	var out []string
	p.walk(func(n ast.Node) {
		if id, ok := n.AttributeString("id"); ok {
			out = append(out, string(id.([]byte)))
		}
	})
	return out
}

// TestFrontPageIsShort: a reader who comes for the first time reads one page to the end.
func TestFrontPageIsShort(t *testing.T) {
	t.Parallel()
	info, err := os.Stat(filepath.Join(root, "README.md"))
	assert.NoError(t, err)
	assert.LessOrEqual(t, info.Size(), int64(10_000), "bytes of README.md")
}

// TestFoldersHavePages: each folder that users open says what it holds.
func TestFoldersHavePages(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{"tiers", "firewall", "waf", "endpoints", "examples", "internal", "internal/proof"} {
		assert.FileExists(t, filepath.Join(root, folder, "README.md"))
	}
}
