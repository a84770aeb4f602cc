package cfn

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
)

// Load reads one cloud assembly, which is a folder with a manifest.json, or any number of template files and folders of
// templates. Each template may be JSON or YAML; its content decides. Nested stacks are read if their template is a
// local file. The error reports all problems.
func Load(paths []string, o *Options) (*Assembly, error) {
	if len(paths) == 0 {
		return nil, errors.New("nothing to read: name a cloud assembly's folder (cdk.out), CloudFormation templates, or folders of templates")
	}
	for _, path := range paths {
		if dir, ok := assemblyDir(path); ok && len(paths) > 1 {
			return nil, fmt.Errorf("%s is a cloud assembly and cannot be read together with other paths; got %d paths", path, len(paths))
		} else if ok {
			return loadAssembly(dir, o)
		}
	}
	l := newLoader(o, ReadNamed)
	seen := map[string]bool{}
	for _, path := range paths {
		l.loadPath(path, seen)
	}
	l.nameByPath()
	if l.options.Name != "" && len(l.top) == 1 {
		l.top[0].stack.Name, l.top[0].assumedName = l.options.Name, l.options.Name
	}
	return l.finish()
}

// Read reads one template from memory, in JSON or YAML. The stack is named after name without extensions like
// .template.json. Its nested stacks stay unknown.
func Read(name string, data []byte, o *Options) (*Assembly, error) {
	return ReadNested(name, data, nil, o)
}

// ReadNested reads one template from memory as Read does, and the templates of its nested stacks, which are given by their files.
func ReadNested(name string, data []byte, nested map[string][]byte, o *Options) (*Assembly, error) {
	l := newLoader(o, func(string) ([]byte, error) { return nil, fs.ErrNotExist })
	for _, file := range slices.Sorted(maps.Keys(nested)) {
		l.keep(file, parsingOf(nested[file]))
	}
	if root := l.keep(name, parsingOf(data)); root != nil {
		stackName := templateName(name)
		l.top = append(l.top, &scope{stack: &Stack{Name: stackName, File: name}, root: root, source: name, assumedName: stackName})
	}
	return l.finish()
}

// assemblyDir returns the folder of the cloud assembly at path, if there is one.
func assemblyDir(path string) (string, bool) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		_, err := os.Stat(filepath.Join(path, manifestFile))
		return path, err == nil
	}
	return filepath.Dir(path), filepath.Base(path) == manifestFile
}

// templateName returns a file's name without the extensions of templates.
func templateName(file string) string {
	name := filepath.Base(file)
	for {
		shorter := name
		for _, ext := range [...]string{".json", ".yaml", ".yml", ".template", ".txt"} {
			shorter = strings.TrimSuffix(shorter, ext)
		}
		if shorter == "" || shorter == name {
			return name
		}
		name = shorter
	}
}

// loader reads the templates of an assembly.
type loader struct {
	resolver resolver
	options  Options
	read     func(file string) ([]byte, error)
	dir      string           // the cloud assembly's folder, empty for templates
	parsed   map[string]*node // templates by file; nil for a template with mistakes
	absent   map[string]bool  // files of nested stacks that are not there: many stacks may name one
	assets   map[assetKey]string
	top, all []*scope
	unused   []string // names in Options.Parameters that no stack has
}

func newLoader(o *Options, read func(string) ([]byte, error)) *loader {
	l := &loader{read: read, parsed: map[string]*node{}, absent: map[string]bool{}, assets: map[assetKey]string{}}
	if o != nil {
		l.options = *o
	}
	l.resolver.exports = &exports{byKey: map[exportKey][]*export{}}
	return l
}

// fail reports a problem with a file, or with one line of it. The path is relative to the assembly.
func (l *loader) fail(file string, line int, format string, args ...any) {
	l.resolver.problems.Add(diag.Diagnostic{
		Summary: fmt.Sprintf(format, args...), At: []diag.Position{{File: l.source(file), Line: line}},
	})
}

