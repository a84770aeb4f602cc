package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/iam"
	"github.com/tierwall/tierwall/internal/iam/assembly"
)

type endpointsCommand struct {
	Template []string `arg:"" optional:"" help:"Cloud assembly, templates, or folders of them; cdk.out if none is named."`
	Endpoint string   `short:"e" help:"Only this endpoint, by its service's short name, logical id or construct path."`
	Action   string   `short:"a" placeholder:"SERVICE:ACTION" help:"A call to ask the policies about: s3:GetObject. None shows the endpoints."`
	Resource string   `short:"r" default:"*" placeholder:"ARN" help:"What the call is on."`
	As       string   `placeholder:"ARN" help:"The role or user who calls; none is somebody without credentials."`
	Key      pairs    `short:"k" placeholder:"KEY=VALUE" help:"Condition keys of the call: aws:ResourceAccount=111122223333."`
	Format   string   `enum:"text,json" default:"text" help:"text or json."`
	templates
}

// Run shows VPC endpoints with what is wrong with their policies, or says whether a call passes. It ends with findings if something is wrong, or
// the call does not surely pass.
func (e endpointsCommand) Run(c console) error {
	a, err := e.load(e.Template...)
	if err != nil {
		return err
	}
	all := assembly.Read(a)
	if e.Endpoint != "" {
		if all = assembly.Find(all, e.Endpoint); len(all) == 0 {
			return fmt.Errorf("no VPC endpoint is called %q", e.Endpoint)
		}
	}
	if e.Action != "" {
		return e.ask(c, all)
	}
	return e.show(c, all)
}

// shown is an endpoint with what is wrong with its policy.
type shown struct {
	assembly.Deployed
	found diag.List
}

func (e endpointsCommand) show(c console, all []assembly.Deployed) error {
	var list []shown
	wrong := false
	for i, d := range all {
		s := shown{Deployed: d, found: append(found(d), second(all[:i], d)...)}
		for _, f := range s.found {
			wrong = wrong || f.Severity != diag.Warning
		}
		list = append(list, s)
	}
	if e.Format == "json" {
		text, err := toJSON(endpointsJSON(list))
		return c.finish(text, err, wrong)
	}
	var b strings.Builder
	if len(list) == 0 {
		b.WriteString("there is no VPC endpoint in the templates\n")
	}
	for i, s := range list {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s: %s\n", printable(s.Resource.String()), printable(title(s.Deployed)))
		if s.Stated && s.Unknown == "" {
			for i, statement := range s.Policy.Statements {
				b.WriteString(statementText(i, statement))
			}
		}
		if s.Unknown != "" {
			b.WriteString("unknown: " + printable(s.Unknown) + "\n")
		}
		for _, f := range s.found {
			b.WriteString("\n" + lines(f.String()) + "\n")
		}
	}
	return c.finish(b.String(), nil, wrong)
}

// found is what is wrong with an endpoint's policy. One without a policy is told of where its service takes policies.
func found(d assembly.Deployed) diag.List {
	out := slices.Clone(d.Problems)
	if d.IsAWS() && (d.Stated || catalog.PolicySupport(d.Service) == catalog.Supported) && d.Unknown == "" {
		out = append(out, d.Policy.Check(d.Endpoint())...)
	}
	for i := range out {
		out[i].Path = strings.TrimSpace(d.Resource.String() + " " + out[i].Path)
		if d.Resource.Line > 0 {
			out[i].At = []diag.Position{{File: d.Resource.Stack.File, Line: d.Resource.Line}}
		}
	}
	return out
}

// second is an error if an endpoint leads to a service that one before it leads to: AWS refuses two with private names in one VPC, and two
// gateways in one route table.
func second(before []assembly.Deployed, d assembly.Deployed) diag.List {
	tables := func(d assembly.Deployed) []string {
		var out []string
		for _, v := range d.Resource.Get("RouteTableIds").Items {
			out = append(out, v.String())
		}
		return out
	}
	for _, o := range before {
		same := o.Service == d.Service && o.Gateway == d.Gateway && o.VPC.String() == d.VPC.String()
		shared := slices.ContainsFunc(tables(o), func(t string) bool { return slices.Contains(tables(d), t) })
		if same && (d.Gateway && shared || !d.Gateway && o.PrivateDNS && d.PrivateDNS) {
			return diag.List{{
				Rule: "endpoint-twice", Path: d.Resource.String(), Summary: "two endpoints lead to one service", Detail: o.Resource.String() + " is another one; AWS refuses the second: names, or routes, would lead to both",
				Fix: "use one for all",
			}}
		}
	}
	return nil
}

func title(d assembly.Deployed) string {
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

// answer is what one endpoint makes of a call.
type answer struct {
	Endpoint   string   `json:"endpoint"`
	Decision   string   `json:"decision"`
	Statements []int    `json:"statements"`
	Unknown    []string `json:"unknown,omitempty"`
}

// ask asks the endpoints that a call may go through.
func (e endpointsCommand) ask(c console, all []assembly.Deployed) error {
	action, ok := catalog.ActionNamed(e.Action)
	if !ok {
		fix := ""
		if near := catalog.NearestAction(e.Action); near != "" {
			fix = "; the nearest one is " + near
		}
		return fmt.Errorf("there is no action %q%s", e.Action, fix)
	}
	request := iam.Request{Principal: e.As, Action: action.Name, Resource: e.Resource, Keys: map[string][]string{}}
	for key, value := range e.Key {
		request.Keys[key] = []string{value}
	}
	var answers []answer
	passes := false
	for _, d := range all {
		prefix := iamPrefix(d)
		if name, _, _ := strings.Cut(action.Name, ":"); prefix != name {
			continue
		}
		x := d.Policy.Evaluate(request)
		if d.Unknown != "" {
			x = iam.Explanation{Decision: iam.Unknown, Unknown: []string{d.Unknown}}
		}
		passes = passes || x.Decision == iam.Allowed
		answers = append(answers, answer{d.Resource.String(), x.Decision.String(), append([]int{}, x.Statements...), x.Unknown})
	}
	if len(answers) == 0 {
		return errors.New("no VPC endpoint in the templates is one that " + action.Name + " goes through")
	}
	if e.Format == "json" {
		text, err := toJSON(answers)
		return c.finish(text, err, !passes)
	}
	t := &table{head: []string{"ENDPOINT", "CALL", "BY STATEMENT", "DEPENDS ON"}}
	for _, a := range answers {
		var by []string
		for _, i := range a.Statements {
			by = append(by, fmt.Sprint(i))
		}
		t.add(a.Endpoint, a.Decision, strings.Join(by, ", "), strings.Join(a.Unknown, ", "))
	}
	return c.finish(t.text(), nil, !passes)
}

func iamPrefix(d assembly.Deployed) string {
	if d.Gateway {
		return d.Service
	}
	found, _ := catalog.EndpointNamed(d.Service)
	return found.IAM
}

func endpointsJSON(list []shown) any {
	type endpoint struct {
		Resource string         `json:"resource"`
		Service  string         `json:"service"`
		Gateway  bool           `json:"gateway"`
		Stated   bool           `json:"stated"`
		Policy   map[string]any `json:"policy"`
		Unknown  string         `json:"unknown,omitempty"`
		Findings any            `json:"findings"`
	}
	out := []endpoint{}
	for _, s := range list {
		out = append(out, endpoint{s.Resource.String(), s.Service, s.Gateway, s.Stated, s.Policy.Document(iam.Text), s.Unknown, findingsJSON(s.found)})
	}
	return out
}
