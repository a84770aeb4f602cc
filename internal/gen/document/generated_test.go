package document_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/gen/app"
	"github.com/tierwall/tierwall/internal/gen/document"
)

// notGenerated are things of Go that have a place in the file, and that generated code says in another way.
var notGenerated = map[string]string{
	"endpoints.ByOwner": aDefault, "firewall.Enforce": aDefault, "firewall.MidstreamReject": aDefault, "loadbalancer.TCP": aDefault,
	"shield.Off": aDefault, "watch.DNSEnforce": aDefault,
	"tiers.EgressUnknown": aDefault, "tiers.NATPerZone": aDefault, "tiers.NetworkACLsOn": aDefault,
	"tiers.OneStack": aDefault, "waf.Enforce": aDefault, "waf.SQLByFlows": aDefault,

	"firewall.PolicyProps.Midstream": "firewall.Props has it, too",
}

const aDefault = "it is the default, which needs no words"

// TestGeneratedCodeSaysEverything: the apps that package export synthesizes, exports and compares set every field and use every constant of
// Go that has a place in the file. So none of them is lost on the way from Go to a file.
func TestGeneratedCodeSaysEverything(t *testing.T) {
	t.Parallel()
	said := map[string]bool{}
	files, err := filepath.Glob(filepath.Join("..", "export", "testdata", "roundtrip", "*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		addSaid(t, file, said)
	}
	for _, name := range document.Surface(t) {
		by, _ := document.PlaceOfGo(name)
		if strings.HasPrefix(document.GoPlaces[by], "no: ") {
			continue
		}
		assert.True(t, said[name] != (notGenerated[name] != ""),
			"%s: in generated code %v, not generated because %q", name, said[name], notGenerated[name])
	}
}

// addSaid adds the fields and constants of Go in the app of a file: "tiers.NetworkProps.CIDR", "tiers.NATSingle".
func addSaid(t *testing.T, file string, said map[string]bool) {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	d, problems := document.Parse(file, data)
	require.Empty(t, problems.Error())
	files, diags := app.Files(d, app.Options{Module: "example.com/app", Version: "v0.9.0", Source: document.FileName})
	require.Empty(t, diags.String())
	for _, f := range files {
		if f.Path != app.NetworkFile {
			continue
		}
		code, err := parser.ParseFile(token.NewFileSet(), f.Path, f.Data, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(code, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				said[nameOf(n)] = true
			case *ast.CompositeLit:
				addFields(n, n.Type, said)
			}
			return true
		})
	}
}

// addFields adds the fields of a literal of a type. The elements of a list have its type, if they state none.
func addFields(literal *ast.CompositeLit, typ ast.Expr, said map[string]bool) {
	if list, ok := typ.(*ast.ArrayType); ok {
		for _, e := range literal.Elts {
			if one, ok := e.(*ast.CompositeLit); ok && one.Type == nil {
				addFields(one, list.Elt, said)
			}
		}
		return
	}
	for _, e := range literal.Elts {
		if field, ok := e.(*ast.KeyValueExpr); ok {
			if key, ok := field.Key.(*ast.Ident); ok {
				said[nameOf(typ)+"."+key.Name] = true
			}
		}
	}
}

// nameOf returns "package.Name".
func nameOf(e ast.Expr) string {
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	x, ok := s.X.(*ast.Ident)
	if !ok {
		return ""
	}
	return x.Name + "." + s.Sel.Name
}
