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

// Request is a request of HTTP, and what a web ACL is to make of it.
type Request struct {
	Method string // empty is GET
	Path   string // as on the request line, with the query: "/a%20b?c=d"; empty is /
	Host   string // of the Host header
	// Header has further headers, a line each: "X-Origin: secret".
	Header []string
	Body   string
	// From is the client's address, Country its country as an ISO 3166 code; empty is not known.
	From, Country string
	// Before is how many requests like it came within the window of a rate-based rule, by the rule's name.
	Before map[string]int
	// Want is what becomes of it: "Allow", "Block", "Captcha", "Challenge"; or with the rule, "Block by Hosts", "Allow by default".
	Want string
}

// RequireRequests synthesizes the app that stack is in and asks one of its web ACLs, by its name, logical id or construct path, what it
// makes of requests. What managed rule groups look for is not known: they are taken to count. A request whose fate is not known in spite
// of that, or is another one, fails the test with the rules that were asked.
func RequireRequests(t testing.TB, stack awscdk.Stack, webACL string, requests []Request) {
	t.Helper()
	root, ok := stack.Node().Root().(awscdk.App)
	if !ok {
		t.Fatalf("the stack %s is in no app", *stack.Node().Path())
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
		t.Fatalf("%d web ACLs are called %q, of %d in the app", len(found), webACL, len(all))
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

// String is the request line, with the host.
func (r Request) String() string {
	a, _ := r.asked()
	return strings.TrimSpace(fmt.Sprintf("%s %s %s", a.Method, a.Target, r.Host))
}

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
			return out, fmt.Errorf("%q is no header; write it as in \"X-Origin: secret\"", line)
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

// counting has managed rule groups count.
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
