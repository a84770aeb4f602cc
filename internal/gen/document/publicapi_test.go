package document

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// publicPackages are the packages that users call to make an architecture.
var publicPackages = []string{"tiers", "tiers/loadbalancer", "tiers/logs", "firewall", "waf", "waf/shield", "endpoints", "tiers/watch",
	"tiers/watch/response", "tiers/watch/mirror", "tiers/policy", "tiers/proxy", "tiers/pods", "tiers/verifiedaccess"}

// TestOneModel: what Go can say about an architecture has a place in the file, or a reason why it has none; and each key of the file says
// something that Go can say.
func TestOneModel(t *testing.T) {
	t.Parallel()
	used, said := map[string]bool{}, map[string]bool{}
	keys := allKeys()
	for _, name := range surface(t) {
		place, ok := placeOfGo(name)
		if !assert.True(t, ok, "%s has neither a place in the file nor a reason", name) {
			continue
		}
		used[place.by] = true
		for _, path := range place.paths {
			assert.Contains(t, keys, path, "the place of %s", name)
			said[path] = true
		}
	}
	for by := range goPlaces {
		assert.True(t, used[by], "%s is in the table and not in Go", by)
	}
	for _, path := range keys {
		_, only := onlyInFile[path]
		assert.True(t, said[path] != only, "%s: said by Go %v, only in the file %v", path, said[path], only)
	}
	for path := range onlyInFile {
		assert.Contains(t, keys, path)
	}
}

// place is the place of something of Go in the file: paths of keys, or none with a reason.
type goPlace struct {
	by    string // the entry of the table
	paths []string
}

// placeOfGo looks something up in the table. An entry of a type is for all of its fields, and one of a package for all of its types that
// have no entries.
func placeOfGo(name string) (goPlace, bool) {
	own := name
	for {
		if text, ok := goPlaces[name]; ok {
			if strings.HasPrefix(text, "no: ") || strings.HasPrefix(text, "key: ") {
				return goPlace{by: name}, true
			}
			return goPlace{name, strings.Split(text, ", ")}, true
		}
		i := strings.LastIndexByte(name, '.')
		if i < 0 {
			return goPlace{}, false
		}
		if name = name[:i]; !strings.Contains(name, ".") && hasFields[own[:strings.LastIndexByte(own, '.')+1]] {
			return goPlace{}, false
		}
	}
}

// hasFields are the types, with a dot at the end, of which the table has fields.
var hasFields = func() map[string]bool {
	out := map[string]bool{}
	for name := range goPlaces {
		if strings.Count(name, ".") == 2 {
			out[name[:strings.LastIndexByte(name, '.')+1]] = true
		}
	}
	return out
}()

// surface returns the exported constants, variables and fields of structs: "tiers.NATSingle", "tiers.NetworkProps.CIDR".
func surface(t *testing.T) []string {
	t.Helper()
	out := map[string]bool{}
	for _, folder := range publicPackages {
		dir := filepath.Join("..", "..", "..", filepath.FromSlash(folder))
		for _, file := range sources(t, dir) {
			for _, d := range file.Decls {
				declared(file.Name.Name, d, out)
			}
		}
	}
	return slices.Sorted(maps.Keys(out))
}

// sources parses the files of a package without its tests.
func sources(t *testing.T, dir string) []*ast.File {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	var out []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
		require.NoError(t, err)
		out = append(out, file)
	}
	require.NotEmpty(t, out)
	return out
}

func declared(pkg string, d ast.Decl, out map[string]bool) {
	general, ok := d.(*ast.GenDecl)
	if !ok {
		return
	}
	for _, spec := range general.Specs {
		switch s := spec.(type) {
		case *ast.ValueSpec:
			for _, name := range s.Names {
				if name.IsExported() {
					out[pkg+"."+name.Name] = true
				}
			}
		case *ast.TypeSpec:
			fields, ok := s.Type.(*ast.StructType)
			if !ok || !s.Name.IsExported() {
				continue
			}
			for _, f := range fields.Fields.List {
				for _, name := range f.Names {
					if name.IsExported() {
						out[pkg+"."+s.Name.Name+"."+name.Name] = true
					}
				}
			}
		}
	}
}

// allKeys returns the paths of all keys of the file: "network.cidr". Keys of the user's own are left out.
func allKeys() []string {
	seen := map[string]bool{}
	keysOf(reflect.TypeFor[Document](), "", seen)
	return slices.Sorted(maps.Keys(seen))
}

func keysOf(t reflect.Type, path string, seen map[string]bool) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return
	}
	for _, f := range fieldsOf(t) {
		key := strings.TrimPrefix(path+"."+f.name, ".")
		before := len(seen)
		keysOf(t.Field(f.index).Type, key, seen)
		if len(seen) == before { // A key of a map says nothing itself.
			seen[key] = true
		}
	}
}