// failAt is like fail for a file outside the assembly.
func (l *loader) failAt(file string, line int, format string, args ...any) {
	l.resolver.problems.Add(diag.Diagnostic{Summary: fmt.Sprintf(format, args...), At: []diag.Position{{File: file, Line: line}}})
}

// source returns the path of a file for messages.
func (l *loader) source(file string) string {
	return path.Join(filepath.ToSlash(l.dir), filepath.ToSlash(file))
}

// template returns the template in a file. If there is a problem, it reports it once and returns nil.
func (l *loader) template(file string) *node {
	if root, ok := l.parsed[file]; ok {
		return root
	}
	if l.options.Reading != nil {
		l.options.Reading(len(l.parsed))
	}
	l.parsed[file] = nil
	data, err := l.read(file)
	if err != nil {
		l.fail(file, 0, "the template cannot be read: %v", err)
		return nil
	}
	return l.keep(file, parsingOf(data))
}

// nameByPath names stacks by their paths if several files have the same name.
func (l *loader) nameByPath() {
	l.renameRepeated(func(s *scope) string { return filepath.ToSlash(filepath.Clean(s.stack.File)) })
}

// renameRepeated gives another name to each of the top-level stacks that share a name.
func (l *loader) renameRepeated(other func(*scope) string) {
	count := map[string]int{}
	for _, s := range l.top {
		count[s.stack.Name]++
	}
	for _, s := range l.top {
		if count[s.stack.Name] > 1 {
			s.stack.Name = other(s)
		}
	}
}

// finish resolves the top-level stacks and the stacks nested in them.
func (l *loader) finish() (*Assembly, error) {
	slices.SortStableFunc(l.top, func(a, b *scope) int { return cmp.Compare(a.stack.Name, b.stack.Name) })
	l.bindParameters()
	places := l.namePlaces()
	for _, s := range l.top {
		l.openStack(s, nil)
	}
	r := &l.resolver
	// Stop here after mistakes in templates: resolving them would report misleading further problems.
	if err := r.err(); err != nil {
		return nil, err
	}
	l.dropNested()
	for _, s := range l.all {
		r.exports.addExports(s)
	}
	a := &Assembly{Dir: l.dir, Places: places, exports: r.exports, doubts: map[string]*cause{}}
	for _, s := range l.all {
		if r.stackExists(s) {
			r.resolveStack(s)
			s.collectDoubts(a.doubts)
			a.Stacks = append(a.Stacks, s.stack)
		}
	}
	r.setExports()
	if err := r.err(); err != nil {
		return nil, err
	}
	a.Warnings, a.Unused = r.allWarnings(), l.unused
	return a, nil
}

// openStack reads the definitions in a stack's template, and opens the nested stacks. The argument files lists the
// template files of the enclosing stacks.
func (l *loader) openStack(s *scope, files []string) {
	r := &l.resolver
	if len(l.all) == maxStacks {
		if !r.exhausted {
			r.exhausted = true
			l.fail(s.stack.File, 0, "there are more than %d stacks; nested stacks may multiply them", maxStacks)
		}
		return
	}
	l.all = append(l.all, s)
	r.path = nil
	r.newScope(s)
	files = append(files, s.stack.File)
	for _, id := range slices.Sorted(maps.Keys(s.resources)) {
		if e := s.resources[id]; e.resource.Type == stackType {
			l.openNested(s, e, files)
		}
	}
	r.scope = nil
}

// resolveStack resolves every value in a stack.
func (r *resolver) resolveStack(s *scope) {
	r.inScope(s, func() {
		for _, e := range inOrder(s.parameters) {
			r.parameter(e.node, e)
		}
		for _, e := range inOrder(s.conditions) {
			r.condition(e.node, e.node.key)
		}
		s.stack.Resources = make([]*Resource, 0, len(s.resources))
		s.stack.byID = make(map[string]*Resource, len(s.resources))
		for _, e := range inOrder(s.resources) {
			r.resolveResource(s, e)
		}
		s.stack.Exports = map[string]Value{}
		for _, e := range inOrder(s.outputs) {
			if r.exists(s, e) != no {
				r.output(e.node, s, e)
			}
		}
	})
}
