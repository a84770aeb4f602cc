package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/go/packages"
)

// loadTypes loads the types of this package and of those that users call, once.
var loadTypes = sync.OnceValues(func() ([]*packages.Package, error) {
	patterns := []string{module + "/internal/arch"}
	for folder := range public {
		patterns = append(patterns, module+"/"+folder)
	}
	return packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedExportFile, Dir: filepath.Join("..", ".."),
	}, patterns...)
})

// TestNoInternalTypeIsExported: a user who reads a declaration of a public package can name every type in it.
func TestNoInternalTypeIsExported(t *testing.T) {
	t.Parallel()
	loaded, err := loadTypes()
	require.NoError(t, err)
	require.Len(t, loaded, 1+len(publicPackages(t)))
	for _, pkg := range loaded {
		require.Empty(t, pkg.Errors, pkg.PkgPath)
		if pkg.PkgPath == module+"/internal/arch" {
			continue
		}
		scope := pkg.Types.Scope()
		for _, name := range scope.Names() {
			if object := scope.Lookup(name); object.Exported() {
				for place, internal := range internalTypes(object) {
					assert.Fail(t, "an exported declaration has an internal type", "%s: %s has %s", pkg.PkgPath, place, internal)
				}
			}
		}
	}
}

// internalTypes returns the internal types that an exported object shows, by the place where it shows them.
func internalTypes(object types.Object) map[string]string {
	found := map[string]string{}
	look := func(place string, t types.Type) {
		if internal := internalIn(t); internal != "" {
			found[place] = internal
		}
	}
	name, isType := object.(*types.TypeName)
	if !isType {
		look(object.Name(), object.Type())
		return found
	}
	if name.IsAlias() {
		look(name.Name(), name.Type())
		return found
	}
	look(name.Name(), name.Type().Underlying())
	for method := range types.NewMethodSet(types.NewPointer(name.Type())).Methods() {
		if method.Obj().Exported() {
			look(name.Name()+"."+method.Obj().Name(), method.Type())
		}
	}
	return found
}

// internalIn returns the first internal type in a type as a reader sees it, empty if there is none.
func internalIn(t types.Type) string {
	switch t := t.(type) {
	case *types.Named:
		if pkg := t.Obj().Pkg(); pkg != nil && strings.HasPrefix(pkg.Path(), module+"/internal/") {
			return t.String()
		}
		return first(t.TypeArgs().Types(), itself)
	case *types.Alias:
		return internalIn(types.Unalias(t))
	case *types.Map:
		return first(slices.Values([]types.Type{t.Key(), t.Elem()}), itself)
	case interface{ Elem() types.Type }: // pointers, slices, arrays and channels
		return internalIn(t.Elem())
	case *types.Signature:
		return first(slices.Values([]types.Type{t.Params(), t.Results()}), itself)
	case *types.Tuple:
		return first(t.Variables(), (*types.Var).Type)
	case *types.Struct:
		return first(t.Fields(), shown)
	case *types.Interface:
		return first(t.ExplicitMethods(), func(m *types.Func) types.Type {
			if !m.Exported() {
				return nil
			}
			return m.Type()
		})
	}
	return ""
}

func itself(t types.Type) types.Type { return t }

// shown returns the type of a field that a reader sees, and nil for other fields. For an embedded struct without an exported name, a reader
// sees the fields of the struct.
func shown(field *types.Var) types.Type {
	switch {
	case field.Exported():
		return field.Type()
	case field.Embedded():
		return field.Type().Underlying()
	}
	return nil
}

// first returns the first internal type in the types of parts.
func first[T any](parts iter.Seq[T], typeOf func(T) types.Type) string {
	for part := range parts {
		if internal := internalIn(typeOf(part)); internal != "" {
			return internal
		}
	}
	return ""
}

// TestInternalIn: the search finds an internal type wherever a reader would see it, and nowhere else.
func TestInternalIn(t *testing.T) {
	t.Parallel()
	const source = `package p
import "github.com/tierwall/tierwall/internal/x"
type hidden struct{ Field x.T; other x.T }
type unseen struct{ other x.T }
type (
	A struct{ Field x.T }
	B []map[string]*x.T
	C func(x.T)
	D interface{ M() x.T }
	E struct{ hidden }
	F = x.T
	G []func() (int, x.T)
	H struct{ box[x.T] }
	I chan x.T
	ok1 struct{ other x.T }
	ok2 interface{ m() x.T }
	ok3 struct{ unseen }
	ok4 []int
)
type box[T any] struct{ Value T }`
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "p.go", source, 0)
	require.NoError(t, err)
	internal := types.NewPackage(module+"/internal/x", "x")
	internal.Scope().Insert(types.NewTypeName(token.NoPos, internal, "T", nil))
	types.NewNamed(internal.Scope().Lookup("T").(*types.TypeName), types.Typ[types.Int], nil)
	internal.MarkComplete()
	config := types.Config{Importer: only{internal}}
	pkg, err := config.Check("example.com/p", files, []*ast.File{file}, nil)
	require.NoError(t, err)
	for _, name := range pkg.Scope().Names() {
		if object := pkg.Scope().Lookup(name); strings.HasPrefix(name, "ok") {
			assert.Empty(t, internalTypes(object), name)
		} else if object.Exported() {
			assert.NotEmpty(t, internalTypes(object), name)
		}
	}
}

// only imports one package.
type only struct{ pkg *types.Package }

func (o only) Import(string) (*types.Package, error) { return o.pkg, nil }
