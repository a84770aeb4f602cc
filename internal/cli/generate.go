package cli

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/app"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/folder"
	"github.com/tierwall/tierwall/internal/gen/owned"
	"github.com/tierwall/tierwall/internal/gen/stack"
	"github.com/tierwall/tierwall/internal/lazyregexp"
	"github.com/tierwall/tierwall/internal/plan"
)

type generateCommand struct {
	File    string `arg:"" optional:"" default:"architecture.yaml" help:"File of the architecture, or its folder. Default: architecture.yaml."`
	To      string `enum:"app,cloudformation,kubernetes" default:"app" help:"What to make: app (CDK in Go), cloudformation (templates) or kubernetes (policies)."`
	Out     string `short:"o" placeholder:"DIR" help:"Folder to write to. Default: that of FILE, or cloudformation or kubernetes in it."`
	Format  string `enum:"json,yaml" default:"json" help:"Format of templates: json or yaml."`
	Module  string `placeholder:"PATH" help:"Path of the app's module, for a new go.mod."`
	Replace string `placeholder:"DIR" help:"Folder with the source of tierwall that go.mod uses in place of a release."`
	Check   bool   `help:"Write nothing, and exit with 1 if the app is not up to date."`
	Force   bool   `help:"Replace generated files although somebody has edited them."`

	podFlags
}

// Run writes the CDK app or the templates of an architecture.
func (g generateCommand) Run(c console) error {
	file, input, err := readArchitecture(g.File)
	if err != nil {
		return err
	}
	g.File = file
	if err := g.checkPodFlags(); err != nil {
		return err
	}
	var options app.Options
	if g.To == "app" {
		if g.Format != "json" {
			return errors.New("--format is for templates: add --to cloudformation, or leave it out")
		}
		g.Out = cmp.Or(g.Out, filepath.Dir(g.File))
		if options, err = g.options(input); err != nil {
			return err
		}
	}
	d, problems := document.Parse(filepath.ToSlash(g.File), input)
	if problems.HasErrors() {
		return problems
	}
	if err := warn(c, problems.Error()); err != nil {
		return err
	}
	switch g.To {
	case "cloudformation":
		return g.runTemplates(c, d)
	case "kubernetes":
		return g.runPolicies(c, d)
	}
	return g.runApp(c, d, options)
}

// runApp writes the CDK app.
func (g generateCommand) runApp(c console, d *document.Document, options app.Options) error {
	into, err := folder.Open(g.Out)
	if err != nil {
		return err
	}
	defer func() { _ = into.Close() }()
	if options.Module, err = g.module(into, d); err != nil {
		return err
	}
	if !strings.Contains(options.Source, "/") { // The file names the schema beside it.
		options.Schema = document.SchemaFor(d)
	}
	c.progress.step("making the app")
	files, diags := app.Files(d, options)
	planned := together(g.File, planProblems(d))
	diags = append(planned, without(inFile(diags, g.File), planned)...).Sorted()
	if err := mistakes(diags); err != nil {
		return err
	}
	if err := warn(c, diags.String()); err != nil {
		return err
	}
	if err := into.CheckPackage(); err != nil && !g.Check {
		return err
	}
	return g.write(c, into, files)
}

// write compares the files with those in the folder, and writes what the folder lacks.
func (g generateCommand) write(c console, into *folder.Folder, files []owned.File) error {
	changes, err := into.Compare(files)
	switch {
	case err != nil:
		return err
	case g.Check:
		return c.finish(checkText(changes), nil, len(changes.Differences) > 0)
	case len(changes.Blocked) > 0 && !g.Force:
		return c.finish(g.blockedText(changes), nil, true)
	case len(changes.Files) == 0:
		into.CleanUp(files)
		return c.print("up to date: " + g.Out + "\n")
	}
	if err := into.Write(changes.Files); err != nil {
		return err
	}
	return c.print(g.writtenText(changes))
}

// sourceName is what the name of the file may consist of: it becomes part of commands in the app.
var sourceName = lazyregexp.New(`^[A-Za-z0-9._/-]+$`)

// options returns the choices for the app, without the module.
func (g generateCommand) options(input []byte) (app.Options, error) {
	source, err := relativeTo(g.Out, g.File)
	if err != nil {
		return app.Options{}, err
	}
	if !sourceName.MatchString(source) {
		return app.Options{}, fmt.Errorf("the name of the file is %.80q, and becomes part of commands: use letters, digits, and . _ - /", source)
	}
	replace := g.Replace
	if replace != "" {
		if replace, err = filepath.Abs(replace); err != nil {
			return app.Options{}, err
		}
		if strings.ContainsAny(replace, "\"'`\n\r \t\\") {
			return app.Options{}, fmt.Errorf("go.mod cannot name the folder %.80q: use one without spaces and quotes", replace)
		}
		if !isFolder(replace) {
			return app.Options{}, fmt.Errorf("--replace is %.80q, which is no folder: name the one with the source of tierwall", g.Replace)
		}
	}
	return app.Options{Version: version(), Replace: replace, Source: source, Input: input}, nil
}

