package cli

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/iam"
	"github.com/tierwall/tierwall/internal/iam/deployed"
)

// callChange holds the calls that the policy of an endpoint newly allows and newly denies. A call whose conditions change is in both.
type callChange struct {
	Endpoint string   `json:"endpoint"`
	Allowed  []string `json:"allowed,omitempty" doc:"such as s3:GetObject on arn:aws:s3:::uploads/*"`
	Denied   []string `json:"denied,omitempty"`
	Unknown  string   `json:"unknown,omitempty" doc:"why one of the two policies is not known"`
}

// diffCalls compares the policies of the endpoints that exist before and after the change. VPC and service identify an endpoint.
func diffCalls(before, after *cfn.Assembly) []callChange {
	key := func(d deployed.Endpoint) string { return fmt.Sprint(d.VPC.String(), " ", d.Service, " ", d.Gateway) }
	old := map[string]deployed.Endpoint{}
	for _, d := range deployed.Read(before) {
		old[key(d)] = d
	}
	var out []callChange
	for _, now := range deployed.Read(after) {
		was, ok := old[key(now)]
		if !ok {
			continue
		}
		c := callChange{
			Endpoint: now.Resource.String(),
			Allowed:  callTexts(now.Policy.Beyond(was.Policy)), Denied: callTexts(was.Policy.Beyond(now.Policy)),
		}
		if was.Unknown != "" {
			c.Unknown = was.Unknown
		} else if now.Unknown != "" {
			c.Unknown = now.Unknown
		}
		if len(c.Allowed)+len(c.Denied) > 0 || c.Unknown != "" {
			out = append(out, c)
		}
	}
	return out
}

func callTexts(list []iam.Access) []string {
	var out []string
	seen := map[string]bool{}
	for _, a := range list {
		text := a.Action + " on " + a.Resource
		if !seen[text] {
			seen[text] = true
			out = append(out, text)
		}
	}
	return out
}

func newCalls(calls []callChange) int {
	n := 0
	for _, c := range calls {
		n += len(c.Allowed)
	}
	return n
}

func callTable(calls []callChange) *table {
	t := &table{head: []string{"", "ENDPOINT", "CALL"}}
	for _, c := range calls {
		for _, call := range c.Allowed {
			t.add("+", c.Endpoint, call)
		}
		for _, call := range c.Denied {
			t.add("-", c.Endpoint, call)
		}
		if c.Unknown != "" {
			t.add("?", c.Endpoint, "the policy is not known: "+c.Unknown)
		}
	}
	return t
}

func callDiagnostics(calls []callChange) diag.List {
	var out diag.List
	for _, c := range calls {
		if len(c.Allowed) > 0 {
			out.Add(diag.Diagnostic{
				Severity: diag.Finding, Rule: "newly-allowed", Subject: c.Endpoint, Path: c.Endpoint,
				Summary: "the endpoint policy newly allows calls", Detail: strings.Join(c.Allowed, "\n"),
			})
		}
	}
	return out
}
