package cli

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/upgrade"
)

type upgradeCommand struct {
	Before   string `arg:"" help:"Cloud assembly or template as it is deployed."`
	After    string `arg:"" help:"Cloud assembly or template to deploy."`
	Format   string `enum:"text,json,sarif,markdown" default:"text" help:"text, json, sarif or markdown."`
	ExitCode bool   `default:"true" negatable:"" help:"Exit with 1 if there are findings."`
	templates
}

// noGap is said of an update without findings: what CloudFormation and AWS do beyond tierwall's tables is not known.
const noGap = "the update has no gap that tierwall knows of"

// Run shows what breaks on the way from one state to the next.
func (u upgradeCommand) Run(c console) error {
	before, after, err := u.loadTwo(u.Before, u.After)
	if err != nil {
		return err
	}
	findings := upgrade.Check(before, after)
	var text string
	switch u.Format {
	case "json":
		text, err = toJSON(map[string]any{"findings": upgradeJSON(findings)})
	case "sarif":
		text, err = sarif(findings)
	case "markdown":
		text = upgradeMarkdown(findings)
	default:
		text = upgradeText(findings)
	}
	if err != nil {
		return err
	}
	if err := c.print(text); err != nil {
		return err
	}
	if u.ExitCode && len(findings) > 0 {
		return errFindings
	}
	return nil
}

// upgradeHeadline is the outcome in one line.
func upgradeHeadline(findings diag.List) string {
	switch len(findings) {
	case 0:
		return noGap
	case 1:
		return "1 finding"
	}
	return fmt.Sprintf("%d findings", len(findings))
}

func upgradeText(findings diag.List) string {
	var b strings.Builder
	for _, f := range findings {
		b.WriteString(lines(f.String()) + "\n    rule: " + printable(f.ID()) + "\n\n")
	}
	return b.String() + upgradeHeadline(findings) + "\n"
}

func upgradeMarkdown(findings diag.List) string {
	if len(findings) == 0 {
		return "### Upgrade: " + escapeMarkdown(noGap) + "\n"
	}
	t := &table{head: []string{"Where", "Finding", "What happens", "Way round", "Lines"}}
	for _, f := range findings {
		t.add(f.Path, f.Rule+": "+f.Summary, strings.ReplaceAll(f.Detail, "\n", "; "), f.Fix, f.Where())
	}
	return "### Upgrade: " + upgradeHeadline(findings) + "\n\n" + t.markdown()
}

func upgradeJSON(findings diag.List) any {
	type finding struct {
		ID      string   `json:"id"`
		Rule    string   `json:"rule"`
		Subject string   `json:"subject"`
		Path    string   `json:"path"`
		Summary string   `json:"summary"`
		Detail  string   `json:"detail"`
		Fix     string   `json:"fix"`
		At      []string `json:"at"`
	}
	out := []finding{}
	for _, f := range findings {
		at := []string{}
		for _, p := range f.At {
			if !p.IsZero() {
				at = append(at, p.String())
			}
		}
		out = append(out, finding{f.ID(), f.Rule, f.Subject, f.Path, f.Summary, f.Detail, f.Fix, at})
	}
	return out
}
