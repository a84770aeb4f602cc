package folder

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"strings"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

var moduleLine = lazyregexp.New(`(?m)^\s*module\s+"?([^\s"]+)"?`)

// Module returns the path of the module in the folder, and whether it uses tierwall. It is empty if there is no go.mod.
func (f *Folder) Module() (name string, usesTierwall bool, err error) {
	data, err := f.read("go.mod")
	if errors.Is(err, fs.ErrNotExist) {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	m := moduleLine.FindStringSubmatch(string(data))
	if m == nil {
		return "", false, fmt.Errorf("go.mod in %s names no module: mend it, or choose another folder with --out", f.name)
	}
	return m[1], strings.Contains(string(data), "github.com/tierwall/tierwall"), nil
}

// CheckPackage returns an error if the folder has Go files of another package than main, beside which the app cannot stand.
func (f *Folder) CheckPackage() error {
	if f.root == nil {
		return nil
	}
	entries, err := fs.ReadDir(f.root.FS(), ".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		if path.Ext(e.Name()) != ".go" || strings.HasSuffix(e.Name(), "_test.go") || !e.Type().IsRegular() {
			continue
		}
		data, err := f.root.ReadFile(e.Name())
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), e.Name(), data, parser.PackageClauseOnly)
		if err == nil && file.Name.Name != "main" {
			return fmt.Errorf("%s in %s is of package %s, and the app is of package main: choose another folder with --out",
				e.Name(), f.name, file.Name.Name)
		}
	}
	return nil
}
