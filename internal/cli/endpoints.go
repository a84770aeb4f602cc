package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/iam"
	"github.com/tierwall/tierwall/internal/iam/deployed"
)

type endpointsCommand struct {
	Template []string `arg:"" optional:"" help:"${templates}"`
	Endpoint string   `help:"Only this endpoint: short name of its service, logical id or construct path."`
	Action   string   `placeholder:"SERVICE:ACTION" help:"Evaluate a call, such as s3:GetObject, instead of showing the endpoints."`
	Resource string   `placeholder:"ARN" help:"Resource of the call; required if the action applies to resources."`
	As       string   `placeholder:"ARN" help:"Role, session or user who calls; without it, the caller has no credentials."`
	Key      []string `short:"k" sep:"none" placeholder:"KEY=VALUE" help:"Condition key of the call; repeat for more values. KEY= is absent."`
	Format   string   `enum:"text,json,sarif,markdown" default:"text" help:"Output format: text, json, sarif or markdown."`
	templateFlags
}

// Run shows VPC endpoints and the mistakes in their policies, or evaluates a call. It returns errFindings if it finds a mistake, or if
// no endpoint certainly allows the call.
func (e endpointsCommand) Run(c console) error {
	a, err := e.load(e.Template...)
	if err != nil {
		return err
	}
	all := deployed.Read(a)
	found := deployed.Check(all)
	if e.Endpoint != "" {
		if all, found = restrictTo(all, found, deployed.Find(all, e.Endpoint)); len(all) == 0 {
			return fmt.Errorf("no VPC endpoint is called %q", e.Endpoint)
		}
	}
	if e.Action != "" {
		return e.evaluate(c, all)
	}
	return e.show(c, all, found)
}

// restrictTo keeps some of the endpoints and their findings.
func restrictTo(all []deployed.Endpoint, found []diag.List, some []deployed.Endpoint) ([]deployed.Endpoint, []diag.List) {
	var kept []deployed.Endpoint
	var theirs []diag.List
	for i, d := range all {
		if slices.ContainsFunc(some, func(s deployed.Endpoint) bool { return s.Resource == d.Resource }) {
			kept, theirs = append(kept, d), append(theirs, found[i])
		}
	}
	return kept, theirs
}

// checkedEndpoint is an endpoint with its findings.
type checkedEndpoint struct {
	deployed.Endpoint
	found diag.List
}

func (e endpointsCommand) show(c console, all []deployed.Endpoint, found []diag.List) error {
	var list []checkedEndpoint
	var findings diag.List
	for i, d := range all {
		list = append(list, checkedEndpoint{d, found[i]})
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

func endpointsText(list []checkedEndpoint) string {
	var b strings.Builder
	if len(list) == 0 {
		b.WriteString("the templates contain no VPC endpoint\n")
	}
	for i, s := range list {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s\n", prose(s.Resource.String()+": "+endpointTitle(s.Endpoint)))
		if s.Stated && s.Unknown == "" {
			for i, statement := range s.Policy.Statements {
				b.WriteString(statementText(i, statement))
			}
		}
		if s.Unknown != "" {
			b.WriteString(prose("unknown: "+s.Unknown) + "\n")
		}
		b.WriteString(noteText(s.Notes()))
		for _, f := range s.found {
			b.WriteString("\n" + prose(f.String()) + "\n")
		}
	}
	return b.String()
}

func noteText(notes []string) string {
	var b strings.Builder
	for _, n := range notes {
		b.WriteString(prose("note: "+n) + "\n")
	}
	return b.String()
}

func endpointsMarkdown(list []checkedEndpoint, findings diag.List) string {
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
	t := &table{head: []string{"Endpoint", "Kind and policy", "Unknown", "Notes"}}
	for _, s := range list {
		t.add(s.Resource.String(), endpointTitle(s.Endpoint), s.Unknown, strings.Join(s.Notes(), "; "))
	}
	b.WriteString("<details><summary>All endpoints</summary>\n\n" + t.markdown() + "\n</details>\n")
	return b.String()
}

// endpointTitle says what kind of endpoint it is and how large its policy is.
func endpointTitle(d deployed.Endpoint) string {
	kind := "interface endpoint for "
	if d.Gateway {
		kind = "gateway endpoint for "
	}
	policy := ", without a policy: it allows every call"
	if d.Stated {
		size, exact := d.Policy.Size()
		about := ""
		if !exact {
			about = "about "
		}
		policy = fmt.Sprintf(", the policy uses %s%d of %d characters", about, size, iam.MaxSize)
	}
	return kind + d.Service + policy
}

// statementText writes a statement of a policy, with one line for each of its parts.
func statementText(number int, s iam.Statement) string {
	except := func(negated bool) string {
		if negated {
			return "all except "
		}
		return ""
	}
	var b strings.Builder
	write := func(label string, texts []string) { b.WriteString(labelled(label, texts)) }
	name := fmt.Sprintf("  statement %d: %s", number, s.Effect)
	if s.Sid != "" {
		name += " " + s.Sid
	}
	b.WriteString(printable(name) + "\n")
	write("actions: "+except(s.NotAction), s.Actions)
	write("resources: "+except(s.NotResource), s.Resources)
	if !s.Principal.IsEverybody() {
		var names []string
		for _, n := range s.Principal.Names {
			names = append(names, n.Name)
		}
		write("principals: "+except(s.Principal.Not), names)
	}
	for _, c := range s.Conditions {
		write("condition: "+c.Key+" "+c.Operator+" ", c.Values)
	}
	return b.String()
}

// labelled writes texts after a label, with commas between them.
func labelled(label string, texts []string) string {
	return prose("      "+strings.TrimRight(label+strings.Join(texts, ", "), " ")) + "\n"
}

// endpointJSON is the JSON of endpoints about one endpoint.
type endpointJSON struct {
	Resource string         `json:"resource"`
	Service  string         `json:"service"`
	Gateway  bool           `json:"gateway"`
	Stated   bool           `json:"stated" doc:"whether the template states a policy"`
	Policy   map[string]any `json:"policy" doc:"the policy document, as IAM writes it"`
	Unknown  string         `json:"unknown,omitempty" doc:"why the policy is not known"`
	Notes    []string       `json:"notes,omitempty"`
	Findings []findingJSON  `json:"findings"`
}

func endpointsJSON(list []checkedEndpoint) []endpointJSON {
	out := []endpointJSON{}
	for _, s := range list {
		out = append(out, endpointJSON{s.Resource.String(), s.Service, s.Gateway, s.Stated, s.Policy.Document(iam.Text), s.Unknown, s.Notes(),
			findingsJSON(s.found)})
	}
	return out
}
