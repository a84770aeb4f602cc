package app

import (
	"flag"
	"fmt"
	"go/ast"
	"go/format"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/owned"
)

// keepRandom is for tools that judge the code of random documents.
var keepRandom = flag.String("randomapps", "", "a folder in which TestRandomDocuments leaves the code of its apps")

// TestRandomDocuments: the app of a random document compiles and is formatted, or the generator refuses the document in words.
func TestRandomDocuments(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles packages of CDK")
	}
	t.Parallel()
	packages := compiledPackages(t)
	drawn, written := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		text := randomDocument(t).Write()
		drawn++
		d, problems := document.Parse(document.FileName, text)
		if problems.HasErrors() {
			assert.NotContains(t, problems.Error(), "bug of tierwall")
			return
		}
		files, diags := Files(d, options("random", text))
		require.NotContains(t, diags.String(), "bug of tierwall", "%s", text)
		if diags.HasErrors() {
			return
		}
		written++
		compiles(t, files, packages, string(text))
		if *keepRandom != "" {
			keepCode(t, files, filepath.Join(*keepRandom, fmt.Sprint("random", written)))
		}
	})
	t.Logf("%d of %d documents became an app", written, drawn)
	assert.Greater(t, written, drawn/3)
}

// exports are the compiled packages of everything that an app and its tests may import, by path. The go command finds them in one call.
var exports = sync.OnceValues(func() (map[string]string, error) {
	args := []string{
		"list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}", "log", "fmt", "testing", "github.com/tierwall/tierwall/tiers/tierstest",
		strings.TrimSuffix(cdk, "/"),
	}
	for _, path := range packages() {
		args = append(args, path)
	}
	for _, kind := range document.ResourceTypes {
		for name := range strings.FieldsSeq(stubs[kind].imports + " awseksv2 awsrds awsec2") {
			args = append(args, cdk+name)
		}
	}
	out, err := goTool(filepath.Join("..", "..", ".."), args...)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	files := map[string]string{}
	for line := range strings.Lines(out) {
		if path, file, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			files[path] = file
		}
	}
	return files, nil
})

// compiledPackages returns an importer of compiled packages.
func compiledPackages(t *testing.T) types.Importer {
	t.Helper()
	files, err := exports()
	require.NoError(t, err)
	return importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) { return os.Open(files[path]) })
}

// compiles requires that the Go files of an app compile, with its tests, and that they are formatted.
func compiles(t require.TestingT, files []owned.File, imports types.Importer, text string) {
	set := token.NewFileSet()
	var parsed []*ast.File
	for _, f := range files {
		if !strings.HasSuffix(f.Path, ".go") {
			continue
		}
		file, err := parser.ParseFile(set, f.Path, f.Data, parser.SkipObjectResolution)
		require.NoError(t, err, text)
		parsed = append(parsed, file)
		formatted, err := format.Source(f.Data)
		require.NoError(t, err, text)
		require.Equal(t, string(formatted), string(f.Data), text)
		require.NotContains(t, string(f.Data), "{\n\n", "gofumpt removes the empty line")
	}
	config := types.Config{Importer: imports}
	_, err := config.Check("main", set, parsed, nil)
	require.NoError(t, err, "%s", text)
}

func keepCode(t require.TestingT, files []owned.File, folder string) {
	require.NoError(t, os.MkdirAll(folder, 0o755))
	for _, f := range files {
		if strings.HasSuffix(f.Path, ".go") {
			require.NoError(t, os.WriteFile(filepath.Join(folder, f.Path), f.Data, 0o644))
		}
	}
}
