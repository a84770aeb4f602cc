package docs

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCode compiles the Go code of all pages. A block that begins with "package" is a whole file. Any other block may use the packages and
// variables of testdata/prelude.go.txt, and need not use all that it declares.
func TestCode(t *testing.T) {
	t.Parallel()
	prelude, err := os.ReadFile("testdata/prelude.go.txt")
	require.NoError(t, err)
	files := token.NewFileSet()
	var sources []*ast.File
	for _, p := range pages(t) {
		for _, b := range p.blocks("go") {
			source, err := parser.ParseFile(files, "", wrap(string(prelude), p, b), parser.SkipObjectResolution)
			if assert.NoError(t, err, "%s:%d", p.path, b.line) {
				sources = append(sources, source)
			}
		}
	}
	require.NotEmpty(t, sources)
	importer := importer.ForCompiler(files, "gc", exports(t, sources))
	for _, source := range sources {
		config := types.Config{Importer: importer, Error: func(err error) {
			var e types.Error
			if errors.As(err, &e) && !e.Soft { // A soft error is a value or an import that nobody uses.
				t.Error(err)
			}
		}}
		_, _ = config.Check(source.Name.Name, files, []*ast.File{source}, nil)
	}
}

var declarations = regexp.MustCompile(`^(func|type|var|const) `)

// wrap makes a file of a block. Errors are reported at the lines of the page.
func wrap(prelude string, p page, b block) string {
	line := fmt.Sprintf("\n//line %s:%d\n", p.path, b.line)
	switch {
	case strings.HasPrefix(b.text, "package "):
		return line[1:] + b.text
	case declarations.MatchString(b.text):
		return prelude + line + b.text
	}
	return prelude + "\nfunc _() {" + line + b.text + "\n}"
}

// exports finds what the compiler exports of the packages that some files import.
func exports(t *testing.T, sources []*ast.File) func(string) (io.ReadCloser, error) {
	t.Helper()
	args := []string{"list", "-export", "-deps", "-json=ImportPath,Export", "--"}
	for _, source := range sources {
		for _, i := range source.Imports {
			args = append(args, strings.Trim(i.Path.Value, `"`))
		}
	}
	command := exec.Command("go", args...)
	command.Dir, command.Stderr = root, os.Stderr
	out, err := command.Output()
	require.NoError(t, err)
	found := map[string]string{}
	for decoder := json.NewDecoder(strings.NewReader(string(out))); decoder.More(); {
		var pkg struct{ ImportPath, Export string }
		require.NoError(t, decoder.Decode(&pkg))
		found[pkg.ImportPath] = pkg.Export
	}
	return func(path string) (io.ReadCloser, error) { return os.Open(found[path]) }
}
