package docs

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	module   = "github.com/tierwall/tierwall"
	mapBegin = "<!-- map: written by go test ./internal/docs -update -->\n"
	mapEnd   = "<!-- end of map -->"
)

// pkg is a package of the module as go list sees it.
type pkg struct {
	ImportPath, Doc string
	Imports         []string
	floor           int // 0 imports no package of the module; each other package stands above all that it imports
}

// TestMap holds the map of packages in internal/README.md against the imports. With -update it is written anew.
func TestMap(t *testing.T) {
	path := filepath.Join(root, "internal", "README.md")
	source, err := os.ReadFile(path)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(source), mapBegin)
	require.True(t, found, "internal/README.md has no map")
	shown, after, found := strings.Cut(rest, mapEnd)
	require.True(t, found, "the map in internal/README.md has no end")
	drawn := drawMap(packages(t))
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(before+mapBegin+drawn+mapEnd+after), 0o644))
		return
	}
	assert.Equal(t, drawn, shown, "run go test ./internal/docs -run TestMap -update")
}

// packages lists the packages of the module that have a room of their own, with their floors.
func packages(t *testing.T) []pkg {
	t.Helper()
	command := exec.Command("go", "list", "-json=ImportPath,Doc,Imports", "./...")
	command.Dir = root
	out, err := command.Output()
	require.NoError(t, err)
	byPath := map[string]*pkg{}
	var all []*pkg
	for decoder := json.NewDecoder(strings.NewReader(string(out))); decoder.More(); {
		p := &pkg{floor: -1}
		require.NoError(t, decoder.Decode(p))
		if !strings.HasPrefix(p.ImportPath, module+"/examples") && p.ImportPath != module+"/internal/docs" {
			byPath[p.ImportPath], all = p, append(all, p)
		}
	}
	var floor func(*pkg) int
	floor = func(p *pkg) int {
		if p.floor < 0 {
			p.floor = 0
			for _, i := range p.Imports {
				if below := byPath[i]; below != nil {
					p.floor = max(p.floor, floor(below)+1)
				}
			}
		}
		return p.floor
	}
	result := make([]pkg, 0, len(all))
	for _, p := range all {
		floor(p)
		result = append(result, *p)
	}
	return result
}

// drawMap writes a table of the packages from the top floor to the ground. A package imports only packages on lower floors.
func drawMap(all []pkg) string {
	slices.SortFunc(all, func(a, b pkg) int {
		if a.floor != b.floor {
			return b.floor - a.floor
		}
		return strings.Compare(a.ImportPath, b.ImportPath)
	})
	out := "| Floor | Package | Holds | Imports |\n|---|---|---|---|\n"
	for _, p := range all {
		var imports []string
		for _, i := range p.Imports {
			if name, ok := strings.CutPrefix(i, module+"/"); ok {
				imports = append(imports, strings.TrimPrefix(name, "internal/"))
			}
		}
		name := strings.TrimPrefix(p.ImportPath, module+"/")
		if name == module {
			name = "main"
		}
		out += fmt.Sprintf("| %d | %s | %s | %s |\n", p.floor, name, purpose(p.Doc), strings.Join(imports, ", "))
	}
	return out
}

// purpose is a package's doc sentence without its first two words, "Package x".
func purpose(doc string) string {
	words := strings.SplitN(doc, " ", 3)
	if len(words) < 3 {
		return doc
	}
	return strings.ReplaceAll(words[2], "|", "\\|")
}
