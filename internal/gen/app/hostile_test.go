package app

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/owned"
)

// hostile is a text that ends every kind of literal and comment.
const hostile = "\"); evil() /* */ // `+evil()+` \n}\nfunc evil() {} ' " +
	"${evil} {{evil}} {{resolve:ssm:evil}} \\ \x00\u202e REST RESOURCE ARNS ID //@7"

// TestHostileTexts puts a hostile text into every place of a document, although most are refused when a file is read. The code parses, and
// calls what it called before, or the generator refuses.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join("testdata", "everything", document.FileName))
	require.NoError(t, err)
	d, problems := document.Parse(document.FileName, data)
	require.False(t, problems.HasErrors())
	before, _ := Files(d, options("hostile", data))
	written := 0
	for _, path := range sample(leaves(reflect.ValueOf(d).Elem(), nil)) {
		if v, ok := valueAt(d, path); !ok || v.Kind() != reflect.String {
			continue
		}
		restore := change(d, path, func(v reflect.Value) { v.SetString(hostile) })
		files, diags := Files(d, options("hostile", data))
		restore()
		assert.NotContains(t, diags.String(), "bug of tierwall", "%s", strings.Join(path, "."))
		if diags.HasErrors() {
			continue
		}
		written++
		for _, f := range files {
			if strings.HasSuffix(f.Path, ".go") {
				requireHarmless(t, f, path)
			}
			if f.Path == "go.mod" || strings.HasSuffix(f.Path, ".yml") || f.Path == "cdk.json" {
				assert.NotContains(t, string(f.Data), "evil", f.Path)
			}
		}
	}
	assert.Greater(t, written, 20)
	after, _ := Files(d, options("hostile", data))
	assert.Equal(t, before, after, "each text was put back")
}

// requireHarmless fails if the code calls or declares the hostile function.
func requireHarmless(t *testing.T, f owned.File, path []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), f.Path, f.Data, 0)
	require.NoError(t, err, "%s with %s", f.Path, strings.Join(path, "."))
	ast.Inspect(file, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			assert.NotEqual(t, "evil", id.Name, "%s with %s", f.Path, strings.Join(path, "."))
		}
		return true
	})
}
