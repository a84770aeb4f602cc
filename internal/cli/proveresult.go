package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/fold"
	"github.com/tierwall/tierwall/internal/proof"
)

// proveResult is everything that the command found out. Each format shows it.
type proveResult struct {
	report   *proof.Report      // empty without a declaration
	declared *proof.Declaration // nil if only expectations were checked
	findings diag.List
	expected int // how many expectations were checked
}

// render returns the result in a format. SARIF shows findings without a position at the file.
func (r proveResult) render(format, file string) (string, error) {
	switch format {
	case "json":
		return toJSON(r.json())
	case "sarif":
		return sarif(r.findings, file)
	case "markdown":
		return r.markdown(), nil
	}
	return r.text(), nil
}

// hasNetworks reports whether the declaration has networks, whose pairs of peers were compared.
func (r proveResult) hasNetworks() bool { return r.declared != nil && len(r.declared.Networks) > 0 }

// headline returns the outcome in one line.
func (r proveResult) headline() string {
	expectations := counted(r.expected, "expectation holds", "expectations hold")
	switch {
	case len(r.findings) > 0:
		return counted(len(r.findings), "finding", "findings")
	case r.declared == nil:
		return "as expected: " + expectations
	}
	var parts []string
	if r.hasNetworks() {
		parts = append(parts, counted(len(r.report.Pairs), "pair of peers carries", "pairs of peers carry")+
			" exactly the declared traffic, and all other pairs carry nothing")
	}
	if n := len(r.report.Accesses); n > 0 {
		parts = append(parts, counted(n, "use of AWS services is", "uses of AWS services are")+" allowed, and no other")
	}
	if n := len(r.declared.Controls); n > 0 {
		parts = append(parts, counted(n, "resource of a control is", "resources of controls are")+" as declared")
	}
	if r.expected > 0 {
		parts = append(parts, expectations)
	}
	return "exact: " + strings.Join(parts, "; ")
}

func (r proveResult) text() string {
	var b strings.Builder
	if r.hasNetworks() {
		b.WriteString(pairTable(r.report).fit() + "\n")
	}
	if len(r.report.Accesses) > 0 {
		b.WriteString(accessTable(r.report).fit() + "\n")
	}
	for _, f := range r.findings {
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
	section("if one part fails:", failureTexts(r.report))
	section("notes:", r.report.Notes)
	section("assumptions:", r.report.Assumptions)
	b.WriteString(prose(r.headline()) + "\n")
	return b.String()
}

// failureTexts says what the failure of each part does to the declared flows.
func failureTexts(r *proof.Report) []string {
	var out []string
	for _, f := range r.Failures {
		effect := noFlowStops(r, f.Network)
		if len(f.Stops) > 0 {
			effect = "these flows stop: " + strings.Join(f.Stops, ", ")
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

// pairTable lists what is declared and carried between peers: first what is not exact. Pairs that are equal but for their ends are one row.
func pairTable(r *proof.Report) *table {
	var pairs []fold.Pair
	for _, p := range r.Pairs {
		cells := []string{declaredText(p), p.Carried.String(), p.Verdict.String()}
		pairs = append(pairs, fold.Pair{From: p.From, To: p.To, Content: p.Network + "\x00" + strings.Join(cells, "\x00")})
	}
	groups := fold.Pairs(pairs)
	isExact := func(g *fold.Group) int { return int(yes(strings.HasSuffix(g.Content, "\x00"+proof.Exact.String()))) }
	slices.SortStableFunc(groups, func(a, b *fold.Group) int {
		return cmp.Or(cmp.Compare(isExact(a), isExact(b)), fold.Compare(a.From[0], b.From[0]), fold.Compare(a.To[0], b.To[0]))
	})
	t := &table{head: []string{"FROM", "TO", "DECLARED", "CARRIED", "VERDICT"}}
	for _, g := range groups {
		ends := []string{strings.Join(fold.Names(g.From), ", "), strings.Join(fold.Names(g.To), ", ")}
		t.add(append(ends, strings.Split(g.Content, "\x00")[1:]...)...)
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

func (r proveResult) markdown() string {
	var b strings.Builder
	b.WriteString("### Proof: " + escapeMarkdown(r.headline()) + "\n\n")
	if len(r.findings) > 0 {
		t := &table{head: []string{"Where", "Finding", "Witness and rules", "Declared at"}}
		for _, f := range r.findings {
			t.add(f.Path, f.Summary, strings.ReplaceAll(f.Detail, "\n", "; "), f.Where())
		}
		b.WriteString(t.markdown() + "\n")
	}
	if r.hasNetworks() {
		b.WriteString("<details><summary>All pairs</summary>\n\n" + pairTable(r.report).markdown() + "\n</details>\n")
	}
	if len(r.report.Accesses) > 0 {
		b.WriteString("<details><summary>AWS services</summary>\n\n" + accessTable(r.report).markdown() + "\n</details>\n")
	}
	return b.String()
}

// proveJSON is the JSON of prove.
type proveJSON struct {
	Exact        bool                `json:"exact" doc:"whether there are no findings"`
	Pairs        []provePairJSON     `json:"pairs"`
	Accesses     []accessJSON        `json:"accesses" doc:"uses of AWS services through VPC endpoints"`
	Findings     []findingJSON       `json:"findings"`
	Failures     []failureEffectJSON `json:"failures" doc:"what the failure of a part does to declared flows"`
	Notes        []string            `json:"notes"`
	Assumptions  []string            `json:"assumptions" doc:"what the answer takes as given"`
	Expectations int                 `json:"expectations,omitempty" doc:"how many expectations were checked"`
}

type provePairJSON struct {
	Network  string `json:"network"`
	From     string `json:"from"`
	To       string `json:"to"`
	Declared string `json:"declared"`
	Carried  string `json:"carried"`
	Verdict  string `json:"verdict"`
}

type failureEffectJSON struct {
	Network  string   `json:"network"`
	Part     string   `json:"part"`
	Stops    []string `json:"stops"`
	Bypasses []string `json:"bypasses,omitempty" doc:"flows that are then no longer inspected"`
}

type accessJSON struct {
	Network   string   `json:"network"`
	Tier      string   `json:"tier"`
	Endpoint  string   `json:"endpoint"`
	Use       string   `json:"use"`
	Actions   []string `json:"actions"`
	Resources []string `json:"resources"`
	Verdict   string   `json:"verdict"`
}

func (r proveResult) json() proveJSON {
	out := proveJSON{
		Exact: len(r.findings) == 0, Pairs: []provePairJSON{}, Accesses: []accessJSON{}, Findings: findingsJSON(r.findings),
		Failures: []failureEffectJSON{}, Notes: orEmpty(r.report.Notes), Assumptions: orEmpty(r.report.Assumptions), Expectations: r.expected,
	}
	for _, a := range r.report.Accesses {
		out.Accesses = append(out.Accesses, accessJSON{
			a.Network, a.Tier, a.Endpoint, a.Use, orEmpty(a.Actions), orEmpty(a.Resources), a.Verdict.String(),
		})
	}
	for _, p := range r.report.Pairs {
		out.Pairs = append(out.Pairs, provePairJSON{p.Network, p.From, p.To, p.Declared.String(), p.Carried.String(), p.Verdict.String()})
	}
	for _, f := range r.report.Failures {
		out.Failures = append(out.Failures, failureEffectJSON{f.Network, f.Part, orEmpty(f.Stops), f.Bypasses})
	}
	return out
}
