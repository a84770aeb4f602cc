package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/owned"
	"github.com/tierwall/tierwall/internal/gen/stack"
	"github.com/tierwall/tierwall/internal/proof"
)

// templatesFolder is the folder of templates beside the architecture.
const templatesFolder = "cloudformation"

// runTemplates writes the CloudFormation templates of an architecture: for each environment a folder with the templates of its stack and
// the declaration that "tierwall prove" compares them with.
func (g generateCommand) runTemplates(c console, d *document.Document) error {
	if g.Module != "" || g.Replace != "" {
		return fmt.Errorf("--module and --replace are for the CDK app: leave them out with --to cloudformation")
	}
	if g.Out == "" {
		g.Out = filepath.Join(filepath.Dir(g.File), templatesFolder)
	}
	beside, err := os.OpenRoot(filepath.Dir(g.File)) // No path of the file leads out of its folder.
	if err != nil {
		return err
	}
	defer func() { _ = beside.Close() }()
	var files []owned.File
	var found []environmentDiags
	used := map[string]bool{} // acknowledgements
	c.progress.step("making and proving templates")
	for _, e := range d.Environments {
		made, diags := g.templates(beside.FS(), e)
		files = append(files, made...)
		network := e.Document.Architecture(e).Network.Path
		for _, one := range diags {
			if a, ok := d.Acknowledgment(one, network); ok {
				used[a.ID()] = true
			}
		}
		diags = open(d, diags, network)
		found = append(found, environmentDiags{e.Name, network, diags})
	}
	diags := together(g.File, found)
	if refused := diags.With(diag.Error, diag.Finding); len(refused) > 0 { // A synthesis fails for a finding as well.
		return errors.New(refused.String())
	}
	diags = append(diags, unused(d, used)...)
	if err := warn(c, diags.String()); err != nil {
		return err
	}
	return g.writeAll(c, files, "*/*.template.*")
}

// templates returns the files of an environment, which are proven.
func (g generateCommand) templates(beside fs.FS, e document.Environment) ([]owned.File, diag.List) {
	s, diags := stack.MakeIn(beside, e.Document, e, "."+g.Format, time.Now())
	if s == nil || diags.HasErrors() {
		return nil, diags
	}
	files, err := s.Files()
	if err == nil {
		var found diag.List
		found, err = proved(s)
		diags = append(diags, found...)
	}
	if err != nil {
		return nil, append(diags, diag.Diagnostic{Rule: "stack", Summary: "the templates of " + e.Name + " cannot be made", Detail: err.Error()})
	}
	var out []owned.File
	for _, name := range slices.Sorted(maps.Keys(files)) {
		file := owned.File{Path: path.Join(e.Name, name), Data: files[name], Owned: true}
		if name != proof.FileName {
			file = owned.Template(file.Path, file.Data)
		}
		out = append(out, file)
	}
	return out, diags
}

// unused warns of acknowledgements that accept nothing.
func unused(d *document.Document, used map[string]bool) diag.List {
	var out diag.List
	for _, a := range d.Acknowledged {
		if !used[a.ID()] {
			out.Add(diag.Diagnostic{
				Severity: diag.Warning, Rule: "acknowledged", Summary: "there is no finding " + a.ID() + " to acknowledge",
				At: []diag.Position{a.At}, Fix: "remove the entry",
			})
		}
	}
	return out
}

// proved proves the templates of a stack, and checks its controls, before anything is written.
func proved(s *stack.Stack) (diag.List, error) {
	a, err := s.Assembly()
	if err != nil {
		return nil, err
	}
	report, err := proof.Prove(a, s.Declaration)
	if err != nil {
		return nil, err
	}
	findings := append(report.Diagnostics().With(diag.Error, diag.Finding), checkControls(a)...)
	for i := range findings {
		findings[i] = withoutTemplates(findings[i], s)
	}
	return findings, nil
}

// withoutTemplates returns a finding that names no line of the templates, because they are not written.
func withoutTemplates(d diag.Diagnostic, s *stack.Stack) diag.Diagnostic {
	d.At = slices.DeleteFunc(slices.Clone(d.At), func(at diag.Position) bool { return s.Templates[at.File] != nil })
	return d
}
