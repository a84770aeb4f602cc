package cli

import (
	"cmp"
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
	"github.com/tierwall/tierwall/internal/gen/export"
	"github.com/tierwall/tierwall/internal/gen/stack"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/detail"
	"github.com/tierwall/tierwall/internal/proof"
)

type planCommand struct {
	Input       string `arg:"" optional:"" help:"File, its folder, or the cloud assembly of an app of tierwall. Default: architecture.yaml."`
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
	if p.Changes == "" && !isAssembly(p.Input) {
		text += c.next("generate", architectureFile(p.Input))
	}
	return c.print(text)
}

// namedPlan is the plan of an environment, or of a network of an app.
type namedPlan struct {
	name string
	*plan.Plan
	settings []document.Setting // of the file; nil for a network of an app
	watched  []detail.Table     // what watches the network
}

// tables returns all tables of a plan.
func (p namedPlan) tables() []detail.Table { return append(detail.Of(p.Plan), p.watched...) }

// plans makes the plans of a file or of an assembly.
func (p planCommand) plans(c console, path string) ([]namedPlan, error) {
	declared, file := p.ofAssembly, ""
	if !isAssembly(path) {
		path = architectureFile(path)
		declared, file = p.ofFile, path
	}
	architectures, err := declared(c, path)
	if err != nil {
		return nil, err
	}
	return makePlans(c, file, architectures)
}

// isAssembly reports whether a path is a cloud assembly, and no architecture.yaml nor its folder.
func isAssembly(path string) bool {
	_, err := os.Stat(filepath.Join(path, document.FileName))
	return isFolder(path) && err != nil
}

// namedArchitecture is the architecture of an environment, or of a network of an app.
type namedArchitecture struct {
	name string
	arch.Architecture
	settings []document.Setting
	file     *document.Document // nil for a network of an app
	exported *document.Document // that of a network of an app
}

// watched returns the document that says what watches the network.
func (a namedArchitecture) watched() *document.Document { return cmp.Or(a.file, a.exported) }

// ofFile returns the architectures of a file in its environments.
func (p planCommand) ofFile(c console, path string) ([]namedArchitecture, error) {
	d, err := readDocument(c, path)
	if err != nil {
		return nil, err
	}
	environments, err := p.environments(d)
	var out []namedArchitecture
	for _, e := range environments {
		out = append(out, namedArchitecture{e.Name, e.Document.Architecture(e), e.Settings(), e.Document, nil})
	}
	return out, err
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
	path, data, err := readArchitecture(path)
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
	return c.tell(text)
}

// ofAssembly returns the architectures that an assembly declares.
func (p planCommand) ofAssembly(_ console, folder string) ([]namedArchitecture, error) {
	if p.Environment != "" {
		return nil, errors.New("--environment is for files; an assembly has the environments of its stacks")
	}
	data, err := cfn.ReadIn(folder, proof.FileName)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; name an architecture.yaml, or the cloud assembly of an app that uses the tierwall library",
			filepath.Join(folder, proof.FileName), cause(err))
	}
	d, err := proof.Decode(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(folder, proof.FileName), err)
	}
	if len(d.Networks) == 0 {
		return nil, fmt.Errorf("%s declares no network", filepath.Join(folder, proof.FileName))
	}
	var out []namedArchitecture
	for _, n := range d.Networks {
		d, _, err := export.From(n)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Join(folder, proof.FileName), err)
		}
		out = append(out, namedArchitecture{n.Architecture.Network.Path, n.Architecture, nil, nil, d})
	}
	return out, nil
}

// makePlans makes plans, and prints their warnings. file is the file of the architectures, empty for an assembly.
func makePlans(c console, file string, architectures []namedArchitecture) ([]namedPlan, error) {
	var out []namedPlan
	var found []environmentDiags
	c.progress.step("planning")
	for _, a := range architectures {
		made, diags := plan.Make(a.Architecture, time.Now().UTC())
		if a.file != nil && made != nil {
			diags = append(diags, stack.Lacks(a.file, made)...)
		}
		if a.file != nil {
			diags = open(a.file, diags, a.Network.Path)
		}
		one := namedPlan{name: a.name, Plan: made, settings: a.settings}
		if made != nil {
			one.watched = watchTables(a.watched(), made)
		}
		out = append(out, one)
		found = append(found, environmentDiags{a.name, a.Network.Path, diags})
	}
	var diags diag.List
	if file != "" {
		diags = together(file, found)
	} else {
		for _, one := range found {
			diags = append(diags, one.diags...)
		}
	}
	if err := mistakes(diags); err != nil {
		return nil, err
	}
	return out, warn(c, diags.String())
}

// Help is the long help of plan.
func (planCommand) Help() string {
	return `Use it to see what follows from an architecture.yaml before anything is generated: all tiers, flows, rules, routes, entries,
endpoints and web ACLs, and how much of AWS's quotas they need.

With --changes, it shows what has changed since another file or assembly: rows that are new (+), rows that are gone (-), and values
that are others (~). Among them are what AWS charges for, such as NAT gateways and endpoints, how much of the quotas is used, and the
settings of a file that no rule shows, such as those of load balancers.

Exit codes:

    0  success
    2  wrong usage or input

Examples:

    tierwall plan
    tierwall plan architecture.yaml --environment Production --changes main/architecture.yaml
`
}
