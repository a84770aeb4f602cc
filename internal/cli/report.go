package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/change"
	"github.com/tierwall/tierwall/internal/compliance"
	"github.com/tierwall/tierwall/internal/page"
	"github.com/tierwall/tierwall/internal/picture/survey"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/upgrade"
)

type reportCommand struct {
	Template []string `arg:"" optional:"" help:"${templates}"`
	Diff     bool     `help:"Show what changes: the two arguments are the templates before and after the change."`
	For      []string `enum:"sec05,pci" placeholder:"NAME" help:"Add evidence for a standard: sec05 for SEC05-BP02, pci for PCI DSS 4.0.1."`
	Format   string   `enum:"html,markdown,csv" default:"html" help:"Output format: html, with --diff markdown, or with --for csv."`
	FailOn   []string `enum:"newly-allowed,internet,findings" help:"With --diff, exit with 1 on newly-allowed, internet or findings."`
	Out      string   `short:"o" help:"File to write, or - for standard output. Default: report.html, or standard output for other formats."`
	Force    bool     `help:"Replace the file if it exists."`
	Title    string   `placeholder:"TEXT" help:"Title. Default: the names of the stacks."`
	Logs     []string `placeholder:"PATH" help:"Files and folders of VPC flow logs of one network, as for tierwall usage."`
	templateFlags
	reachFlags
}

// Run writes the report of templates.
func (r reportCommand) Run(c console) error {
	if err := r.check(); err != nil {
		return err
	}
	in, err := r.content(c)
	if err != nil {
		return err
	}
	c.progress.step("writing the report")
	if err := r.write(c, in); err != nil {
		return err
	}
	if in.Change != nil && in.Change.Fails(r.FailOn) {
		return errFindings
	}
	return nil
}

// check refuses flags that have no meaning together.
func (r reportCommand) check() error {
	switch {
	case !r.Diff && (r.Format == "markdown" || len(r.FailOn) > 0):
		return errors.New("--format markdown and --fail-on are about a change: add --diff, and name the templates BEFORE and AFTER")
	case r.Format == "csv" && len(r.For) == 0:
		return errors.New("--format csv has the evidence for standards: name them, as in --for sec05 or --for pci")
	case r.Format == "csv" && r.Diff:
		return errors.New("--format csv has the evidence of one state, and not of a change: leave out --diff, and name the templates")
	case r.Format == "markdown" && len(r.For) > 0:
		return errors.New("--format markdown is a comment about a change, without evidence for standards: leave out --for, or --format markdown")
	}
	return nil
}

// write writes the page, the comment or the evidence.
func (r reportCommand) write(c console, in page.Input) error {
	var text string
	switch r.Format {
	case "markdown":
		text = comment(in.Change, r.Title)
	case "csv":
		var err error
		if text, err = evidenceCSV(in.Evidence); err != nil {
			return err
		}
	default:
		var b strings.Builder
		if err := page.Write(&b, in); err != nil {
			return err
		}
		text = b.String()
	}
	out := r.Out
	if out == "" && r.Format == "html" {
		out = "report.html"
	}
	if out == "-" || out == "" {
		c.progress.end()
		return c.write(text)
	}
	if err := writeFile(out, []byte(text), r.Force); err != nil {
		return err
	}
	return c.print("wrote " + out + "\n")
}

// content collects what the report shows of the templates, or of the change.
func (r reportCommand) content(c console) (page.Input, error) {
	if !r.Diff {
		assembly, err := r.load(r.Template...)
		if err != nil {
			return page.Input{}, err
		}
		return r.input(c, assembly)
	}
	before, after, err := r.loadDiff(r.Template)
	if err != nil {
		return page.Input{}, err
	}
	in, err := r.input(c, after)
	if err == nil {
		in.Change, err = r.change(c, before, in)
	}
	return in, err
}

