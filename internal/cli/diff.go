package cli

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

type diffCommand struct {
	Before   string `arg:"" help:"Cloud assembly, template, folder of templates, or several with colons between, before the change."`
	After    string `arg:"" help:"The same after it."`
	Format   string `enum:"text,json,sarif,markdown" default:"text" help:"text, json, sarif or markdown."`
	ExitCode bool   `help:"Exit with 1 if something is newly allowed, or may be."`
	// KnownOnly leaves out what is only possible.
	KnownOnly bool `help:"Leave out what is possibly newly allowed or denied: show what is known for sure."`
	templates
	places
}

// survivors is what a diff cannot show.
const survivors = "connections that are open live on when their traffic is newly denied, until they end; a network ACL cuts them at once"

// Run shows what changes.
func (d diffCommand) Run(c console) error {
	before, after, err := d.loadTwo(d.Before, d.After)
	if err != nil {
		return err
	}
	old, err := d.topology(before)
	if err != nil {
		return err
	}
	now, err := d.topology(after)
	if err != nil {
		return err
	}
	changes := reach.Diff(old, now)
	if d.KnownOnly {
		changes = known(changes)
	}
	calls := diffCalls(before, after)
	var assumptions []string
	for _, line := range assumed(old, now) {
		assumptions = append(assumptions, strings.TrimPrefix(line, "assumed: "))
	}
	var text string
	switch d.Format {
	case "json":
		text, err = toJSON(map[string]any{"changes": changesJSON(changes), "calls": append([]callChange{}, calls...), "note": survivors, "assumptions": append([]string{}, assumptions...)})
	case "sarif":
		text, err = sarif(append(changeDiagnostics(changes), callDiagnostics(calls)...), firstFile(after))
	case "markdown":
		text = diffMarkdown(changes)
		if len(calls) > 0 {
			text += "\n### Calls of AWS services\n\n" + callTable(calls).markdown()
		}
		if len(assumptions) > 0 {
			text += "\n" + markdownList(assumed(old, now))
		}
	default:
		text = diffText(changes)
		if len(calls) > 0 {
			text += "\n" + callTable(calls).text()
		}
		for _, line := range assumed(old, now) {
			text += line + "\n"
		}
	}
	return c.finish(text, err, d.ExitCode && newlyAllowed(changes)+newCalls(calls) > 0)
}

// known leaves out what is only possible.
func known(changes []reach.Change) []reach.Change {
	var out []reach.Change
	for _, c := range changes {
		c.Possibly, c.Unsettled, c.Unsure = traffic.Set{}, traffic.Set{}, nil
		if !c.Allowed.IsEmpty() || !c.Denied.IsEmpty() {
			out = append(out, c)
		}
	}
	return out
}

// kind is one way in which traffic changes.
type kind struct {
	mark, name, rule string
	of               func(reach.Change) traffic.Set
	opens            bool
}

var kinds = []kind{
	{"+", "newly allowed", "newly-allowed", func(c reach.Change) traffic.Set { return c.Allowed }, true},
	{"+?", "possibly newly allowed", "possibly-newly-allowed", func(c reach.Change) traffic.Set { return c.Possibly }, true},
	{"-", "newly denied", "newly-denied", func(c reach.Change) traffic.Set { return c.Denied }, false},
	{"-?", "possibly newly denied", "possibly-newly-denied", func(c reach.Change) traffic.Set { return c.Unsettled }, false},
}

// isPossible reports whether the kind is of what is not known for sure.
func (k kind) isPossible() bool { return strings.HasSuffix(k.mark, "?") }

// count is how many changes are of the kind.
func (k kind) count(changes []reach.Change) int {
	n := 0
	for _, c := range changes {
		if !k.of(c).IsEmpty() {
			n++
		}
	}
	return n
}

// newlyAllowed counts what is newly allowed, or may be.
func newlyAllowed(changes []reach.Change) int {
	return kinds[0].count(changes) + kinds[1].count(changes)
}

