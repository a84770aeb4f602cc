package app

import (
	"bytes"
	"embed"
	"fmt"
	"go/format"
	"strings"
	"text/template"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/owned"
)

// NetworkFile is the file with the code of the network. It belongs to the generator.
const NetworkFile = "network_gen.go"

// Options are the choices for an app that do not come from the document.
type Options struct {
	// Module is the path of the app's module: "example.com/shop".
	Module string
	// Version is the version of tierwall: "v0.9.0".
	Version string
	// Replace is a folder with the source of tierwall, for go.mod; empty takes the released version.
	Replace string
	// Source is the name of the document's file, and Input its content.
	Source string
	Input  []byte
	// Schema is the JSON Schema of the document; nil leaves it out.
	Schema []byte
}

// Files returns the files of the app of a document, in the order in which they are to be written: those that belong to the generator are
// last. Diagnostics report what the app cannot say; with errors there are no files.
func Files(d *document.Document, options Options) ([]owned.File, diag.List) {
	g := newGenerator(d, options)
	body, err := g.generate()
	if g.problems.HasErrors() {
		return nil, g.problems.Sorted()
	}
	if err != nil {
		g.refuse(diag.Position{File: options.Source}, "the document cannot be written as Go", err.Error(), "report this as a bug of tierwall")
		return nil, g.problems
	}
	files, err := g.writtenOnce()
	if err != nil {
		g.refuse(diag.Position{File: options.Source}, "the app cannot be written", err.Error(), "report this as a bug of tierwall")
		return nil, g.problems
	}
	if options.Schema != nil {
		files = append(files, owned.Schema(document.SchemaFile, options.Schema, options.Version))
	}
	from := owned.Origin{Version: options.Version, Source: options.Source, Input: options.Input}
	return append(files, owned.Code(NetworkFile, body, from)), nil
}

//go:embed templates
var templates embed.FS

// written lists the files that are written once, with their templates.
var written = []struct{ path, template string }{
	{".gitignore", "gitignore"},
	{"cdk.json", "cdk.json"},
	{"go.mod", "go.mod.tmpl"},
	{"main.go", "main.go.tmpl"},
	{"workloads.go", "workloads.go.tmpl"},
	{"network_test.go", "network_test.go.tmpl"},
	{"expectations.txt", "expectations.txt.tmpl"},
	{"README.md", "README.md.tmpl"},
	{".github/workflows/tierwall.yml", "tierwall.yml.tmpl"},
}

// app is what the templates show.
type app struct {
	Name     string // of the stack, in quotes
	Title    string // the name in a comment
	Module   string
	Type     string
	Variable string // a local variable for the type
	Source   string
	Command  string // the arguments of tierwall generate
	Requires string
	Version  string
	Replace  string

	Stack           string // the parameter for the stack, or _ if nothing uses it
	WorkloadImports string
	Workloads       string
	Expectations    []string
}

func (g *generator) writtenOnce() ([]owned.File, error) {
	workloads, workloadImports := g.workloads()
	a := app{
		Name: fmt.Sprintf("%q", g.doc.Name), Title: comment(g.doc.Name), Module: g.options.Module, Type: g.typ, Variable: local(g.typ, "App"),
		Source: g.options.Source, Command: command(g.options.Source), Requires: requires,
		Version: release(g.options.Version), Replace: g.options.Replace,
		Workloads: workloads, WorkloadImports: workloadImports, Expectations: g.expectations(),
	}
	if a.Stack = "stack"; len(g.made) == 0 {
		a.Stack = "_"
	}
	var files []owned.File
	for _, w := range written {
		data, err := templates.ReadFile("templates/" + w.template)
		if err != nil {
			return nil, err
		}
		if strings.HasSuffix(w.template, ".tmpl") {
			data, err = execute(w.path, string(data), a)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", w.path, err)
		}
		files = append(files, owned.File{Path: w.path, Data: data})
	}
	return files, nil
}

// command returns the arguments with which "tierwall generate", in the folder of the app, writes the app.
func command(source string) string {
	switch {
	case source == document.FileName:
		return ""
	case strings.Contains(source, "/"):
		return " " + source + " --out ."
	}
	return " " + source
}

// execute returns the text of a template. Go code is formatted.
func execute(path, text string, a app) ([]byte, error) {
	t, err := template.New(path).Parse(text)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, a); err != nil {
		return nil, err
	}
	if strings.HasSuffix(path, ".go") {
		return format.Source(b.Bytes())
	}
	return b.Bytes(), nil
}

// comment returns a text that is safe in a comment and in Markdown: printable ASCII without markup.
func comment(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune("`<>[]*_{}|\\", r) {
			return '?'
		}
		return r
	}, s)
}