// change compares the state before with what is known of the state after.
func (r reportCommand) change(c console, before *cfn.Assembly, after page.Input) (*change.Change, error) {
	c.progress.step("comparing what passes")
	in, err := surveyInput(before, r.Title, r.reachFlags)
	if err != nil {
		return nil, err
	}
	plans, err := plansOf(in.Declaration, after.Today)
	if err != nil {
		return nil, err
	}
	var calls []change.Call
	for _, row := range callTable(diffCalls(before, after.Assembly)).rows {
		calls = append(calls, change.Call{Mark: row[0], Endpoint: row[1], Call: row[2]})
	}
	return change.Of(change.Input{
		Title: after.Title, Before: survey.Make(in), After: after.Survey, Update: upgrade.Examine(before, after.Assembly),
		Findings: after.Findings, Calls: calls, PlansBefore: plans, PlansAfter: after.Plans,
	}), nil
}

// input collects what the report shows.
func (r reportCommand) input(c console, a *cfn.Assembly) (page.Input, error) {
	c.progress.step("finding what passes")
	surveyed, err := surveyInput(a, r.Title, r.reachFlags)
	in := page.Input{Title: surveyed.Title, Assembly: a, Today: time.Now().UTC(), Templates: r.Template, Topology: surveyed.Topology,
		Declaration: surveyed.Declaration, Proof: surveyed.Report}
	if err != nil {
		return in, err
	}
	if r.Diff {
		in.Templates = splitPaths(r.Template[1])
	}
	if in.Proof != nil {
		in.Findings = in.Proof.Diagnostics()
	}
	in.Findings = append(in.Findings, checkControls(a)...)
	in.Survey = survey.Make(surveyed)
	in.Evidence = r.evidence(in)
	if in.Plans, err = plansOf(in.Declaration, in.Today); err != nil || len(r.Logs) == 0 {
		return in, err
	}
	in.Usage, err = r.usage(c, a)
	return in, err
}

// evidence collects the evidence for the standards that were asked for, each once and in their own order.
func (r reportCommand) evidence(in page.Input) []compliance.Page {
	var out []compliance.Page
	for _, name := range compliance.Names() {
		if slices.Contains(r.For, name) {
			out = append(out, compliance.Make(name, compliance.Input{
				Assembly: in.Assembly, Topology: in.Topology, Survey: in.Survey, Declaration: in.Declaration, Proof: in.Proof, Today: in.Today,
			}))
		}
	}
	return out
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

With --for, it has evidence for a standard: for each requirement what in the templates and the declaration serves it, what is there and
does not act, and what is not known, with template lines, reasons and owners.

    sec05  the steps of SEC05-BP02, a best practice of AWS
    pci    PCI DSS 4.0.1, network controls: tiers in scope by what they hold, and every
           flow into them and out of them

It is evidence for a reviewer, not a certification. What no template can show, such as an approval or a penetration test, it names as
something to attach. --format csv writes the same as a table for spreadsheets, to standard output.

With --diff BEFORE AFTER, the page shows a change first: the traffic that changes with the riskiest line on top, the picture in which
only what changes has colour, what goes wrong during the update, and the budgets and costs that change. The rest is about AFTER.
--format markdown writes the same as a comment for a pull request, in fewer than 65,000 bytes. It begins with a hidden line by which a
pipeline finds its comment again; --title makes one for each of several apps. --fail-on ends with 1, after writing:

    newly-allowed  something is newly allowed, or may be, or passes the network
                   firewall no longer
    internet       the same, between a tier and public addresses
    findings       the proof, the checks of controls or the update have findings

The page is one file. It loads nothing, and works without scripts; a script adds search, filters and order. If tierwall.json is beside the
templates, the page has the proof and what was declared. The page names the day, because days left depend on it.

Exit codes:

    0  success
    1  the condition of --fail-on holds
    2  wrong usage or input

Examples:

    tierwall report cdk.out --for sec05,pci -o report.html
    tierwall report --diff before.out cdk.out --format markdown --fail-on internet
`
}
