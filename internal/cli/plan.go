package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/proof"
)

type planCommand struct {
	Input       string `arg:"" optional:"" help:"A file, or the cloud assembly of an app that uses the tierwall library. Default: architecture.yaml."`
	Environment string `short:"e" placeholder:"NAME" help:"An environment of the file. Default: all."`
	Changes     string `placeholder:"OLD" help:"Show what has changed since OLD, which is a file or an assembly."`
	Format      string `enum:"text,json,markdown" default:"text" help:"Output format: text, json or markdown."`
}

// Run shows the plan, or what a change of it does.
func (p planCommand) Run(c console) error {
	if p.Input == "" {
		p.Input = document.FileName
	}
	plans, err := p.plans(c, p.Input)
	if err != nil {
		return err
	}
	var text string
	if p.Changes == "" {
		text, err = p.show(plans)
	} else {
		var old []namedPlan
		if old, err = p.plans(c, p.Changes); err == nil {
			text, err = p.compare(old, plans)
		}
	}
	if err != nil {
		return err
	}
	return c.print(text)
}

// namedPlan is the plan of an environment, or of a network of an app.
type namedPlan struct {
	name string
	*plan.Plan
}

// plans makes the plans of a file or of an assembly.
func (p planCommand) plans(c console, path string) ([]namedPlan, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%w; name an architecture.yaml or a cloud assembly, or write a first file with \"tierwall new\"", err)
	}
	var out []namedPlan
	if !info.IsDir() {
		d, err := readDocument(c, path)
		if err != nil {
			return nil, err
		}
		environments, err := p.environments(d)
		if err != nil {
			return nil, err
		}
		for _, e := range environments {
			made, err := makePlan(c, e.Document.Architecture(e))
			if err != nil {
				return nil, fmt.Errorf("environment %s:\n%w", e.Name, err)
			}
			out = append(out, namedPlan{e.Name, made})
		}
		return out, nil
	}
	networks, err := declaredNetworks(path)
	if err != nil {
		return nil, err
	}
	if p.Environment != "" {
		return nil, errors.New("--environment is for files; an assembly has the environments of its stacks")
	}
	for _, a := range networks {
		made, err := makePlan(c, a)
		if err != nil {
			return nil, fmt.Errorf("%s:\n%w", a.Network.Path, err)
		}
		out = append(out, namedPlan{a.Network.Path, made})
	}
	return out, nil
}

// environments returns the environments that were asked for.
func (p planCommand) environments(d *document.Document) ([]document.Environment, error) {
	if p.Environment == "" {
		return d.Environments, nil
	}
	var names []string
	for _, e := range d.Environments {
		if e.Name == p.Environment {
			return []document.Environment{e}, nil
		}
		names = append(names, e.Name)
	}
	return nil, fmt.Errorf("the file has no environment %q; it has %s", p.Environment, strings.Join(names, ", "))
}

// readDocument reads an architecture.yaml, and prints its warnings.
func readDocument(c console, path string) (*document.Document, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	d, problems := document.Parse(filepath.ToSlash(path), data)
	if d == nil {
		return nil, problems
	}
	return d, warn(c, problems.Error())
}

// warn prints warnings.
func warn(c console, text string) error {
	if text == "" {
		return nil
	}
	_, err := fmt.Fprintln(c.err, prose(text))
	return err
}

// declaredNetworks returns the networks that an assembly declares.
func declaredNetworks(folder string) ([]arch.Architecture, error) {
	data, err := cfn.ReadIn(folder, proof.FileName)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; name the cloud assembly of an app that uses the tierwall library",
			filepath.Join(folder, proof.FileName), err)
	}
	d, err := proof.Decode(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(folder, proof.FileName), err)
	}
	if len(d.Networks) == 0 {
		return nil, fmt.Errorf("%s declares no network", filepath.Join(folder, proof.FileName))
	}
	var out []arch.Architecture
	for _, n := range d.Networks {
		out = append(out, n.Architecture)
	}
	return out, nil
}

// makePlan makes a plan, and prints its warnings.
func makePlan(c console, a arch.Architecture) (*plan.Plan, error) {
	p, diags := plan.Make(a, time.Now().UTC())
	if diags.HasErrors() {
		return nil, errors.New(diags.With(diag.Error).String())
	}
	return p, warn(c, diags.String())
}

// Help is the long help of plan.
func (planCommand) Help() string {
	return `Use it to see what follows from an architecture.yaml before anything is generated: all tiers, flows, rules, routes, entries,
endpoints and web ACLs, and how much of AWS's quotas they need.

With --changes, it shows what has changed since another file or assembly: rows that are new (+), rows that are gone (-), and numbers
that are others (~).

Exit codes:

    0  success
    2  wrong usage or input

Examples:

    tierwall plan
    tierwall plan architecture.yaml --environment Production --changes main/architecture.yaml
`
}
