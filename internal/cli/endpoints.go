package cli

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/iam"
	"github.com/tierwall/tierwall/internal/iam/deployed"
)

type endpointsCommand struct {
	Template []string `arg:"" optional:"" help:"Cloud assembly, templates, or folders of them; cdk.out if none is named."`
	Endpoint string   `short:"e" help:"Only this endpoint, by its service's short name, logical id or construct path."`
	Action   string   `short:"a" placeholder:"SERVICE:ACTION" help:"A call to ask the policies about: s3:GetObject. None shows the endpoints."`
	Resource string   `short:"r" placeholder:"ARN" help:"What the call is on; needed unless the action is for no resource."`
	As       string   `placeholder:"ARN" help:"The role, session or user who calls; none is somebody without credentials."`
	Key      []string `short:"k" sep:"none" placeholder:"KEY=VALUE" help:"Condition keys: repeat one for several values; KEY= is absent."`
	Format   string   `enum:"text,json,sarif,markdown" default:"text" help:"text, json, sarif or markdown."`
	templates
}

// Run shows VPC endpoints with what is wrong with their policies, or says whether a call passes. It ends with findings if something is
// wrong, or the call does not surely pass.
func (e endpointsCommand) Run(c console) error {
	a, err := e.load(e.Template...)
	if err != nil {
		return err
	}
	all := deployed.Read(a)
	found := deployed.Check(all)
	if e.Endpoint != "" {
		if all, found = only(all, found, deployed.Find(all, e.Endpoint)); len(all) == 0 {
			return fmt.Errorf("no VPC endpoint is called %q", e.Endpoint)
		}
	}
	if e.Action != "" {
		return e.ask(c, all)
	}
	return e.show(c, all, found)
}

// only keeps some of the endpoints, with what was found of them.
func only(all []deployed.Endpoint, found []diag.List, some []deployed.Endpoint) ([]deployed.Endpoint, []diag.List) {
	var kept []deployed.Endpoint
	var theirs []diag.List
	for i, d := range all {
		if slices.ContainsFunc(some, func(s deployed.Endpoint) bool { return s.Resource == d.Resource }) {
			kept, theirs = append(kept, d), append(theirs, found[i])
		}
	}
	return kept, theirs
}

// shown is an endpoint with what is wrong with it.
type shown struct {
	deployed.Endpoint
	found diag.List
}

func (e endpointsCommand) show(c console, all []deployed.Endpoint, found []diag.List) error {
	var list []shown
	var findings diag.List
	for i, d := range all {
		list = append(list, shown{d, found[i]})
		findings = append(findings, found[i]...)
	}
	wrong := len(findings.With(diag.Error, diag.Finding)) > 0
	text, err := "", error(nil)
	switch e.Format {
	case "json":
		text, err = toJSON(endpointsJSON(list))
	case "sarif":
		text, err = sarif(findings)
	case "markdown":
		text = endpointsMarkdown(list, findings)
	default:
		text = endpointsText(list)
	}
	return c.finish(text, err, wrong)
}

func endpointsText(list []shown) string {
	var b strings.Builder
	if len(list) == 0 {
		b.WriteString("there is no VPC endpoint in the templates\n")
	}
	for i, s := range list {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s: %s\n", printable(s.Resource.String()), printable(title(s.Endpoint)))
		if s.Stated && s.Unknown == "" {
			for i, statement := range s.Policy.Statements {
				b.WriteString(statementText(i, statement))
			}
		}
		if s.Unknown != "" {
			b.WriteString("unknown: " + printable(s.Unknown) + "\n")
		}
		b.WriteString(noteText(s.Notes()))
		for _, f := range s.found {
			b.WriteString("\n" + lines(f.String()) + "\n")
		}
	}
	return b.String()
}

func noteText(notes []string) string {
	var b strings.Builder
	for _, n := range notes {
		b.WriteString("note: " + printable(n) + "\n")
	}
	return b.String()
}

