package cli

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/webacl/deployed"
	"github.com/tierwall/tierwall/internal/webacl/evaluate"
)

type wafCommand struct {
	Template []string `arg:"" optional:"" help:"Cloud assembly, templates, or folders of them; cdk.out if none is named."`
	Request  []string `short:"r" placeholder:"FILE" help:"Requests as they are sent: request line, headers, an empty line, body. None shows the web ACLs."`
	ACL      string   `name:"acl" help:"The web ACL, by name, logical id or construct path; needed if there are several."`
	Client   string   `help:"The client's address, for requests that do not say it."`
	Country  string   `help:"The client's country, as an ISO 3166 code."`
	ASN      int      `name:"asn" help:"The client's autonomous system."`
	Format   string   `enum:"text,json,sarif,markdown" default:"text" help:"text, json, sarif or markdown; of requests text or json."`
	templates
}

// Run shows web ACLs with what is wrong with them and what they name, or says what one makes of requests. It ends with findings if
// something is wrong, or a request is not surely allowed.
func (w wafCommand) Run(c console) error {
	a, err := w.load(w.Template...)
	if err != nil {
		return err
	}
	all, refs := deployed.Read(a)
	if w.ACL != "" {
		if all, err = w.named(all); err != nil {
			return err
		}
	}
	if len(w.Request) == 0 {
		return w.show(c, firstFile(a), all, refs, w.findings(a, all))
	}
	if w.Format == "sarif" || w.Format == "markdown" {
		return fmt.Errorf("what becomes of requests is written as text or json, not %s", w.Format)
	}
	if len(all) != 1 {
		return fmt.Errorf("there are %d web ACLs; name one with --acl: %s", len(all), aclNames(all))
	}
	requests, err := w.requests()
	if err != nil {
		return err
	}
	e := evaluate.New(all[0].ACL, refs, all[0].Kinds()...)
	stopped := false
	var verdicts []evaluate.Verdict
	for _, r := range requests {
		v := e.Evaluate(r)
		verdicts = append(verdicts, v)
		d, sure := v.Sure()
		stopped = stopped || !sure || d.Action != "Allow"
	}
	text := w.text(verdicts)
	if w.Format == "json" {
		text, err = toJSON(w.json(verdicts))
	}
	return c.finish(text, err, stopped)
}

func aclNames(all []deployed.WebACL) string {
	var out []string
	for _, d := range all {
		out = append(out, d.Resource.Path)
		if d.Resource.Path == "" {
			out[len(out)-1] = d.Resource.ID
		}
	}
	if len(out) == 0 {
		return "none"
	}
	return strings.Join(out, ", ")
}

func (w wafCommand) named(all []deployed.WebACL) ([]deployed.WebACL, error) {
	found := deployed.Find(all, w.ACL)
	if len(found) != 1 {
		return nil, fmt.Errorf("%d web ACLs are called %q; there are: %s", len(found), w.ACL, aclNames(all))
	}
	return found, nil
}

// requests reads the files, all that is wrong with them at once.
func (w wafCommand) requests() ([]evaluate.Request, error) {
	var out []evaluate.Request
	var problems []error
	var from netip.Addr
	if w.Client != "" {
		addr, err := netip.ParseAddr(w.Client)
		if err != nil {
			problems = append(problems, fmt.Errorf("--client: %w", err))
		}
		from = addr
	}
	for _, file := range w.Request {
		r, err := readRequest(file)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", file, err))
			continue
		}
		if !r.From.IsValid() {
			r.From = from
		}
		if r.Country == "" {
			r.Country = w.Country
		}
		if r.ASN == 0 {
			r.ASN = w.ASN
		}
		out = append(out, r)
	}
	return out, errors.Join(problems...)
}

func readRequest(file string) (evaluate.Request, error) {
	data, err := cfn.ReadNamed(file)
	if err != nil {
		return evaluate.Request{}, err
	}
	return evaluate.ReadRequest(bytes.NewReader(data))
}

func (w wafCommand) text(verdicts []evaluate.Verdict) string {
	var b strings.Builder
	for i, v := range verdicts {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s: %s\n\n", printable(w.Request[i]), printable(v.String()))
		t := &table{head: []string{"RULE", "REQUEST", "THEN", "WHY"}}
		for _, s := range v.Steps {
			then := s.Then
			if s.Does == "does not match" || s.Does == "is not asked" {
				then = ""
			}
			t.add(s.Rule, s.Does, then, s.Why)
		}
		b.WriteString(t.text())
		if len(v.Labels) > 0 {
			fmt.Fprintf(&b, "\nlabels: %s\n", printable(strings.Join(v.Labels, ", ")))
		}
		if v.Approximate {
			b.WriteString("\nnote: SQL and scripts were looked for with libinjection, which is not what AWS has\n")
		}
	}
	return b.String()
}

func (w wafCommand) json(verdicts []evaluate.Verdict) any {
	type step struct {
		Rule string `json:"rule"`
		Does string `json:"does"`
		Then string `json:"then,omitempty"`
		Why  string `json:"why,omitempty"`
	}
	type verdict struct {
		Request     string   `json:"request"`
		Possible    []string `json:"possible"`
		Labels      []string `json:"labels"`
		Steps       []step   `json:"steps"`
		Approximate bool     `json:"approximate,omitempty"`
	}
	out := []verdict{}
	for i, v := range verdicts {
		one := verdict{Request: w.Request[i], Labels: append([]string{}, v.Labels...), Steps: []step{}, Approximate: v.Approximate}
		for _, d := range v.Possible {
			one.Possible = append(one.Possible, d.String())
		}
		for _, s := range v.Steps {
			one.Steps = append(one.Steps, step(s))
		}
		out = append(out, one)
	}
	return out
}
