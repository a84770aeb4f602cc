package cli

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/importer"
)

type importCommand struct {
	Template []string `arg:"" help:"Cloud assembly, template, or folder of templates; several are read together."`
	Out      string   `short:"o" default:"architecture.yaml" help:"File to write, or - for standard output."`
	Exact    bool     `help:"Keep, as exceptions, traffic that is carried although no rule means it."`
	Name     string   `help:"Name of the architecture. Default: that of the first stack."`
	Force    bool     `help:"Replace the file if it exists."`
	templateFlags
}

// Run writes the architecture.yaml of templates, and compares what both carry.
func (i importCommand) Run(c console) error {
	assembly, err := i.load(i.Template...)
	if err != nil {
		return err
	}
	c.progress.step("finding tiers and flows, and comparing what passes")
	d, report := importer.Import(assembly, importer.Options{Name: i.Name, Exact: i.Exact, Today: time.Now()})
	told := c
	if i.Out == "-" {
		told.out = c.err // Standard output has the file alone.
	}
	if err := told.print(importText(report)); err != nil {
		return err
	}
	if d == nil {
		return errFindings
	}
	if v := report.Verdict; len(v.Wider) > 0 {
		return errors.New("no file is written, because it would carry more than the templates; this is a defect of tierwall: " +
			"please report it with the template")
	}
	text, err := "\nwritten: "+i.Out+"\n", error(nil)
	if i.Out == "-" {
		text, err = "\n", c.file(string(d.Write()))
	} else {
		err = writeFile(i.Out, d.Write(), i.Force)
	}
	text += importVerdict(d, report.Verdict)
	if i.Out != "-" {
		text += told.next("plan", i.Out)
	}
	return told.finish(text, err, len(report.Verdict.Unproven) > 0)
}

// importText says what was found and how near the document comes.
func importText(r importer.Report) string {
	t := &table{head: []string{"TIER", "KIND", "GROUPS", "BECAUSE"}}
	for _, e := range r.Tiers {
		t.add(e.ID, e.Kind, strings.Join(e.Groups, "+"), e.Why)
	}
	text := ""
	if len(r.Tiers) > 0 {
		text = t.text()
	}
	var lines strings.Builder
	for _, list := range []struct {
		head  string
		lines []string
	}{
		{"carried by the templates and not by the new file", differences(r.Verdict.Narrower)},
		{"carried by the new file and not by the templates", differences(r.Verdict.Wider)},
		{"the new file may carry more, because", r.Verdict.Unproven},
		{"not in the new file", residuals(r.Residual)},
		{"assumed", r.Assumptions},
	} {
		if len(list.lines) == 0 {
			continue
		}
		lines.WriteString("\n" + list.head + ":\n")
		for _, line := range list.lines {
			lines.WriteString(prose("  "+line) + "\n")
		}
	}
	return text + lines.String()
}

func differences(all []importer.Difference) []string {
	var out []string
	for _, d := range all {
		out = append(out, d.String())
	}
	return out
}

func residuals(all []importer.Residual) []string {
	var out []string
	for _, r := range all {
		line := r.Text
		if r.At != "" {
			line = r.At + ": " + line
		}
		out = append(out, line)
	}
	return out
}

// importVerdict is the last line: how what is carried compares.
func importVerdict(d *document.Document, v importer.Verdict) string {
	counts := fmt.Sprintf("%d tiers, %d flows, %d exceptions", len(d.Tiers), len(d.Flows), len(d.Exceptions))
	switch {
	case v.IsEqual():
		return "carries the same traffic: " + counts + "\n"
	case len(v.Unproven) > 0:
		return fmt.Sprintf("not proven: read the file before you use it; it carries less traffic in %s, "+
			"and may carry more for %s listed above: %s\n",
			counted(len(v.Narrower), "place", "places"), counted(len(v.Unproven), "reason", "reasons"), counts)
	}
	return fmt.Sprintf("carries less traffic in %d places, listed above, and more in none: %s\n", len(v.Narrower), counts)
}

// Help is the long help of import.
func (importCommand) Help() string {
	return `Use it to take over a network that exists as CloudFormation templates, of whatever origin: written by hand, by the CDK, or as
"aws cloudformation get-template" prints them.

The tiers are the sets of security groups that interfaces wear; the table says why each has its kind. The flows are what is
carried in fact, with the descriptions of the rules as reasons. Traffic that a tier of its kind may not have becomes an exception
with the owner "import".

A group that no interface wears stands in the subnets that a resource names beside it, that share its tag or its name, or that let
through all that its rules say. The report prints each such place as an assumption. If nothing says where, the group may be in any
subnet of its VPC.

The result is compared with the templates. By default it leaves out what is carried although no rule means it, such as the egress
that AWS adds to a group without rules; each such pair is listed. With --exact it is kept, as exceptions. If the result carried
more than the templates, no file would be written.

The import covers VPCs, subnets, routes and security groups. Network firewalls become inspection and flows to domain names, the
policies of VPC endpoints become grants, and web ACLs of load balancers come along. Whatever does not fit is listed with its
line; if it stops traffic, the result is not proven.

All security groups are new: deploy the result beside the old network, or see "tierwall upgrade".

Exit codes:

    0  the file is written, and carries no more than the templates
    1  there is nothing to import; or the file is written, and may carry more
    2  wrong usage or input, or the result would carry more than the templates

Examples:

    tierwall import network.yaml app.yaml -p OfficeCidr=203.0.113.0/24
    tierwall import cdk.out --exact --out shop.yaml --name Shop
`
}
