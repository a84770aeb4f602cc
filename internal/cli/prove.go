package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/reach"
)

type proveCommand struct {
	Template []string `arg:"" optional:"" help:"${templates}"`
	Against  string   `placeholder:"FILE" help:"File of the declared architecture. Default: tierwall.json in the cloud assembly."`
	Expect   string   `placeholder:"FILE" help:"File of your own expectations, with lines such as 'deny internet -> Database postgresql'."`
	Format   string   `enum:"text,json,sarif,markdown" default:"text" help:"Output format: text, json, sarif or markdown."`
	templateFlags
	reachFlags
}

// Run compares the templates with the declaration, the expectations, or both.
func (p proveCommand) Run(c console) error {
	assembly, err := p.load(p.Template...)
	if err != nil {
		return err
	}
	declared, err := p.declaration(assembly)
	if err != nil {
		return err
	}
	var expected []expectation
	if p.Expect != "" {
		if expected, err = readExpectations(p.Expect); err != nil {
			return err
		}
	}
	c.progress.step("proving")
	report := &proof.Report{}
	if declared != nil {
		if report, err = proof.Prove(assembly, declared); err != nil {
			return fmt.Errorf("%s: %w", p.file(assembly), err)
		}
	}
	var top *reach.Topology // for expectations, and to explain a pair
	if len(expected) > 0 || slices.ContainsFunc(report.Pairs, func(pair proof.Pair) bool { return pair.Verdict != proof.Exact }) {
		if top, err = p.topology(assembly); err != nil {
			return err
		}
	}
	if len(expected) > 0 {
		report.Assumptions = append(report.Assumptions, top.Assumptions...)
		slices.Sort(report.Assumptions)
		report.Assumptions = slices.Compact(report.Assumptions)
	}
	failures, err := check(top, expected)
	if err != nil {
		return err
	}
	findings := append(report.Diagnostics(), failures...)
	if declared != nil {
		findings = append(findings, checkControls(assembly)...)
	}
	result := proveResult{report, declared, findings, len(expected)}
	text, err := result.render(p.Format, firstFile(assembly))
	more := slices.Concat(p.Template, p.templateFlags.words(), p.reachFlags.words())
	return c.finish(text+c.next(nextOfProof(report, top, more...)...), err, len(findings) > 0)
}

// file returns the path of the declaration.
func (p proveCommand) file(a *cfn.Assembly) string {
	if p.Against != "" {
		return p.Against
	}
	if a.Dir == "" && len(a.Stacks) > 0 { // Templates: the declaration is beside them.
		return filepath.Join(filepath.Dir(a.Stacks[0].File), proof.FileName)
	}
	return filepath.Join(a.Dir, proof.FileName)
}

// firstFile returns the path of the first template.
func firstFile(a *cfn.Assembly) string {
	if len(a.Stacks) == 0 {
		return a.Dir
	}
	return filepath.ToSlash(filepath.Join(a.Dir, a.Stacks[0].File))
}

// declaration reads the declaration. It returns nil if there is none and the user only asks about expectations.
func (p proveCommand) declaration(a *cfn.Assembly) (*proof.Declaration, error) {
	file := p.file(a)
	read := func() ([]byte, error) { return cfn.ReadNamed(file) }
	if p.Against == "" {
		read = func() ([]byte, error) { return cfn.ReadIn(filepath.Dir(file), proof.FileName) }
	}
	data, err := read()
	switch {
	case errors.Is(err, os.ErrNotExist) && p.Against == "" && p.Expect != "":
		return nil, nil
	case errors.Is(err, os.ErrNotExist) && p.Against == "":
		return nil, fmt.Errorf("there is no %s beside the templates, so there is no declaration to compare them with; "+
			"name its file with --against, state expectations with --expect, or run tierwall show", proof.FileName)
	case err != nil:
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	d, err := proof.Decode(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return d, nil
}
