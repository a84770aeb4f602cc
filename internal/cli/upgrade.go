package cli

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/upgrade"
)

type upgradeCommand struct {
	Before string `arg:"" help:"Cloud assembly, template, folder of templates, or several with colons between, as deployed."`
	After  string `arg:"" help:"The same to deploy."`
	Format string `enum:"text,json,sarif,markdown" default:"text" help:"text, json, sarif or markdown."`
	templates
}

// Run checks the way from one state to the next.
func (u upgradeCommand) Run(c console) error {
	before, after, err := u.loadTwo(u.Before, u.After)
	if err != nil {
		return err
	}
	findings := upgrade.Check(before, after)
	var text string
	switch u.Format {
	case "json":
		text, err = toJSON(map[string]any{"findings": findingsJSON(findings)})
	case "sarif":
		text, err = sarif(findings)
	case "markdown":
		text = upgradeMarkdown(findings)
	default:
		text = upgradeText(findings)
	}
	return c.finish(text, err, len(findings) > 0)
}

func upgradeHeadline(findings diag.List) string {
	switch len(findings) {
	case 0:
		return "the update has no gap that tierwall knows of"
	case 1:
		return "1 finding"
	}
	return fmt.Sprintf("%d findings", len(findings))
}

func upgradeText(findings diag.List) string {
	var b strings.Builder
	for _, f := range findings {
		b.WriteString(lines(f.String()) + "\n\n")
	}
	return b.String() + upgradeHeadline(findings) + "\n"
}

func upgradeMarkdown(findings diag.List) string {
	text := "### Update: " + escapeMarkdown(upgradeHeadline(findings)) + "\n"
	if len(findings) == 0 {
		return text
	}
	t := &table{head: []string{"Resource", "Finding", "Why", "Recipe"}}
	for _, f := range findings {
		t.add(f.Path, f.Rule+": "+f.Summary, strings.ReplaceAll(f.Detail, "\n", "; "), f.Fix)
	}
	return text + "\n" + t.markdown()
}
