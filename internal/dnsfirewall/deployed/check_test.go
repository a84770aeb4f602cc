package deployed_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/dnsfirewall/deployed"
)

// TestCheck: each change of a valid template is reported with its line, and nothing else is.
func TestCheck(t *testing.T) {
	t.Parallel()
	check := func(t require.TestingT, text string) []string {
		a, err := cfn.Read("t.yaml", []byte(text), nil)
		require.NoError(t, err)
		var out []string
		for _, d := range deployed.Check(a) {
			out = append(out, d.Message())
		}
		return out
	}
	require.Empty(t, check(t, template))
	for _, test := range []struct{ from, to, says, at string }{
		{"Action: ALLOW", "Action: DENY", `rule "100" has an unknown action`, "t.yaml:12"},
		{"Action: ALERT, DnsThreat", "Action: ALLOW, DnsThreat", `rule "200" allows a threat`, "t.yaml:12"},
		{"ConfidenceThreshold: HIGH", "ConfidenceThreshold: SURE", `rule "200" has an unknown confidence`, "t.yaml:12"},
		{"BlockResponse: NODATA, ", "", `rule "900" blocks without a known response`, "t.yaml:12"},
		{"Priority: 200", "Priority: 100", `the rules "100" and "100" have the same priority`, "t.yaml:12"},
		{"FirewallDomainListId: !GetAtt Names.Id", "FirewallDomainListId: !Ref Rest", "have the same list or threat", "t.yaml:12"},
		{"Domains: [api.example.com", "Domains: ['api example.com'", "has a domain that is not usable", "t.yaml:12"},
		{"Priority: 101", "Priority: 100", "the priority of a DNS firewall rule group is not usable", "t.yaml:16"},
		{"Priority: 102,\n    VpcId: !Ref Other", "Priority: 101,\n    VpcId: !Ref Vpc", "two DNS firewall rule groups", "t.yaml:18"},
	} {
		require.Positive(t, strings.Count(template, test.from), test.from)
		found := strings.Join(check(t, strings.Replace(template, test.from, test.to, 1)), "\n")
		assert.Contains(t, found, test.says)
		assert.Contains(t, found, test.at, test.says)
	}
	hidden := []string{"ALLOW", "ALERT", "NODATA", "HIGH", "101", "900", "api.example.com", "rslvr-frg-1", "!GetAtt Names.Id"}
	rapid.Check(t, func(t *rapid.T) {
		text := template
		for _, part := range hidden {
			if rapid.Bool().Draw(t, "hide") {
				text = strings.Replace(text, part, "!Ref P", 1)
			}
		}
		require.Empty(t, check(t, text), text)
	})
}
