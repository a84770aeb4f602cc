package cfn

import (
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// stackType is the type of resources that are nested stacks.
const stackType = "AWS::CloudFormation::Stack"

// openNested opens the stack of a nested stack resource, if its template is a local file.
func (l *loader) openNested(s *scope, e *definition, files []string) {
	r := &l.resolver
	r.scope = s
	defer r.enter("Resources", e.node.key)()
	file := l.nestedFile(s, e.node)
	if file == "" {
		return
	}
	if slices.Contains(files, file) {
		r.problem(e.node, "the nested stack uses the template %s, which contains this stack", file)
		return
	}
	root := l.nestedTemplate(s, e, file)
	if root == nil {
		return
	}
	nested := &scope{
		stack:  &Stack{Name: s.stack.Name + "/" + e.node.key, File: file, Account: s.stack.Account, Region: s.stack.Region, Parent: e.resource},
		root:   root,
		source: l.source(file), group: s.group, folder: s.folder,
		parent: s, arguments: e.node.field("Properties").field("Parameters"),
	}
	s.nested[e.node.key] = nested
	l.openStack(nested, files)
}

// nestedFile returns the template file of a nested stack, or "" if there is none.
func (l *loader) nestedFile(s *scope, n *node) string {
	url := n.field("Properties").field("TemplateURL")
	file := n.field("Metadata").literal("aws:asset:path")
	switch {
	case file != "":
	case l.dir != "":
		file = l.uploadedFile(s.group, url)
	case url != nil && !strings.Contains(url.text, "://"):
		file = url.text // `aws cloudformation package` allows paths here.
	}
	if file == "" {
		return ""
	}
	if l.dir == "" && !filepath.IsLocal(filepath.FromSlash(file)) {
		l.warnNotRead(n, file, "it is outside the folder of the template")
		return ""
	}
	return path.Join(path.Dir(filepath.ToSlash(s.stack.File)), file)
}

// nestedTemplate reads the template of a nested stack. Outside an assembly, the file may be absent.
func (l *loader) nestedTemplate(s *scope, e *definition, file string) *node {
	if _, known := l.parsed[file]; known || l.dir != "" {
		return l.template(file)
	}
	if l.absent[file] {
		return nil
	}
	within, err := filepath.Rel(s.folder, filepath.FromSlash(file))
	if err != nil {
		return nil
	}
	data, err := ReadIn(s.folder, within)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		l.absent[file] = true
		return nil
	case err != nil:
		l.warnNotRead(e.node, file, err.Error())
		return nil
	}
	return l.keep(file, parsingOf(data))
}

// warnNotRead warns that the template of a nested stack is left out.
func (l *loader) warnNotRead(n *node, file, why string) {
	r := &l.resolver
	r.warnAt(n, "template-not-read", r.scope.stack.Name+"/"+n.key, "the template %s of the nested stack is not read: %s", file, why)
}

// uploadedFile returns the file of the assembly that a nested stack's TemplateURL refers to. CDK writes the file's path
// into the template only if the command-line tool runs the app. The last part of the URL is a literal even if its host
// is not.
func (l *loader) uploadedFile(dir string, url *node) string {
	if joined := url.field("Fn::Join"); joined != nil && len(joined.items) == 2 && len(joined.items[1].items) > 0 {
		url = &joined.items[1].items[len(joined.items[1].items)-1]
	} else if sub := url.field("Fn::Sub"); sub != nil {
		url = sub
	}
	if url == nil || url.kind != textNode {
		return ""
	}
	return l.assets[assetKey{dir, path.Base(url.text)}]
}
