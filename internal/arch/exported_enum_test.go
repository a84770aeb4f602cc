package arch

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPublicEnumsEqualOurs: the public packages convert their enums to this package's by number. A constant of a public type has the
// number and, except for the type's own words, the name of a constant of our type with the same name.
func TestPublicEnumsEqualOurs(t *testing.T) {
	t.Parallel()
	loaded, err := loadTypes()
	require.NoError(t, err)
	ours := map[string]map[string]constant.Value{}
	for _, pkg := range loaded {
		if pkg.PkgPath == module+"/internal/arch" {
			ours = enums(pkg.Types)
		}
	}
	var compared []string
	for _, pkg := range loaded {
		if pkg.PkgPath == module+"/internal/arch" {
			continue
		}
		for name, values := range enums(pkg.Types) {
			if ours[name] == nil {
				continue
			}
			compared = append(compared, pkg.Name+"."+name)
			for public, value := range values {
				assert.True(t, hasEnum(ours[name], public, value), "%s.%s is %s, which is no such arch.%s", pkg.Name, public, value, name)
			}
		}
	}
	assert.Subset(t, compared, []string{
		"tiers.Egress", "tiers.Layout", "tiers.NAT", "tiers.NetworkACLs", "firewall.Mode", "firewall.Paths", "waf.Mode", "waf.SQL",
		"waf.Technology", "endpoints.Policies",
	})
}

// enums returns the exported constants of a package by the names of their types, which are integers of the package.
func enums(pkg *types.Package) map[string]map[string]constant.Value {
	out := map[string]map[string]constant.Value{}
	for _, name := range pkg.Scope().Names() {
		value, isConst := pkg.Scope().Lookup(name).(*types.Const)
		if !isConst || !value.Exported() {
			continue
		}
		named, isNamed := value.Type().(*types.Named)
		if !isNamed || named.Obj().Pkg() != pkg || value.Val().Kind() != constant.Int {
			continue
		}
		if of := named.Obj().Name(); out[of] == nil {
			out[of] = map[string]constant.Value{name: value.Val()}
		} else {
			out[of][name] = value.Val()
		}
	}
	return out
}

// hasEnum reports whether the constants of one of our types have one with a value, whose name contains a name.
func hasEnum(ours map[string]constant.Value, name string, value constant.Value) bool {
	return slices.ContainsFunc(slices.Collect(maps.Keys(ours)), func(our string) bool {
		return strings.Contains(our, name) && constant.Compare(ours[our], token.EQL, value)
	})
}

// TestNoInternalValueIsExported: a user who reads an exported constant or variable of a public package can name every package in its
// value.
func TestNoInternalValueIsExported(t *testing.T) {
	t.Parallel()
	for _, folder := range publicPackages(t) {
		files, err := filepath.Glob(filepath.Join("..", "..", folder, "*.go"))
		require.NoError(t, err)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			source, err := os.ReadFile(file)
			require.NoError(t, err)
			for _, name := range internalValues(t, string(source)) {
				assert.Fail(t, "the value of an exported name shows an internal package", "%s: %s", file, name)
			}
		}
	}
}

// internalValues returns the exported constants and variables of a file whose values mention an internal package of the module.
func internalValues(t *testing.T, source string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "", source, 0)
	require.NoError(t, err)
	internal := map[string]bool{}
	for _, i := range file.Imports {
		path := strings.Trim(i.Path.Value, `"`)
		name := path[strings.LastIndex(path, "/")+1:]
		if i.Name != nil {
			name = i.Name.Name
		}
		internal[name] = strings.HasPrefix(path, module+"/internal/")
	}
	var found []string
	for _, decl := range file.Decls {
		list, ok := decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range list.Specs {
			values, ok := spec.(*ast.ValueSpec)
			if ok && slices.ContainsFunc(values.Values, func(v ast.Expr) bool { return mentions(v, internal) }) {
				found = append(found, exportedNames(values)...)
			}
		}
	}
	return found
}

func exportedNames(values *ast.ValueSpec) []string {
	var out []string
	for _, name := range values.Names {
		if name.IsExported() {
			out = append(out, name.Name)
		}
	}
	return out
}

// mentions reports whether an expression, as a reader sees it, has one of the packages in it. The bodies of functions are not shown.
func mentions(e ast.Expr, packages map[string]bool) bool {
	found := false
	ast.Inspect(e, func(node ast.Node) bool {
		if _, isBody := node.(*ast.BlockStmt); isBody {
			return false
		}
		if selector, ok := node.(*ast.SelectorExpr); ok {
			if name, ok := selector.X.(*ast.Ident); ok && packages[name.Name] {
				found = true
			}
		}
		return true
	})
	return found
}

// TestInternalValues: the search finds an internal package wherever a reader would see it in a value, and nowhere else.
func TestInternalValues(t *testing.T) {
	t.Parallel()
	const source = `package p
import "github.com/tierwall/tierwall/internal/x"
import y "github.com/tierwall/tierwall/internal/z"
import "example.com/other"
type T int
const (
	A T = T(x.A)
	B = y.B
	ok1 = x.C
	ok2 = iota
	OK3 T = 3
)
var C, ok4 = []int{x.C}, 1
var OK5 = other.D
var OK6 = func() int { return x.E }`
	assert.Equal(t, []string{"A", "B", "C"}, internalValues(t, source))
}
