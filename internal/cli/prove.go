package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/proof"
)

type proveCommand struct {
	Template []string `arg:"" optional:"" help:"${templates}"`
	Against  string   `placeholder:"FILE" help:"File of the declared architecture. Default: tierwall.json in the cloud assembly."`
	Expect   string   `placeholder:"FILE" help:"File of your own expectations, with lines such as 'deny internet -> Database postgresql'."`
	Format   string   `enum:"text,json,sarif,markdown" default:"text" help:"Output format: text, json, sarif or markdown."`
	templateFlags
	reachFlags
}

// Run compares the templates with the declaration, the expectations, or both.
func (p proveCommand) Run(c console) error {
	assembly, err := p.load(p.Template...)
	if err != nil {
		return err
	}
	declared, err := p.declaration(assembly)
	if err != nil {
		return err
	}
	var expected []expectation
	if p.Expect != "" {
		if expected, err = readExpectations(p.Expect); err != nil {
			return err
		}
	}
	report := &proof.Report{}
	if declared != nil {
		if report, err = proof.Prove(assembly, declared); err != nil {
			return fmt.Errorf("%s: %w", p.file(assembly), err)
		}
	}
	top, err := p.topology(assembly)
	if err != nil {
		return err
	}
	if len(expected) > 0 {
		report.Assumptions = append(report.Assumptions, top.Assumptions...)
		slices.Sort(report.Assumptions)
		report.Assumptions = slices.Compact(report.Assumptions)
	}
	failures, err := check(top, expected)
	if err != nil {
		return err
	}
	findings := append(report.Diagnostics(), failures...)
	if declared != nil {
		findings = append(findings, checkControls(assembly)...)
	}
	text, err := p.render(report, declared, findings, len(expected), firstFile(assembly))
	return c.finish(text, err, len(findings) > 0)
}

// file returns the path of the declaration.
func (p proveCommand) file(a *cfn.Assembly) string {
	if p.Against != "" {
		return p.Against
	}
	return filepath.Join(a.Dir, proof.FileName)
}

// firstFile returns the path of the first template.
func firstFile(a *cfn.Assembly) string {
	if len(a.Stacks) == 0 {
		return a.Dir
	}
	return filepath.ToSlash(filepath.Join(a.Dir, a.Stacks[0].File))
}

