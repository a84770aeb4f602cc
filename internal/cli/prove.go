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
	Template []string `arg:"" optional:"" help:"Cloud assembly, templates, or folders of them; cdk.out if none is named."`
	Against  string   `placeholder:"FILE" help:"The declared architecture; else tierwall.json in the cloud assembly."`
	Expect   string   `placeholder:"FILE" help:"Your own expectations: lines such as 'deny internet -> Database postgresql'."`
	Format   string   `enum:"text,json,sarif,markdown" default:"text" help:"text, json, sarif or markdown."`
	templates
	places
}

// Run proves the templates against the declaration, the expectations, or both.
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

// file is the file of the declaration.
func (p proveCommand) file(a *cfn.Assembly) string {
	if p.Against != "" {
		return p.Against
	}
	return filepath.Join(a.Dir, proof.FileName)
}

// firstFile is the file of the first template.
func firstFile(a *cfn.Assembly) string {
	if len(a.Stacks) == 0 {
		return a.Dir
	}
	return filepath.ToSlash(filepath.Join(a.Dir, a.Stacks[0].File))
}

// declaration reads what was declared; nil if there is nothing, and expectations are all that is to be held against.
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
		return nil, fmt.Errorf("there is no %s beside the templates: nothing says what was declared; name it with --against, state expectations with --expect, or use show", proof.FileName)
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

// headline is the outcome in one line.
func headline(r *proof.Report, d *proof.Declaration, findings diag.List, expected int) string {
	switch {
	case len(findings) == 1:
		return "1 finding"
	case len(findings) > 1:
		return fmt.Sprintf("%d findings", len(findings))
	case d == nil:
		return fmt.Sprintf("as expected: %d expectations hold", expected)
	}
	parts := []string{fmt.Sprintf("%d pairs of peers carry what was declared, and all others carry nothing", len(r.Pairs))}
	if len(d.Networks) == 0 {
		parts = nil
	}
	if n := len(r.Accesses); n > 0 {
		parts = append(parts, fmt.Sprintf("%d uses of AWS services pass, and nothing else", n))
	}
	switch n := len(d.Controls); {
	case n == 1:
		parts = append(parts, "1 resource of a control is as it was made")
	case n > 1:
		parts = append(parts, fmt.Sprintf("%d resources of controls are as they were made", n))
	}
	if expected > 0 {
		parts = append(parts, fmt.Sprintf("%d expectations hold", expected))
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
		b.WriteString(lines(f.String()) + "\n    acknowledge: " + printable("tierwall::"+f.AcknowledgeID()) + "\n\n")
	}
	section := func(title string, texts []string) {
		if len(texts) > 0 {
			b.WriteString(title + "\n")
			for _, t := range texts {
				b.WriteString("    " + printable(t) + "\n")
			}
			b.WriteString("\n")
		}
	}
	section("if a part fails:", failureTexts(r))
	section("notes:", r.Notes)
	section("assumptions:", r.Assumptions)
	b.WriteString(headline(r, d, findings, expected) + "\n")
	return b.String()
}

func failureTexts(r *proof.Report) []string {
	var out []string
	for _, f := range r.Failures {
		dies := unharmed(r, f.Network)
		if len(f.Dies) > 0 {
			dies = "stops " + strings.Join(f.Dies, ", ")
		}
		if len(f.Bypasses) > 0 {
			dies += "; around the inspection go " + strings.Join(f.Bypasses, ", ")
		}
		out = append(out, fmt.Sprintf("%s: %s: %s", f.Network, f.Part, dies))
	}
	return out
}

// unharmed says of a failure that stops nothing which flows go on. Those that are not carried anyway do not.
func unharmed(r *proof.Report, network string) string {
	var dead []string
	alive := false
	for _, p := range r.Pairs {
		switch {
		case p.Network != network || p.Declared.IsEmpty():
		case p.Carried.IsEmpty():
			dead = append(dead, p.From+" -> "+p.To)
		default:
			alive = true
		}
	}
	switch {
	case len(dead) == 0:
		return "every declared flow goes on elsewhere"
	case !alive:
		return "stops nothing, as no declared flow is surely carried as it is"
	}
	return "every other declared flow goes on elsewhere; not surely carried as it is: " + strings.Join(dead, ", ")
}

// accessTable is what tiers may do at AWS services.
func accessTable(r *proof.Report) *table {
	t := &table{head: []string{"TIER", "ENDPOINT", "MAY", "VERDICT", "ON", "ACTIONS"}}
	for _, a := range r.Accesses {
		t.add(a.Tier, a.Endpoint, a.Use, a.Verdict.String(), some(a.Resources), some(a.Actions))
	}
	return t
}

// some is the beginning of a list.
func some(texts []string) string {
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

// declaredText is what was declared between the two; what flows with addresses allow beside is in the notes.
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
		// Bypasses are flows that then go around their inspection.
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
	return map[string]any{"exact": len(findings) == 0, "pairs": pairs, "accesses": accesses, "findings": findingsJSON(findings), "failures": failures, "notes": r.Notes, "assumptions": r.Assumptions}
}
