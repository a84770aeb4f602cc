package cli

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/reach"
)

type diffCommand struct {
	Before   string `arg:"" help:"Cloud assembly, template, folder of templates, or several with colons between, before the change."`
	After    string `arg:"" help:"The same after it."`
	Format   string `enum:"text,json,sarif,markdown" default:"text" help:"text, json, sarif or markdown."`
	ExitCode bool   `help:"Exit with 1 if something is newly allowed."`
	templates
}

// survivors is what a diff cannot show.
const survivors = "connections that are open live on when their traffic is newly denied, until they end; a network ACL cuts them at once"

// Run shows what changes.
func (d diffCommand) Run(c console) error {
	before, after, err := d.loadTwo(d.Before, d.After)
	if err != nil {
		return err
	}
	old, err := topology(before)
	if err != nil {
		return err
	}
	now, err := topology(after)
	if err != nil {
		return err
	}
	changes := reach.Diff(old, now)
	calls := diffCalls(before, after)
	var text string
	switch d.Format {
	case "json":
		text, err = toJSON(map[string]any{"changes": changesJSON(changes), "calls": append([]callChange{}, calls...), "note": survivors})
	case "sarif":
		text, err = sarif(append(changeDiagnostics(changes), callDiagnostics(calls)...))
	case "markdown":
		text = diffMarkdown(changes)
		if len(calls) > 0 {
			text += "\n### Calls of AWS services\n\n" + callTable(calls).markdown()
		}
	default:
		text = diffText(changes)
		if len(calls) > 0 {
			text += "\n" + callTable(calls).text()
		}
	}
	return c.finish(text, err, d.ExitCode && newlyAllowed(changes)+newCalls(calls) > 0)
}

func newlyAllowed(changes []reach.Change) int {
	n := 0
	for _, c := range changes {
		if !c.Allowed.IsEmpty() {
			n++
		}
	}
	return n
}

// remarks are what is said of a change beside its traffic.
func remarks(c reach.Change) string {
	out := c.Unsure
	if c.Partly {
		out = append([]string{"between some of their subnets only"}, out...)
	}
	return strings.Join(out, "; ")
}

func diffText(changes []reach.Change) string {
	if len(changes) == 0 {
		return "no traffic changes\n"
	}
	t := &table{head: []string{"", "FROM", "TO", "TRAFFIC", ""}}
	denied := 0
	for _, c := range changes {
		if !c.Allowed.IsEmpty() {
			t.add("+", c.From, c.To, c.Allowed.String(), remarks(c))
		}
		if !c.Denied.IsEmpty() {
			t.add("-", c.From, c.To, c.Denied.String(), remarks(c))
			denied++
		}
	}
	text := t.text() + fmt.Sprintf("\n%d newly allowed (+), %d newly denied (-)\n", newlyAllowed(changes), denied)
	if denied > 0 {
		text += "note: " + survivors + "\n"
	}
	return text
}

func diffMarkdown(changes []reach.Change) string {
	if len(changes) == 0 {
		return "**No traffic changes.**\n"
	}
	allowed := &table{head: []string{"From", "To", "Traffic", "Remarks"}}
	denied := &table{head: allowed.head}
	for _, c := range changes {
		if !c.Allowed.IsEmpty() {
			allowed.add(c.From, c.To, c.Allowed.String(), remarks(c))
		}
		if !c.Denied.IsEmpty() {
			denied.add(c.From, c.To, c.Denied.String(), remarks(c))
		}
	}
	var b strings.Builder
	for _, part := range []struct {
		title string
		t     *table
	}{{"Newly allowed", allowed}, {"Newly denied", denied}} {
		if len(part.t.rows) > 0 {
			fmt.Fprintf(&b, "### %s\n\n%s\n", part.title, part.t.markdown())
		}
	}
	if len(denied.rows) > 0 {
		b.WriteString(escapeMarkdown(strings.ToUpper(survivors[:1])+survivors[1:]) + ".\n")
	}
	return b.String()
}

func changesJSON(changes []reach.Change) any {
	type change struct {
		From    string   `json:"from"`
		To      string   `json:"to"`
		Allowed string   `json:"allowed,omitempty"`
		Denied  string   `json:"denied,omitempty"`
		Partly  bool     `json:"partly,omitempty"`
		Unsure  []string `json:"unsure,omitempty"`
	}
	out := []change{}
	for _, c := range changes {
		n := change{From: c.From, To: c.To, Partly: c.Partly, Unsure: c.Unsure}
		if !c.Allowed.IsEmpty() {
			n.Allowed = c.Allowed.String()
		}
		if !c.Denied.IsEmpty() {
			n.Denied = c.Denied.String()
		}
		out = append(out, n)
	}
	return out
}

func changeDiagnostics(changes []reach.Change) diag.List {
	var out diag.List
	for _, c := range changes {
		path := c.From + " -> " + c.To
		if !c.Allowed.IsEmpty() {
			out.Add(diag.Diagnostic{
				Severity: diag.Finding, Rule: "newly-allowed", Subject: path + ":" + c.Allowed.String(), Path: path,
				Summary: c.Allowed.String() + " is newly allowed", Detail: remarks(c),
			})
		}
		if !c.Denied.IsEmpty() {
			out.Add(diag.Diagnostic{
				Severity: diag.Warning, Rule: "newly-denied", Subject: path + ":" + c.Denied.String(), Path: path,
				Summary: c.Denied.String() + " is newly denied", Detail: remarks(c),
			})
		}
	}
	return out
}
