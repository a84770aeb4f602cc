package proof_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/proof"
)

// fms returns a policy of Firewall Manager of a kind.
func fms(kind string) string {
	return `{"Type": "AWS::FMS::Policy", "Properties": {"SecurityServicePolicyData": {"Type": ` + kind + `}}}`
}

// managers are resources of a central team, each with whether it may change web ACLs and traffic.
var managers = map[string]struct {
	resource      string
	acls, traffic bool
}{
	"a policy for web ACLs":  {fms(`"WAFV2"`), true, true},
	"Shield Advanced":        {fms(`"SHIELD_ADVANCED"`), true, true},
	"a policy for groups":    {fms(`"SECURITY_GROUPS_COMMON"`), false, true},
	"a policy of some kind":  {fms(`{"Ref": "AWS::StackName"}`), true, true},
	"a policy without data":  {`{"Type": "AWS::FMS::Policy"}`, true, true},
	"the newer service":      {`{"Type": "AWS::NetworkSecurityManager::Policy", "Properties": {"WafConfig": {}}}`, true, true},
	"a type of tomorrow":     {`{"Type": "AWS::NetworkSecurityManager::Deployment"}`, true, true},
	"a list of applications": {`{"Type": "AWS::FMS::ApplicationsList"}`, false, false},
	"the web ACL of others":  {`{"Type": "AWS::WAFv2::RuleGroup", "Properties": {"Scope": "REGIONAL"}}`, false, false},
}

// TestManagersOfWebACLs: what a declared web ACL does is unknown if a central team may change it.
func TestManagersOfWebACLs(t *testing.T) {
	t.Parallel()
	for name, m := range managers {
		a := read(t, []byte(`{"Resources": {"W": {"Type": "AWS::WAFv2::WebACL", "Properties": `+webACL+`}, "M": `+m.resource+`}}`))
		report, err := proof.Prove(a, &proof.Declaration{Controls: []proof.Control{{
			Name: "web ACL", Path: "Shop/WebACL", Resource: proof.Value{Template: a.Stacks[0].File, Expression: json.RawMessage(`{"Ref": "W"}`)},
			Properties: json.RawMessage(webACL),
		}}})
		require.NoError(t, err)
		var want []string
		if m.acls {
			want = []string{"unknown[Shop/WebACL:Test/M]"}
		}
		var got []string
		for _, f := range report.Findings {
			got = append(got, f.ID())
		}
		assert.Equal(t, want, got, name)
	}
}

// TestManagersOfNetworks: which traffic is carried is unknown if a central team may write rules.
func TestManagersOfNetworks(t *testing.T) {
	t.Parallel()
	for name, m := range managers {
		template, declared := planned(t, shop())
		var made object
		require.NoError(t, json.Unmarshal([]byte(m.resource), &made))
		report, err := proof.Prove(read(t, changed(t, template, func(r map[string]object) { r["M"] = made })), declared)
		require.NoError(t, err)
		var unknown []string
		for _, f := range report.Findings {
			if f.Verdict == proof.Unknown {
				unknown = append(unknown, f.From)
			}
		}
		if m.traffic {
			assert.Contains(t, unknown, "Test/M", name)
		} else {
			assert.Empty(t, unknown, name)
		}
	}
}
