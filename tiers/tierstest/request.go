package tierstest

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/webacl"
	"github.com/tierwall/tierwall/internal/webacl/deployed"
	"github.com/tierwall/tierwall/internal/webacl/evaluate"
)

// Request is an HTTP request, with the expected decision of a web ACL.
type Request struct {
	Method string // empty means GET
	Path   string // as on the request line, with the query: "/a%20b?c=d"; empty means /
	Host   string // the value of the Host header; empty means no such header
	// Header has the other headers, one line each: "X-Origin: secret".
	Header []string
	Body   string
	// From is the address of the client, and Country the client's country as an ISO 3166 code. An empty text is an unknown value.
	From, Country string
	// Before is the number of similar requests within the window of a rate-based rule, by the name of the rule.
	Before map[string]int
	// Want is the expected action: "Allow", "Block", "Captcha" or "Challenge". It may name the rule: "Block by Hosts", "Allow by default".
	Want string
}

// RequireRequests synthesizes the app of stack and evaluates one web ACL for each request. The web ACL is named by its name, its logical
// id, or its construct path. The contents of managed rule groups are unknown, so their rules only count. The test fails if a decision is
// not the expected one, or is unknown, and shows the rules that were evaluated.
func RequireRequests(t testing.TB, stack awscdk.Stack, webACL string, requests []Request) {
	t.Helper()
	root, ok := stack.Node().Root().(awscdk.App)
	if !ok {
		t.Fatalf("the stack %s is not in an app", *stack.Node().Path())
	}
	if err := Synth(t, stack); err != nil {
		t.Fatalf("synth:\n%v", err)
	}
	a, err := cfn.Load([]string{*root.Outdir()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	all, refs := deployed.Read(a)
	found := deployed.Find(all, webACL)
	if len(found) != 1 {
		t.Fatalf("%d web ACLs have the name %q, of %d in the app; want one", len(found), webACL, len(all))
	}
	e := evaluate.New(counting(found[0].ACL), refs, found[0].Kinds()...)
	for _, r := range requests {
		asked, err := r.asked()
		if err != nil {
			t.Errorf("%s: %v", r, err)
			continue
		}
		v := e.Evaluate(asked)
		if d, sure := v.Sure(); !sure || d.String() != r.Want && d.Action != r.Want {
			t.Errorf("%s: got %s; want %s%s", r, v, r.Want, steps(v))
		}
	}
}

// String returns the method, path and host of the request.
func (r Request) String() string {
	a, _ := r.asked()
	return strings.TrimSpace(fmt.Sprintf("%s %s %s", a.Method, a.Target, r.Host))
}

// asked returns the request in the form that the evaluation takes.
func (r Request) asked() (evaluate.Request, error) {
	out := evaluate.Request{Method: r.Method, Target: r.Path, Body: r.Body, Country: r.Country, Before: r.Before}
	if out.Method == "" {
		out.Method = "GET"
	}
	if out.Target == "" {
		out.Target = "/"
	}
	if r.Host != "" {
		out.Header = append(out.Header, webacl.Header{Name: "Host", Value: r.Host})
	}
	for _, line := range r.Header {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return out, fmt.Errorf("%q is not a header; write it in the form \"X-Origin: secret\"", line)
		}
		out.Header = append(out.Header, webacl.Header{Name: name, Value: strings.TrimSpace(value)})
	}
	if r.From != "" {
		from, err := netip.ParseAddr(r.From)
		if err != nil {
			return out, err
		}
		out.From = from
	}
	return out, nil
}

// counting returns the ACL with managed rule groups that only count.
func counting(acl webacl.ACL) webacl.ACL {
	rules := make([]webacl.Rule, len(acl.Rules))
	copy(rules, acl.Rules)
	for i := range rules {
		if s := rules[i].Statement; s != nil && s.ManagedRuleGroupStatement != nil {
			rules[i].OverrideAction = &webacl.OverrideAction{Count: &webacl.Empty{}}
		}
	}
	acl.Rules = rules
	return acl
}

// steps returns the rules that were evaluated, a line for each.
func steps(v evaluate.Verdict) string {
	var b strings.Builder
	for _, s := range v.Steps {
		fmt.Fprintf(&b, "\n    %s %s", s.Rule, s.Does)
		if s.Why != "" {
			b.WriteString(": " + s.Why)
		}
	}
	return b.String()
}
