package cfn

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
)

// templateExtensions lists the file name extensions of templates in a folder.
var templateExtensions = []string{".json", ".yaml", ".yml", ".template"}

// declarationFile says beside templates what they must carry. It is no template.
const declarationFile = "tierwall.json"

// loadPath reads a path that a user named: a template, or a folder of templates.
func (l *loader) loadPath(name string, seen map[string]bool) {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		l.loadFolder(name, seen)
		return
	}
	if file := filepath.Clean(name); !seen[file] {
		seen[file] = true
		l.addTop(name, l.template(name), false)
	}
}

// addTop adds a top-level stack, unless its template could not be read.
func (l *loader) addTop(file string, root *node, inFolder bool) {
	if root == nil {
		return
	}
	l.top = append(l.top, &scope{
		stack: &Stack{Name: templateName(file), File: file}, assumedName: templateName(file),
		root: root, source: file, folder: filepath.Dir(file), inFolder: inFolder,
	})
}

// loadFolder reads all templates directly in a folder, without subfolders. A file that is not a template is skipped
// with a warning.
func (l *loader) loadFolder(dir string, seen map[string]bool) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		l.failAt(dir, 0, "the folder cannot be read: %v", err)
		return
	}
	before := len(l.top)
	for _, entry := range entries {
		file := filepath.Join(dir, entry.Name())
		extension := strings.ToLower(filepath.Ext(file))
		if entry.IsDir() || seen[file] || entry.Name() == declarationFile || !slices.Contains(templateExtensions, extension) {
			continue
		}
		seen[file] = true
		l.loadFolderFile(dir, entry.Name(), file)
	}
	if len(l.top) == before && !l.resolver.problems.HasErrors() {
		l.failAt(dir, 0, "this is not a cloud assembly, because it has no %s (`cdk synth` writes an assembly to cdk.out). "+
			"It is not a folder of templates either, because none of its files (%s) has Resources%s",
			manifestFile, "*"+strings.Join(templateExtensions, ", *"), below(dir, entries))
	}
}

// below names the folders in a folder that have a declaration: those that `tierwall generate --to cloudformation` writes, one for each
// environment. It returns an empty text if there are none.
func below(dir string, entries []os.DirEntry) string {
	var found []string
	for _, entry := range entries {
		inner := filepath.Join(dir, entry.Name())
		if info, err := os.Stat(filepath.Join(inner, declarationFile)); err == nil && info.Mode().IsRegular() {
			found = append(found, inner)
		}
	}
	if len(found) == 0 {
		return ""
	}
	return ". Name one of the folders of environments in it: " + strings.Join(found, ", ")
}

// loadFolderFile reads one file of a folder.
func (l *loader) loadFolderFile(dir, name, file string) {
	data, err := ReadIn(dir, name)
	if irregular := (*irregularError)(nil); errors.As(err, &irregular) || errors.Is(err, fs.ErrNotExist) {
		l.skip(file, err.Error())
		return
	}
	if err != nil {
		l.failAt(file, 0, "the template cannot be read: %v", err)
		return
	}
	p := parsingOf(data)
	switch {
	case p.err != nil && bytes.Contains(data, []byte("Resources")):
		l.keep(file, p) // The file is meant to be a template: report its mistake.
	case p.err != nil:
		l.skip(file, "it is not a template: "+p.err.Error())
	case p.root.field("Resources") == nil && bareResources(p.root) == nil:
		l.skip(file, "it is not a template: it has no Resources")
	default:
		l.addTop(file, l.keep(file, p), true)
	}
}

// skip warns that a file of a folder is left out.
func (l *loader) skip(file, why string) {
	l.resolver.warn(diag.Diagnostic{
		Rule: "file-skipped", Subject: file, Summary: fmt.Sprintf("the file is not read: %s", why), At: []diag.Position{{File: file}},
	})
}

// dropNested removes templates of a folder that were also read as nested stacks of other templates there.
func (l *loader) dropNested() {
	nested := map[string]bool{}
	for _, s := range l.all {
		if s.parent != nil {
			nested[filepath.Clean(filepath.FromSlash(s.stack.File))] = true
		}
	}
	drop := func(s *scope) bool {
		top := s.top()
		return top.inFolder && nested[filepath.Clean(top.stack.File)]
	}
	l.all = slices.DeleteFunc(l.all, drop)
}