// declaration reads the declaration. It returns nil if there is none and the user only asks about expectations.
func (p proveCommand) declaration(a *cfn.Assembly) (*proof.Declaration, error) {
	file := p.file(a)
	read := func() ([]byte, error) { return cfn.ReadNamed(file) }
	if p.Against == "" {
		read = func() ([]byte, error) { return cfn.ReadIn(filepath.Dir(file), proof.FileName) }
	}
	data, err := read()
	switch {
	case errors.Is(err, os.ErrNotExist) && p.Against == "" && p.Expect != "":
		return nil, nil
	case errors.Is(err, os.ErrNotExist) && p.Against == "":
		return nil, fmt.Errorf("there is no %s beside the templates, so there is no declaration to compare them with; "+
			"name its file with --against, state expectations with --expect, or run tierwall show", proof.FileName)
	case err != nil:
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	d, err := proof.Decode(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return d, nil
}

func (p proveCommand) render(r *proof.Report, d *proof.Declaration, findings diag.List, expected int, file string) (string, error) {
	switch p.Format {
	case "json":
		return toJSON(reportJSON(r, findings))
	case "sarif":
		return sarif(findings, file)
	case "markdown":
		return reportMarkdown(r, d, findings), nil
	}
	return reportText(r, d, findings, expected), nil
}

// headline returns the outcome in one line.
func headline(r *proof.Report, d *proof.Declaration, findings diag.List, expected int) string {
	switch {
	case len(findings) > 0:
		return counted(len(findings), "finding", "findings")
	case d == nil:
		return "as expected: " + counted(expected, "expectation holds", "expectations hold")
	}
	parts := []string{counted(len(r.Pairs), "pair of peers carries", "pairs of peers carry") +
		" exactly the declared traffic, and all other pairs carry nothing"}
	if len(d.Networks) == 0 {
		parts = nil
	}
	if n := len(r.Accesses); n > 0 {
		parts = append(parts, counted(n, "use of AWS services is", "uses of AWS services are")+" allowed, and no other")
	}
	if n := len(d.Controls); n > 0 {
		parts = append(parts, counted(n, "resource of a control is", "resources of controls are")+" as declared")
	}
	if expected > 0 {
		parts = append(parts, counted(expected, "expectation holds", "expectations hold"))
	}
	return "exact: " + strings.Join(parts, "; ")
}

func reportText(r *proof.Report, d *proof.Declaration, findings diag.List, expected int) string {
	var b strings.Builder
	if d != nil && len(d.Networks) > 0 {
		b.WriteString(pairTable(r).text() + "\n")
	}
	if len(r.Accesses) > 0 {
		b.WriteString(accessTable(r).text() + "\n")
	}
	for _, f := range findings {
		b.WriteString(prose(f.String()) + "\n    acknowledge: tierwall::" + printable(f.AcknowledgeID()) + "\n\n") // The id is copied whole.
	}
	section := func(title string, texts []string) {
		if len(texts) > 0 {
			b.WriteString(title + "\n")
			for _, t := range texts {
				b.WriteString(prose("    "+t) + "\n")
			}
			b.WriteString("\n")
		}
	}
	section("if one part fails:", failureTexts(r))
	section("notes:", r.Notes)
	section("assumptions:", r.Assumptions)
	b.WriteString(prose(headline(r, d, findings, expected)) + "\n")
	return b.String()
}

// failureTexts says what the failure of each part does to the declared flows.
func failureTexts(r *proof.Report) []string {
	var out []string
	for _, f := range r.Failures {
		effect := noFlowStops(r, f.Network)
		if len(f.Dies) > 0 {
			effect = "these flows stop: " + strings.Join(f.Dies, ", ")
		}
		if len(f.Bypasses) > 0 {
			effect += "; these flows bypass inspection: " + strings.Join(f.Bypasses, ", ")
		}
		out = append(out, fmt.Sprintf("%s: %s: %s", f.Network, f.Part, effect))
	}
	return out
}

// noFlowStops describes a failure that stops no flow. It lists the flows that do not work even without the failure.
func noFlowStops(r *proof.Report, network string) string {
	var notCarried []string
	anyCarried := false
	for _, p := range r.Pairs {
		switch {
		case p.Network != network || p.Declared.IsEmpty():
		case p.Carried.IsEmpty():
			notCarried = append(notCarried, p.From+" -> "+p.To)
		default:
			anyCarried = true
		}
	}
	switch {
	case len(notCarried) == 0:
		return "all declared flows continue elsewhere"
	case !anyCarried:
		return "no flow stops, because no declared flow is certainly carried even without the failure"
	}
	return "all other declared flows continue elsewhere; not certainly carried even without the failure: " + strings.Join(notCarried, ", ")
}

// accessTable lists the AWS services that tiers use.
func accessTable(r *proof.Report) *table {
	t := &table{head: []string{"TIER", "ENDPOINT", "USE", "VERDICT", "RESOURCES", "ACTIONS"}}
	for _, a := range r.Accesses {
		t.add(a.Tier, a.Endpoint, a.Use, a.Verdict.String(), firstFew(a.Resources), firstFew(a.Actions))
	}
	return t
}

// firstFew returns the first texts of a list, and how many more there are.
func firstFew(texts []string) string {
	const most = 3
	if len(texts) <= most+1 {
		return strings.Join(texts, " ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(texts[:most], " "), len(texts)-most)
}

func pairTable(r *proof.Report) *table {
	t := &table{head: []string{"FROM", "TO", "DECLARED", "CARRIED", "VERDICT"}}
	for _, p := range r.Pairs {
		t.add(p.From, p.To, declaredText(p), p.Carried.String(), p.Verdict.String())
	}
	return t
}

// declaredText returns the traffic that is declared between two peers. It also names traffic that is allowed only because a declared
// flow with addresses covers one of the peers; the notes explain it.
func declaredText(p proof.Pair) string {
	extra := p.Carried.Minus(p.Declared)
	switch {
	case p.Verdict != proof.Exact || extra.IsEmpty():
		return p.Declared.String()
	case p.Declared.IsEmpty():
		return extra.String() + " by addresses"
	}
	return p.Declared.String() + "; " + extra.String() + " by addresses"
}

func reportMarkdown(r *proof.Report, d *proof.Declaration, findings diag.List) string {
	var b strings.Builder
	b.WriteString("### Proof: " + escapeMarkdown(headline(r, d, findings, 0)) + "\n\n")
	if len(findings) > 0 {
		t := &table{head: []string{"Where", "Finding", "Witness and rules", "Declared at"}}
		for _, f := range findings {
			t.add(f.Path, f.Summary, strings.ReplaceAll(f.Detail, "\n", "; "), f.Where())
		}
		b.WriteString(t.markdown() + "\n")
	}
	b.WriteString("<details><summary>All pairs</summary>\n\n" + pairTable(r).markdown() + "\n</details>\n")
	if len(r.Accesses) > 0 {
		b.WriteString("<details><summary>AWS services</summary>\n\n" + accessTable(r).markdown() + "\n</details>\n")
	}
	return b.String()
}

func reportJSON(r *proof.Report, findings diag.List) any {
	type pair struct {
		Network  string `json:"network"`
		From     string `json:"from"`
		To       string `json:"to"`
		Declared string `json:"declared"`
		Carried  string `json:"carried"`
		Verdict  string `json:"verdict"`
	}
	type failure struct {
		Network string   `json:"network"`
		Part    string   `json:"part"`
		Stops   []string `json:"stops"`
		// Bypasses lists the flows that are then no longer inspected.
		Bypasses []string `json:"bypasses,omitempty"`
	}
	type access struct {
		Network   string   `json:"network"`
		Tier      string   `json:"tier"`
		Endpoint  string   `json:"endpoint"`
		Use       string   `json:"use"`
		Actions   []string `json:"actions"`
		Resources []string `json:"resources"`
		Verdict   string   `json:"verdict"`
	}
	pairs, failures, accesses := []pair{}, []failure{}, []access{}
	for _, a := range r.Accesses {
		accesses = append(accesses, access{a.Network, a.Tier, a.Endpoint, a.Use, a.Actions, a.Resources, a.Verdict.String()})
	}
	for _, p := range r.Pairs {
		pairs = append(pairs, pair{p.Network, p.From, p.To, p.Declared.String(), p.Carried.String(), p.Verdict.String()})
	}
	for _, f := range r.Failures {
		failures = append(failures, failure{f.Network, f.Part, append([]string{}, f.Dies...), f.Bypasses})
	}
	return map[string]any{
		"exact": len(findings) == 0, "pairs": pairs, "accesses": accesses, "findings": findingsJSON(findings),
		"failures": failures, "notes": r.Notes, "assumptions": r.Assumptions,
	}
}
