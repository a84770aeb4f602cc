package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

type diffCommand struct {
	Before    string `arg:"" help:"Templates before the change: a cloud assembly, a template, a folder, or several with colons between them."`
	After     string `arg:"" help:"Templates after the change, in the same form."`
	Format    string `enum:"text,json,sarif,markdown" default:"text" help:"Output format: text, json, sarif or markdown."`
	ExitCode  bool   `help:"Exit with 1 if traffic is newly allowed or possibly newly allowed."`
	KnownOnly bool   `help:"Leave out changes that are only possible (+? and -?)."`
	templateFlags
	reachFlags
}

// openConnectionsNote says when a denial takes effect.
const openConnectionsNote = "open connections continue after their traffic is denied, until they end; " +
	"only a network ACL stops them immediately"

// Run shows the traffic that changes.
func (d diffCommand) Run(c console) error {
	before, after, err := d.loadTwo(d.Before, d.After)
	if err != nil {
		return err
	}
	c.progress.step("comparing what passes")
	old, now, err := d.topologies(before, after)
	if err != nil {
		return err
	}
	changes := reach.Diff(old, now)
	if d.KnownOnly {
		changes = certainChanges(changes)
	}
	calls := diffCalls(before, after)
	var assumptions []string
	for _, line := range assumptionLines(old, now) {
		assumptions = append(assumptions, strings.TrimPrefix(line, "assumed: "))
	}
	var text string
	switch d.Format {
	case "json":
		text, err = toJSON(diffJSON{changesJSON(changes), append([]callChange{}, calls...), openConnectionsNote, orEmpty(assumptions)})
	case "sarif":
		text, err = sarif(append(changeDiagnostics(changes), callDiagnostics(calls)...), firstFile(after))
	case "markdown":
		text = diffMarkdown(changes)
		if len(calls) > 0 {
			text += "\n### Calls to AWS services\n\n" + callTable(calls).markdown()
		}
		if len(assumptions) > 0 {
			text += "\n" + markdownList(assumptionLines(old, now))
		}
	default:
		text = diffText(changes)
		if len(calls) > 0 {
			text += "\n" + callTable(calls).text()
		}
		for _, line := range assumptionLines(old, now) {
			text += prose(line) + "\n"
		}
	}
	more := slices.Concat(splitPaths(d.After), d.templateFlags.words(), d.reachFlags.words())
	text += c.next(nextOfDiff(changes, now, more...)...)
	return c.finish(text, err, d.ExitCode && newlyAllowed(changes)+newCalls(calls) > 0)
}

// certainChanges leaves out changes that are only possible.
func certainChanges(changes []reach.Change) []reach.Change {
	var out []reach.Change
	for _, c := range changes {
		c.Possibly, c.Unsettled, c.Unsure = traffic.Set{}, traffic.Set{}, nil
		if !c.Allowed.IsEmpty() || !c.Denied.IsEmpty() {
			out = append(out, c)
		}
	}
	return out
}

// changeKind is one way in which traffic changes.
type changeKind struct {
	mark, name, rule string
	traffic          func(reach.Change) traffic.Set // the part of a change that is of this kind
	opens            bool                           // whether more traffic passes after the change
}

var changeKinds = []changeKind{
	{"+", "newly allowed", "newly-allowed", func(c reach.Change) traffic.Set { return c.Allowed }, true},
	{"+?", "possibly newly allowed", "possibly-newly-allowed", func(c reach.Change) traffic.Set { return c.Possibly }, true},
	{"-", "newly denied", "newly-denied", func(c reach.Change) traffic.Set { return c.Denied }, false},
	{"-?", "possibly newly denied", "possibly-newly-denied", func(c reach.Change) traffic.Set { return c.Unsettled }, false},
}

// isPossible reports whether changes of this kind are not certain.
func (k changeKind) isPossible() bool { return strings.HasSuffix(k.mark, "?") }

// count returns how many of the changes are of this kind.
func (k changeKind) count(changes []reach.Change) int {
	n := 0
	for _, c := range changes {
		if !k.traffic(c).IsEmpty() {
			n++
		}
	}
	return n
}

// newlyAllowed counts the changes that newly allow traffic or may do so.
func newlyAllowed(changes []reach.Change) int {
	return changeKinds[0].count(changes) + changeKinds[1].count(changes)
}

