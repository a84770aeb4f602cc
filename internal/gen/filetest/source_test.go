package filetest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// goAlone are functions that return Go code, for messages that only readers of Go get.
var goAlone = []string{"Code", "VisitorCode"}

// alsoInTemplates are words that name something else in the messages of a package: properties in templates, and parts of AWS's names.
var alsoInTemplates = map[string][]string{
	"plan/flowlogs": {"Logs", "Tier", "User"}, "proof": {"Block", "JSON", "SecurityGroups", "Statement", "User"},
}

// TestNoTextIsGoAlone: in the packages whose messages readers of the file get, Go is only in texts that have another one for the file
// beside them. This also holds for messages that no test provokes.
func TestNoTextIsGoAlone(t *testing.T) {
	t.Parallel()
	said := 0
	for _, folder := range []string{"arch", "plan", "plan/address", "plan/dns", "plan/flowlogs", "plan/webacl", "proof"} {
		files, err := filepath.Glob(filepath.Join(root(), "internal", folder, "*.go"))
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			positions := token.NewFileSet()
			f, err := parser.ParseFile(positions, file, nil, parser.SkipObjectResolution)
			require.NoError(t, err)
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.ImportSpec, *ast.Field:
					return false
				case *ast.FuncDecl:
					return !slices.Contains(goAlone, n.Name.Name)
				case *ast.CallExpr:
					if !isSay(n) {
						return true
					}
					said++
					ast.Inspect(n.Args[1], func(n ast.Node) bool { return noGo(t, positions, n, alsoInTemplates[folder]) })
					return false
				}
				return noGo(t, positions, n, alsoInTemplates[folder])
			})
		}
	}
	assert.Greater(t, said, 80)
}

// isSay reports whether a call states a text in both languages.
func isSay(call *ast.CallExpr) bool {
	selector, ok := call.Fun.(*ast.SelectorExpr)
	return ok && strings.EqualFold(selector.Sel.Name, "say") && len(call.Args) == 2
}

// noGo fails the test if a literal has Go in it, but for some words.
func noGo(t *testing.T, positions *token.FileSet, n ast.Node, allowed []string) bool {
	t.Helper()
	literal, ok := n.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return true
	}
	text, err := strconv.Unquote(literal.Value)
	require.NoError(t, err)
	if strings.Contains(text, " ") { // A text without spaces is a name, of a rule or of a reason.
		assert.Subset(t, allowed, goIn(text), "%s: %s", positions.Position(literal.Pos()), text)
	} else {
		assert.NotRegexp(t, goCode, text, "%s", positions.Position(literal.Pos()))
	}
	return true
}