// relativeTo returns the name of a file seen from a folder, with slashes.
func relativeTo(dir, file string) (string, error) {
	from, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	to, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	name, err := filepath.Rel(from, to)
	return filepath.ToSlash(name), err
}

var modulePath = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9._~-]*(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$`)

// module returns the path of the app's module. A go.mod of another module is an error.
func (g generateCommand) module(into *folder.Folder, d *document.Document) (string, error) {
	if g.Module != "" && !modulePath.MatchString(g.Module) {
		return "", fmt.Errorf("--module is %.80q, and must be the path of a Go module, such as example.com/shop", g.Module)
	}
	have, ours, err := into.Module()
	switch {
	case err != nil:
		return "", err
	case have == "" && g.Module == "":
		return "example.com/" + moduleName(d.Name), nil
	case have == "":
		return g.Module, nil
	case g.Module == "" && !ours:
		return "", fmt.Errorf("%s has a go.mod of the module %s, which does not use tierwall: choose a folder for the app with --out, or say "+
			"--module %s if the app is to be a part of that module", g.Out, have, have)
	case g.Module != "" && g.Module != have:
		return "", fmt.Errorf("%s has a go.mod of the module %s, and --module is %s: choose another folder with --out, or leave out --module",
			g.Out, have, g.Module)
	}
	return have, nil
}

// moduleName writes the name of an architecture as a part of a module's path.
func moduleName(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	if len(words) == 0 {
		return "app"
	}
	return strings.Join(words, "-")
}

func checkText(c folder.Changes) string {
	if len(c.Differences) == 0 {
		return "up to date\n"
	}
	return differencesText(c.Differences) + "not up to date: run tierwall generate\n"
}

func (g generateCommand) blockedText(c folder.Changes) string {
	elsewhere := map[string]string{
		"app": "workloads.go", "cloudformation": "a template of your own", "kubernetes": "a policy of your own",
	}[g.To]
	text := differencesText(c.Blocked)
	for _, b := range c.Blocked {
		if b.State == owned.Foreign {
			text += b.Path + " has no header of tierwall: it was ejected, or somebody else wrote it\n"
		} else {
			text += b.Path + " was edited after tierwall wrote it\n"
		}
	}
	return text + "nothing has changed; keep what you need in " + elsewhere + ", then replace the file with --force\n"
}

func differencesText(list []folder.Difference) string {
	text := ""
	for _, d := range list {
		text += strings.ReplaceAll(d.Text, "\t", "    ") // The console prints tabs as \t.
	}
	return text
}

func (g generateCommand) writtenText(c folder.Changes) string {
	text := ""
	for _, f := range c.Files {
		text += "wrote " + filepath.Join(g.Out, filepath.FromSlash(f.Path)) + "\n"
	}
	for _, kept := range c.Kept {
		text += "kept " + filepath.Join(g.Out, filepath.FromSlash(kept)) + ", which was there already\n"
	}
	if large := largeTemplates(c.Files); g.To != "app" && large > 0 {
		text += fmt.Sprintf("templates larger than %[2]d bytes: %[1]d; CloudFormation takes them from a bucket only, so deploy with "+
			"--s3-bucket\n",
			large, maxTemplateBody)
	}
	if slices.ContainsFunc(c.Files, func(f owned.File) bool { return f.Path == "go.mod" }) {
		text += "next, in " + g.Out + ": go mod tidy, go test -update ./..., cdk synth\n"
	}
	return text
}

// maxTemplateBody is how large a template may be that is in no bucket, in bytes (AWS CloudFormation User Guide, quotas).
const maxTemplateBody = 51_200

// largeTemplates returns how many templates are larger than that.
func largeTemplates(files []owned.File) int {
	large := 0
	for _, f := range files {
		if len(f.Data) > maxTemplateBody && strings.Contains(f.Path, ".template.") {
			large++
		}
	}
	return large
}

// planProblems returns what the plans of a document have to say in its environments. Synthesis would find the same, but in the words of Go.
func planProblems(d *document.Document) []environmentDiags {
	var out []environmentDiags
	for _, e := range d.Environments {
		a := e.Document.Architecture(e)
		p, found := plan.Make(a, time.Now())
		if p != nil {
			found = append(found, stack.Lacks(e.Document, p)...)
		}
		out = append(out, environmentDiags{e.Name, a.Network.Path, open(d, found, a.Network.Path)})
	}
	return out
}

// without returns the diagnostics whose mistake is not among others: a mistake is a rule at a place.
func without(list, others diag.List) diag.List {
	return slices.DeleteFunc(slices.Clone(list), func(d diag.Diagnostic) bool {
		return slices.ContainsFunc(others, func(o diag.Diagnostic) bool { return o.Rule == d.Rule && slices.Equal(o.At, d.At) })
	})
}
