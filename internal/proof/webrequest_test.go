package proof_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	webplan "github.com/tierwall/tierwall/internal/plan/webacl"
	"github.com/tierwall/tierwall/internal/proof"
)

// TestWebRequests: the proof evaluates sample requests, which follow from the declared protection, against the web ACL in front of a tier.
// If a rule is missing, or a rule that allows requests precedes it, the web ACL allows a request that it must not.
func TestWebRequests(t *testing.T) {
	t.Parallel()
	a := shop()
	block := func(text string) arch.Peer { return arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: text}} }
	a.Protections = []arch.Protection{{
		Tier: "Edge", BlockedSources: []arch.Peer{block("198.51.100.0/24")}, BlockedCountries: []string{"KP"},
		RateLimits: []arch.Rate{{Name: "Slow", Limit: 500, Window: 60}},
		Serves: arch.Serves{
			Hosts: []string{".example.com"}, Routes: []arch.Route{{Path: "/shop/*", Methods: []string{"GET"}}}, Admin: []string{"/admin"},
			AdminSources: []arch.Peer{block("203.0.113.0/24")}, Login: []string{"/login"},
		},
	}}
	p, diags := plan.Make(a, plantest.Today)
	require.NotNil(t, p, diags.String())
	template, declared := plantest.Template(p)
	acl, ok := p.WebACL("Edge")
	require.True(t, ok)
	prove := func(change func(rules []any) []any) []string {
		data := changed(t, template, func(r map[string]object) { protect(t, r, acl, change) })
		report, err := proof.Prove(read(t, data), declared)
		require.NoError(t, err)
		var out []string
		for _, f := range report.Findings {
			if strings.HasPrefix(f.What, "web ACL: ") {
				out = append(out, strings.TrimPrefix(f.What, "web ACL: "))
			}
		}
		return out
	}
	require.Empty(t, prove(func(rules []any) []any { return rules }))
	what := map[string]string{
		"Blocked": "blocked sources", "Countries": "blocked countries", "Hosts": "hosts", "Routes": "routes", "Admin": "admin /admin",
		"RateLimit": "rate limit", "Login": "login /login", "RateSlow": "rate Slow",
	}
	asked := 0
	for i, r := range acl.Rules {
		if r.Statement.ManagedRuleGroupStatement != nil {
			continue
		}
		for begins, want := range what {
			if strings.HasPrefix(r.Name, begins) {
				asked++
				without := prove(func(rules []any) []any { return append(append([]any{}, rules[:i]...), rules[i+1:]...) })
				assert.Contains(t, without, want, r.Name)
			}
		}
	}
	assert.GreaterOrEqual(t, asked, 6)
	all := object{"SizeConstraintStatement": object{
		"FieldToMatch": object{"UriPath": object{}}, "ComparisonOperator": "GT", "Size": 0,
		"TextTransformations": []any{object{"Priority": 0, "Type": "NONE"}},
	}}
	everybody := object{"Name": "First", "Priority": 0, "Action": object{"Allow": object{}}, "Statement": all}
	assert.Contains(t, prove(func(rules []any) []any { return append([]any{everybody}, rules...) }), "hosts")
	nobody := object{"Name": "First", "Priority": 0, "Action": object{"Block": object{}}, "Statement": all}
	assert.Equal(t, []string{"what is served"}, prove(func(rules []any) []any { return append([]any{nobody}, rules...) }))
}

// protect adds a load balancer with a web ACL to the edge tier.
func protect(t *testing.T, r map[string]object, acl webplan.ACL, change func([]any) []any) {
	t.Helper()
	data, err := json.Marshal(acl.Rules)
	require.NoError(t, err)
	var rules []any
	require.NoError(t, json.Unmarshal([]byte(strings.ReplaceAll(string(data), `"Reason"`, `"Ignored"`)), &rules))
	for _, rule := range rules {
		delete(rule.(object), "Ignored")
	}
	for _, s := range acl.Sets {
		var blocks []any
		for _, b := range s.Blocks {
			blocks = append(blocks, b.String())
		}
		version := map[bool]string{false: "IPV4", true: "IPV6"}[s.IPv6]
		r[s.ID] = resource("AWS::WAFv2::IPSet", object{"Scope": "REGIONAL", "IPAddressVersion": version, "Addresses": blocks})
		replaceText(rules, s.Reference(), object{"Fn::GetAtt": []any{s.ID, "Arn"}})
	}
	r["LB"] = resource("AWS::ElasticLoadBalancingV2::LoadBalancer", object{
		"Type": "application", "Scheme": "internet-facing", "SecurityGroups": []any{groupOf("Edge")},
		"Subnets": []any{ref("SubnetsBlock1Slot0Subnet"), ref("SubnetsBlock1Slot1Subnet")},
	})
	r["ACL"] = resource("AWS::WAFv2::WebACL", object{"Scope": "REGIONAL", "DefaultAction": object{"Allow": object{}}, "Rules": change(rules)})
	r["Association"] = resource("AWS::WAFv2::WebACLAssociation", object{
		"ResourceArn": ref("LB"), "WebACLArn": object{"Fn::GetAtt": []any{"ACL", "Arn"}},
	})
}

// replaceText replaces a text by a value everywhere.
func replaceText(in any, text string, value any) {
	switch v := in.(type) {
	case []any:
		for _, e := range v {
			replaceText(e, text, value)
		}
	case object:
		for key, e := range v {
			if e == text {
				v[key] = value
				continue
			}
			replaceText(e, text, value)
		}
	}
}