// partlyNote marks a change between two peers that does not hold between all their subnets.
const partlyNote = "only between some of their subnets"

// remarks returns the notes on a change.
func remarks(c reach.Change) string {
	out := c.Unsure
	if c.Partly {
		out = append([]string{partlyNote}, out...)
	}
	return strings.Join(out, "; ")
}

// shortRemarks returns the remarks with footnotes instead of reasons.
func shortRemarks(c reach.Change, k changeKind, why *footnotes) string {
	out := ""
	if c.Partly {
		out = partlyNote
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
	var why footnotes
	t := &table{head: []string{"", "FROM", "TO", "TRAFFIC", ""}}
	for _, c := range changes {
		for _, k := range changeKinds {
			if traffic := k.traffic(c); !traffic.IsEmpty() {
				t.add(k.mark, c.From, c.To, traffic.String(), shortRemarks(c, k, &why))
			}
		}
	}
	var counts []string
	for i, k := range changeKinds {
		if n := k.count(changes); n > 0 || i == 0 || i == 2 {
			counts = append(counts, fmt.Sprintf("%d %s (%s)", n, k.name, k.mark))
		}
	}
	text := t.fit() + "\n"
	if notes := why.lines(); len(notes) > 0 {
		text += "possible because:\n" + prose(strings.Join(notes, "")) + "\n"
	}
	text += strings.Join(counts, ", ") + "\n"
	if changeKinds[2].count(changes) > 0 {
		text += prose("note: "+openConnectionsNote) + "\n"
	}
	return text
}

func diffMarkdown(changes []reach.Change) string {
	if len(changes) == 0 {
		return "**No traffic changes.**\n"
	}
	var b strings.Builder
	for _, k := range changeKinds {
		t := &table{head: []string{"From", "To", "Traffic", "Remarks"}}
		for _, c := range changes {
			if traffic := k.traffic(c); !traffic.IsEmpty() {
				t.add(c.From, c.To, traffic.String(), remarks(c))
			}
		}
		if len(t.rows) > 0 {
			fmt.Fprintf(&b, "### %s\n\n%s\n", upperFirst(k.name), t.markdown())
		}
	}
	if changeKinds[2].count(changes) > 0 {
		b.WriteString(escapeMarkdown(upperFirst(openConnectionsNote)) + ".\n")
	}
	return b.String()
}

func upperFirst(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// diffJSON is the JSON of diff.
type diffJSON struct {
	Changes     []changeJSON `json:"changes" doc:"traffic that changes; all other traffic stays"`
	Calls       []callChange `json:"calls" doc:"calls of AWS services that policies of VPC endpoints newly allow or deny"`
	Note        string       `json:"note"`
	Assumptions []string     `json:"assumptions" doc:"what the answer takes as given"`
}

type changeJSON struct {
	From           string   `json:"from"`
	To             string   `json:"to"`
	Allowed        string   `json:"allowed,omitempty" doc:"newly allowed"`
	Possibly       string   `json:"possiblyAllowed,omitempty"`
	Denied         string   `json:"denied,omitempty" doc:"newly denied"`
	PossiblyDenied string   `json:"possiblyDenied,omitempty"`
	Partly         bool     `json:"partly,omitempty" doc:"only between some of their subnets"`
	Unsure         []string `json:"unsure,omitempty" doc:"why a part is only possible"`
}

func changesJSON(changes []reach.Change) []changeJSON {
	text := func(t traffic.Set) string {
		if t.IsEmpty() {
			return ""
		}
		return t.String()
	}
	out := []changeJSON{}
	for _, c := range changes {
		out = append(out, changeJSON{
			From: c.WholeFrom(), To: c.WholeTo(), Allowed: text(c.Allowed), Possibly: text(c.Possibly), Denied: text(c.Denied),
			PossiblyDenied: text(c.Unsettled), Partly: c.Partly, Unsure: c.Unsure,
		})
	}
	return out
}

func changeDiagnostics(changes []reach.Change) diag.List {
	var out diag.List
	for _, c := range changes {
		path := c.WholeFrom() + " -> " + c.WholeTo()
		for _, k := range changeKinds {
			traffic := k.traffic(c)
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