func endpointsMarkdown(list []shown, findings diag.List) string {
	var b strings.Builder
	fmt.Fprintf(&b, "### VPC endpoints: %d; errors: %d, findings: %d, warnings: %d\n\n", len(list),
		len(findings.With(diag.Error)), len(findings.With(diag.Finding)), len(findings.With(diag.Warning)))
	if len(findings) > 0 {
		t := &table{head: []string{"", "Where", "Finding", "Why", "Fix", "At"}}
		for _, f := range findings {
			t.add(f.Severity.String(), f.Path, f.Summary, f.Detail, f.Fix, f.Where())
		}
		b.WriteString(t.markdown() + "\n")
	}
	t := &table{head: []string{"Endpoint", "Is", "Unknown", "Notes"}}
	for _, s := range list {
		t.add(s.Resource.String(), title(s.Endpoint), s.Unknown, strings.Join(s.Notes(), "; "))
	}
	b.WriteString("<details><summary>All endpoints</summary>\n\n" + t.markdown() + "\n</details>\n")
	return b.String()
}

func title(d deployed.Endpoint) string {
	kind := "interface endpoint of "
	if d.Gateway {
		kind = "gateway endpoint of "
	}
	policy := ", with no policy: it lets everything through"
	if d.Stated {
		size, exact := d.Policy.Size()
		about := ""
		if !exact {
			about = "about "
		}
		policy = fmt.Sprintf(", policy of %s%d of %d characters", about, size, iam.MaxSize)
	}
	return kind + d.Service + policy
}

// statementText is a statement over some lines.
func statementText(number int, s iam.Statement) string {
	not := func(is bool) string {
		if is {
			return "all but "
		}
		return ""
	}
	var b strings.Builder
	write := func(label string, texts []string) { b.WriteString(wrapped(label, texts)) }
	name := fmt.Sprintf("  %d %s", number, s.Effect)
	if s.Sid != "" {
		name += " " + s.Sid
	}
	b.WriteString(printable(name) + "\n")
	write("do "+not(s.NotAction), s.Actions)
	write("on "+not(s.NotResource), s.Resources)
	if !s.Principal.IsEverybody() {
		var names []string
		for _, n := range s.Principal.Names {
			names = append(names, n.Name)
		}
		write("by "+not(s.Principal.Not), names)
	}
	for _, c := range s.Conditions {
		write("if "+c.Key+" "+c.Operator+" ", c.Values)
	}
	return b.String()
}

// width is how long lines are, in characters.
const width = 110

// wrapped writes texts behind a label, on as many lines as they take.
func wrapped(label string, texts []string) string {
	const indent = "      "
	line := indent + label
	var b strings.Builder
	for i, t := range texts {
		t = printable(t)
		if i+1 < len(texts) {
			t += ","
		}
		if utf8.RuneCountInString(line)+1+utf8.RuneCountInString(t) > width && strings.TrimSpace(line) != strings.TrimSpace(label) {
			b.WriteString(printable(strings.TrimRight(line, " ")) + "\n")
			line = indent + "   "
		}
		line += t + " "
	}
	return b.String() + printable(strings.TrimRight(line, " ")) + "\n"
}

func endpointsJSON(list []shown) any {
	type endpoint struct {
		Resource string         `json:"resource"`
		Service  string         `json:"service"`
		Gateway  bool           `json:"gateway"`
		Stated   bool           `json:"stated"`
		Policy   map[string]any `json:"policy"`
		Unknown  string         `json:"unknown,omitempty"`
		Notes    []string       `json:"notes,omitempty"`
		Findings any            `json:"findings"`
	}
	out := []endpoint{}
	for _, s := range list {
		out = append(out, endpoint{s.Resource.String(), s.Service, s.Gateway, s.Stated, s.Policy.Document(iam.Text), s.Unknown, s.Notes(),
			findingsJSON(s.found)})
	}
	return out
}