// remarks are what is said of a change beside its traffic.
func remarks(c reach.Change) string {
	out := c.Unsure
	if c.Partly {
		out = append([]string{"between some of their subnets only"}, out...)
	}
	return strings.Join(out, "; ")
}

// shortRemarks are remarks with the numbers of reasons.
func shortRemarks(c reach.Change, k kind, why *reasons) string {
	out := ""
	if c.Partly {
		out = "between some of their subnets only"
	}
	if k.isPossible() {
		out += why.refer(c.Unsure)
	}
	return strings.TrimSpace(out)
}

func diffText(changes []reach.Change) string {
	if len(changes) == 0 {
		return "no traffic changes\n"
	}
	var why reasons
	t := &table{head: []string{"", "FROM", "TO", "TRAFFIC", ""}}
	for _, c := range changes {
		for _, k := range kinds {
			if traffic := k.of(c); !traffic.IsEmpty() {
				t.add(k.mark, c.From, c.To, traffic.String(), shortRemarks(c, k, &why))
			}
		}
	}
	var counts []string
	for i, k := range kinds {
		if n := k.count(changes); n > 0 || i == 0 || i == 2 {
			counts = append(counts, fmt.Sprintf("%d %s (%s)", n, k.name, k.mark))
		}
	}
	text := t.text() + "\n"
	if notes := why.lines(); len(notes) > 0 {
		text += "possible because:\n" + strings.Join(notes, "") + "\n"
	}
	text += strings.Join(counts, ", ") + "\n"
	if kinds[2].count(changes) > 0 {
		text += "note: " + survivors + "\n"
	}
	return text
}

func diffMarkdown(changes []reach.Change) string {
	if len(changes) == 0 {
		return "**No traffic changes.**\n"
	}
	var b strings.Builder
	for _, k := range kinds {
		t := &table{head: []string{"From", "To", "Traffic", "Remarks"}}
		for _, c := range changes {
			if traffic := k.of(c); !traffic.IsEmpty() {
				t.add(c.From, c.To, traffic.String(), remarks(c))
			}
		}
		if len(t.rows) > 0 {
			fmt.Fprintf(&b, "### %s\n\n%s\n", upperFirst(k.name), t.markdown())
		}
	}
	if kinds[2].count(changes) > 0 {
		b.WriteString(escapeMarkdown(upperFirst(survivors)) + ".\n")
	}
	return b.String()
}

func upperFirst(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

func changesJSON(changes []reach.Change) any {
	type change struct {
		From           string   `json:"from"`
		To             string   `json:"to"`
		Allowed        string   `json:"allowed,omitempty"`
		Possibly       string   `json:"possiblyAllowed,omitempty"`
		Denied         string   `json:"denied,omitempty"`
		PossiblyDenied string   `json:"possiblyDenied,omitempty"`
		Partly         bool     `json:"partly,omitempty"`
		Unsure         []string `json:"unsure,omitempty"`
	}
	text := func(t traffic.Set) string {
		if t.IsEmpty() {
			return ""
		}
		return t.String()
	}
	out := []change{}
	for _, c := range changes {
		out = append(out, change{c.WholeFrom(), c.WholeTo(), text(c.Allowed), text(c.Possibly), text(c.Denied), text(c.Unsettled), c.Partly, c.Unsure})
	}
	return out
}

func changeDiagnostics(changes []reach.Change) diag.List {
	var out diag.List
	for _, c := range changes {
		path := c.WholeFrom() + " -> " + c.WholeTo()
		for _, k := range kinds {
			traffic := k.of(c)
			if traffic.IsEmpty() {
				continue
			}
			d := diag.Diagnostic{
				Severity: diag.Warning, Rule: k.rule, Subject: path + ":" + traffic.String(), Path: path,
				Summary: traffic.String() + " is " + k.name, Detail: remarks(c),
			}
			if k.opens {
				d.Severity = diag.Finding
			}
			out.Add(d)
		}
	}
	return out
}
