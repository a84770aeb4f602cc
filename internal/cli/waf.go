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
	Template []string `arg:"" optional:"" help:"${templates}"`
	Request  []string `short:"r" placeholder:"FILE" help:"Evaluate the request in this file; repeat it for several requests."`
	ACL      string   `name:"acl" help:"Only this web ACL: its name, logical id or construct path."`
	Client   string   `help:"IP address of the client, for request files without one."`
	Country  string   `help:"Country of the client, as an ISO 3166 code."`
	ASN      int      `name:"asn" help:"Autonomous system number (ASN) of the client."`
	Format   string   `enum:"text,json,sarif,markdown" default:"text" help:"Output format: text, json, sarif or markdown."`
	templateFlags
}

// Run shows web ACLs and the mistakes in them, or evaluates requests against one web ACL. It returns errFindings if it finds a mistake,
// or if a request is not certainly allowed.
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
		return fmt.Errorf("the evaluation of requests has the formats text and json, not %s", w.Format)
	}
	switch {
	case len(all) == 0:
		return errors.New("the templates contain no web ACL")
	case len(all) > 1:
		return fmt.Errorf("the templates contain %d web ACLs; name one with --acl: %s", len(all), aclNames(all))
	}
	requests, err := w.requests()
	if err != nil {
		return err
	}
	managers := deployed.Managers(a)
	e := evaluate.New(all[0].ACL, refs, all[0].Kinds()...)
	stopped := len(managers) > 0 // What the web ACL does is unknown.
	var verdicts []evaluate.Verdict
	for _, r := range requests {
		v := e.Evaluate(r)
		verdicts = append(verdicts, v)
		d, sure := v.Sure()
		stopped = stopped || !sure || d.Action != "Allow"
	}
	text := w.text(verdicts) + managerText(managers) + "\n" + prose("assumption: "+deployed.Outside) + "\n"
	if w.Format == "json" {
		text, err = toJSON(w.json(verdicts, managers))
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
	switch {
	case len(found) == 0:
		return nil, fmt.Errorf("no web ACL is called %q; the templates contain: %s", w.ACL, aclNames(all))
	case len(found) > 1:
		return nil, fmt.Errorf("%d web ACLs are called %q; name one by its construct path: %s", len(found), w.ACL, aclNames(found))
	}
	return found, nil
}

// requests reads the request files. The error lists every mistake in them.
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

// approximateNote limits verdicts that rest on a detector of SQL or scripts.
const approximateNote = "note: SQL injection and scripts were detected with libinjection; " +
	"AWS uses detectors of its own, which may decide differently"

func (w wafCommand) text(verdicts []evaluate.Verdict) string {
	var b strings.Builder
	for i, v := range verdicts {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s\n\n", prose(w.Request[i]+": "+v.String()))
		t := &table{head: []string{"RULE", "RESULT", "ACTION", "WHY"}}
		for _, s := range v.Steps {
			then := s.Then
			if s.Does == "does not match" || s.Does == "is not asked" {
				then = ""
			}
			t.add(s.Rule, s.Does, then, s.Why)
		}
		b.WriteString(t.text())
		if len(v.Labels) > 0 {
			fmt.Fprintf(&b, "\n%s\n", prose("labels: "+strings.Join(v.Labels, ", ")))
		}
		if v.Approximate {
			b.WriteString("\n" + prose(approximateNote) + "\n")
		}
	}
	return b.String()
}

// requestJSON is the JSON of waf about one request.
type requestJSON struct {
	Request     string            `json:"request" doc:"its file"`
	Possible    []string          `json:"possible" doc:"what the web ACL may do: one answer is certain"`
	Labels      []string          `json:"labels"`
	Steps       []requestStepJSON `json:"steps"`
	Approximate bool              `json:"approximate,omitempty" doc:"it rests on a detector that may differ from AWS's"`
	Unknown     []string          `json:"unknown,omitempty" doc:"what may change the web ACL"`
}

type requestStepJSON struct {
	Rule string `json:"rule"`
	Does string `json:"does"`
	Then string `json:"then,omitempty"`
	Why  string `json:"why,omitempty"`
}

func (w wafCommand) json(verdicts []evaluate.Verdict, managers []deployed.Manager) []requestJSON {
	out := []requestJSON{}
	for i, v := range verdicts {
		one := requestJSON{
			Request: w.Request[i], Possible: []string{}, Labels: orEmpty(v.Labels), Steps: []requestStepJSON{}, Approximate: v.Approximate,
		}
		for _, d := range v.Possible {
			one.Possible = append(one.Possible, d.String())
		}
		for _, s := range v.Steps {
			one.Steps = append(one.Steps, requestStepJSON(s))
		}
		for _, m := range managers {
			one.Unknown = append(one.Unknown, m.Text())
		}
		out = append(out, one)
	}
	return out
}
