package suricatatest

import (
	"encoding/json"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// snapshot returns the policy of an example's template: its rule groups by priority, and its default actions.
func snapshot(t *testing.T, file string) Policy {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	type properties struct {
		RuleGroup struct {
			RulesSource struct{ RulesString string }
		}
		FirewallPolicy struct {
			StatefulDefaultActions      []string
			StatefulRuleGroupReferences []struct {
				Priority    int
				ResourceArn map[string][]string
			}
		}
	}
	var template struct {
		Resources map[string]struct {
			Type       string
			Properties json.RawMessage
		}
	}
	require.NoError(t, json.Unmarshal(data, &template))
	read := func(id string) (p properties) {
		require.NoError(t, json.Unmarshal(template.Resources[id].Properties, &p))
		return p
	}
	out := Policy{HomeNet: []string{"10.0.0.0/16"}}
	for id, r := range template.Resources {
		if r.Type != "AWS::NetworkFirewall::FirewallPolicy" {
			continue
		}
		policy := read(id).FirewallPolicy
		if slices.Contains(policy.StatefulDefaultActions, "aws:drop_established_app_layer_to_server") {
			out.Default = EstablishedAppLayerToServer
		} else {
			require.Contains(t, policy.StatefulDefaultActions, "aws:drop_strict")
		}
		for _, reference := range policy.StatefulRuleGroupReferences { // The template lists them by priority.
			out.Groups = append(out.Groups, Group{Rules: read(reference.ResourceArn["Fn::GetAtt"][0]).RuleGroup.RulesSource.RulesString})
		}
	}
	require.NotEmpty(t, out.Groups)
	return out
}

// TestExamples judges the rules in the templates of the examples.
func TestExamples(t *testing.T) {
	Available(t)
	const cache = "10.0.96.10"
	for file, rows := range map[string][]row{
		"../../examples/shop/testdata/TestShop_production.json": {
			{c: TLS(from(edge), at(web+":443"), "shop.internal", 1), passes: true},
			{c: TCP(from(web), at(app+":8080")), passes: true},
			{c: TCP(from(app), at(db+":5432")), passes: true},
			{c: TCP(from(app), at(cache+":6379")), passes: true},
			{c: TCP(from(web), at(cache+":6379")), passes: true},
			{c: TCP(from(bastion), at(web+":22")), passes: true},
			{c: TCP(from(bastion), at(app+":22")), passes: true},
			{c: TCP(from(bastion), at(db+":5432")), passes: true},
			{c: TLS(from(app), at(outside+":443"), "api.payments.example", 3), passes: true},
			{c: TooLarge(from(app), at(db+":5432"), netip.MustParseAddr("10.0.0.100")), passes: true},
			{c: TLS(from(app), at(outside+":443"), "api.payments.example.evil.net", 1)},
			{c: TLS(from(app), at(outside+":443"), "", 1)},
			{c: TLS(from(web), at(outside+":443"), "api.payments.example", 1)},
			{c: TCP(from(web), at(db+":5432"))},
			{c: TCP(from(db), at(app+":8080"))},
			{c: TCP(from(bastion), at(db+":22"))},
			{c: TCP(from(edge), at(app+":8080"))},
			{c: UDP(from(app), at(outside+":53"))},
			{c: TCP(netip.MustParseAddrPort(db+":5432"), at(app+":22"))},
		},
		"../../examples/network-firewall/testdata/NetworkFirewall.json": {
			{c: TLS(from(outside), at(edge+":443"), "shop.example.com", 1), passes: true},
			{c: HTTP(from(outside), at(edge+":80"), "shop.example.com", "other.example.com"), passes: true},
			{c: TCP(from(edge), at(app+":8080")), passes: true},
			{c: TooLarge(from(outside), at(edge+":443"), netip.MustParseAddr("10.0.16.1")), passes: true},
			{c: TCP(from(outside), at(edge+":22"))},
			{c: TCP(from(outside), at(app+":8080"))},
			{c: TCP(from(app), at(edge+":443"))}, // The rule about the internet matches only addresses outside.
			{c: TCP(from(edge), at(app+":22"))},
			{c: UDP(from(outside), at(edge+":443"))},
		},
	} {
		t.Run(strings.Split(file, "/")[3], func(t *testing.T) {
			for i, v := range Judge(t, snapshot(t, file), conversations(rows)...) {
				assert.Equal(t, rows[i].passes, v.Passed, "%s: %s", rows[i].c.Name, v)
			}
		})
	}
}
