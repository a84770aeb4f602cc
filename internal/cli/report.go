package cli

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/page"
	"github.com/tierwall/tierwall/internal/picture/survey"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/proof"
)

type reportCommand struct {
	Template []string `arg:"" optional:"" help:"${templates}"`
	Out      string   `short:"o" default:"report.html" help:"File to write, or - for standard output."`
	Force    bool     `help:"Replace the file if it exists."`
	Title    string   `placeholder:"TEXT" help:"Title. Default: the names of the stacks."`
	Logs     []string `placeholder:"PATH" help:"Files and folders of VPC flow logs of one network, as for tierwall usage."`
	templateFlags
	reachFlags
}

// Run writes the report of templates.
func (r reportCommand) Run(c console) error {
	assembly, err := r.load(r.Template...)
	if err != nil {
		return err
	}
	in, err := r.input(c, assembly)
	if err != nil {
		return err
	}
	c.progress.step("writing the report")
	var b strings.Builder
	if err := page.Write(&b, in); err != nil {
		return err
	}
	if r.Out == "-" {
		c.progress.end()
		return c.write(b.String())
	}
	if err := writeFile(r.Out, []byte(b.String()), r.Force); err != nil {
		return err
	}
	return c.print("wrote " + r.Out + "\n")
}

// input collects what the report shows.
func (r reportCommand) input(c console, a *cfn.Assembly) (page.Input, error) {
	in := page.Input{Title: r.Title, Assembly: a, Today: time.Now().UTC(), Templates: r.Template}
	if in.Title == "" {
		in.Title = titleOf(a)
	}
	var err error
	if in.Declaration, err = declarationBeside(a); err != nil {
		return in, err
	}
	c.progress.step("finding what passes")
	if in.Declaration == nil {
		in.Topology, err = r.topology(a)
	} else if in.Topology, err = proof.Topology(a, in.Declaration); err == nil {
		c.progress.step("proving")
		in.Proof, err = proof.Prove(a, in.Declaration)
	}
	if err != nil {
		return in, err
	}
	if r.AssumeOpen && in.Declaration != nil {
		in.Topology.AssumeOpenPlaces()
	}
	if in.Proof != nil {
		in.Findings = in.Proof.Diagnostics()
	}
	in.Findings = append(in.Findings, checkControls(a)...)
	in.Survey = survey.Make(survey.Input{Assembly: a, Topology: in.Topology, Declaration: in.Declaration, Report: in.Proof, Title: in.Title,
		AssumesOpen: r.AssumeOpen})
	if in.Plans, err = plansOf(in.Declaration, in.Today); err != nil || len(r.Logs) == 0 {
		return in, err
	}
	in.Usage, err = r.usage(c, a)
	return in, err
}

// usage returns what logs say of the declared flows.
func (r reportCommand) usage(c console, a *cfn.Assembly) ([]page.Section, error) {
	u := usageCommand{Logs: r.Logs, Against: proveCommand{}.file(a)}
	network, source, err := u.network(c)
	if err != nil {
		return nil, err
	}
	out, err := u.read(c, network, source)
	if err != nil {
		return nil, err
	}
	return out.sections(), nil
}

// plansOf makes the plans of the declared networks.
func plansOf(d *proof.Declaration, today time.Time) ([]*plan.Plan, error) {
	if d == nil {
		return nil, nil
	}
	var out []*plan.Plan
	for _, n := range d.Networks {
		made, diags := plan.Make(n.Architecture, today)
		if made == nil {
			return nil, fmt.Errorf("%s: %s", filepath.Base(proof.FileName), diags)
		}
		out = append(out, made)
	}
	return out, nil
}

// Help is the long help of report.
func (reportCommand) Help() string {
	return `Use it to give reviewers and auditors one page that they can read in a browser: the picture, who reaches whom, every rule behind
each cell with its template line, findings, exceptions with their owners and days left, budgets, and the numbers of firewall rules.

With --logs, the page says of each declared flow whether it was used, as tierwall usage does.

The page is one file. It loads nothing, and works without scripts; a script adds search, filters and order. If tierwall.json is beside the
templates, the page has the proof and what was declared. The page names the day, because days left depend on it.

Exit codes:

    0  success
    2  wrong usage or input

Examples:

    tierwall report template.yaml -o report.html
    tierwall report --logs AWSLogs --force
`
}
