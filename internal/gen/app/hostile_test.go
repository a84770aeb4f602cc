package app

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
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
	written := 0
	for _, path := range sample(leaves(reflect.ValueOf(d).Elem(), nil)) {
		if !setText(reflect.ValueOf(d).Elem(), path) {
			continue
		}
		d, _ := document.Parse(document.FileName, data)
		set := func(d *document.Document) { setText(reflect.ValueOf(d).Elem(), path) }
		set(d)
		for _, e := range d.Environments {
			set(e.Document)
		}
		files, diags := Files(d, options("hostile", data))
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

// setText sets a value to the hostile text, and reports whether it is a text.
func setText(v reflect.Value, path []string) bool {
	for _, step := range path {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return false
			}
			v = v.Elem()
		}
		if i, err := strconv.Atoi(step); err == nil {
			if i >= v.Len() {
				return false
			}
			v = v.Index(i)
			continue
		}
		v = v.FieldByName(step)
	}
	if v.Kind() != reflect.String {
		return false
	}
	v.SetString(hostile)
	return true
}
