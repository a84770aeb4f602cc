package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/upgrade"
)

type upgradeCommand struct {
	Before string `arg:"" help:"Deployed templates: a cloud assembly, a template, a folder, or several with colons between them."`
	After  string `arg:"" help:"Templates to deploy, in the same form."`
	Format string `enum:"text,json,sarif,markdown" default:"text" help:"Output format: text, json, sarif or markdown."`
	templateFlags
}

// Run checks the update from one state to the next.
func (u upgradeCommand) Run(c console) error {
	before, after, err := u.loadTwo(u.Before, u.After)
	if err != nil {
		return err
	}
	c.progress.step("following the update")
	result := upgrade.Examine(before, after)
	var text string
	switch u.Format {
	case "json":
		text, err = toJSON(upgradeJSON{findingsJSON(result.Findings), findingsJSON(result.Unknown), orEmpty(result.Assumptions)})
	case "sarif":
		text, err = sarif(slices.Concat(result.Findings, result.Unknown), firstFile(after))
	case "markdown":
		text = upgradeMarkdown(result)
	default:
		text = upgradeText(result)
	}
	return c.finish(text, err, len(result.Findings) > 0)
}

// upgradeHeadline counts the findings and the unknowns.
func upgradeHeadline(r upgrade.Result) string {
	text := counted(len(r.Findings), "finding", "findings")
	if len(r.Findings) == 0 {
		text = "no findings: tierwall knows of no failure or interruption in this update"
	}
	if n := len(r.Unknown); n > 0 {
		text += "; " + counted(n, "thing is not known", "things are not known")
	}
	return text
}

// counted writes a number with the singular or plural that fits.
func counted(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}

func upgradeText(r upgrade.Result) string {
	var b strings.Builder
	for _, f := range r.Findings {
		b.WriteString(prose(f.String()) + "\n\n")
	}
	for _, d := range r.Unknown {
		b.WriteString(prose("not known: "+d.Message()) + "\n")
	}
	for _, a := range r.Assumptions {
		b.WriteString(prose("assumed: "+a) + "\n")
	}
	return b.String() + upgradeHeadline(r) + "\n"
}

// upgradeJSON is the JSON of upgrade.
type upgradeJSON struct {
	Findings    []findingJSON `json:"findings" doc:"failures and interruptions of the update"`
	Unknown     []findingJSON `json:"unknown" doc:"what is not known"`
	Assumptions []string      `json:"assumptions" doc:"what the answer takes as given"`
}

func upgradeMarkdown(r upgrade.Result) string {
	headline := upperFirst(upgradeHeadline(r))
	if len(r.Findings) > 0 {
		headline = "Update: " + headline
	}
	text := "### " + escapeMarkdown(headline) + "\n"
	if len(r.Findings) > 0 {
		t := &table{head: []string{"Resource", "Finding", "Why", "Fix"}}
		for _, f := range r.Findings {
			t.add(f.Path, f.Rule+": "+f.Summary, strings.ReplaceAll(f.Detail, "\n", "; "), f.Fix)
		}
		text += "\n" + t.markdown()
	}
	var notes []string
	for _, d := range r.Unknown {
		notes = append(notes, "not known: "+strings.ReplaceAll(d.Message(), "\n    ", "; "))
	}
	for _, a := range r.Assumptions {
		notes = append(notes, "assumed: "+a)
	}
	if len(notes) > 0 {
		text += "\n" + markdownList(notes)
	}
	return text
}
