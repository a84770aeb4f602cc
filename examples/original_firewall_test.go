package examples

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
)

// TestOriginalFirewall compares the template of Example 2 with the original, resource by resource. The comments say where they differ, and
// why.
func TestOriginalFirewall(t *testing.T) {
	original, err := os.ReadFile("network-firewall/testdata/original.yaml")
	require.NoError(t, err)
	// The original does not make the VPC and the subnets.
	parameters := "\nParameters: {MainVPC: {Type: String}, FirewallSubnet1: {Type: String}, FirewallSubnet2: {Type: String}}\n"
	theirs, err := cfn.Read("original.yaml", append(original[:len(original):len(original)], parameters...), nil)
	require.NoError(t, err)
	template := one(t, "network-firewall")
	ours, err := cfn.Read("ours.json", []byte(template), nil)
	require.NoError(t, err)

	const kind = "AWS::NetworkFirewall::"
	checked := map[string]bool{}
	pair := func(id, resourceType string) (was, is *cfn.Resource) {
		checked[id] = true
		was, ok := theirs.Stacks[0].Resource(id)
		require.True(t, ok, id)
		assert.Equal(t, resourceType, was.Type)
		var found []*cfn.Resource
		for _, r := range ours.Stacks[0].Resources {
			if r.Type == resourceType {
				found = append(found, r)
			}
		}
		require.Len(t, found, 1, resourceType)
		return was, found[0]
	}
	text := func(r *cfn.Resource, path ...string) string {
		v := r.Get(path[0])
		for _, p := range path[1:] {
			v = v.Get(p)
		}
		return v.String()
	}

	// One rule group takes the place of two, for the web and the application tier: its rules are about flows between both tiers. The rules
	// are text, which keeps the order of options. The reserved capacity is the same.
	web, rules := pair("WebTrafficRuleGroup", kind+"RuleGroup")
	app, _ := pair("AppTrafficRuleGroup", kind+"RuleGroup")
	for _, r := range []*cfn.Resource{web, app} {
		assert.Equal(t, text(r, "Capacity"), text(rules, "Capacity"))
		assert.Equal(t, "STATEFUL", text(r, "Type"), text(rules, "Type"))
		assert.True(t, r.Get("RuleGroup").Get("StatefulRuleOptions").IsMissing(), "the original does not say the order of its rules")
	}
	assert.Equal(t, "STRICT_ORDER", text(rules, "RuleGroup", "StatefulRuleOptions", "RuleOrder"))

	// The policy has the same name and default action. It adds the alert that logs drops, and the strict order that both actions need.
	was, is := pair("NetworkFirewallPolicy", kind+"FirewallPolicy")
	assert.Equal(t, text(was, "FirewallPolicyName"), text(is, "FirewallPolicyName"))
	for _, property := range []string{"StatelessDefaultActions", "StatelessFragmentDefaultActions"} {
		assert.Equal(t, text(was, "FirewallPolicy", property), text(is, "FirewallPolicy", property))
	}
	assert.Equal(t, `["aws:drop_strict"]`, text(was, "FirewallPolicy", "StatefulDefaultActions"))
	assert.Equal(t, `["aws:drop_strict", "aws:alert_strict"]`, text(is, "FirewallPolicy", "StatefulDefaultActions"))
	assert.True(t, was.Get("FirewallPolicy").Get("StatefulEngineOptions").IsMissing(),
		"the original is in action order, which takes neither priorities nor default actions")

	// The firewall has the same name, and an endpoint in each of two zones. The original does not make the subnets of the endpoints.
	was, is = pair("NetworkFirewall", kind+"Firewall")
	assert.Equal(t, text(was, "FirewallName"), text(is, "FirewallName"))
	assert.Len(t, is.Get("SubnetMappings").Items, len(was.Get("SubnetMappings").Items))

	// Flows and alerts go to the same log group, with the same retention.
	was, is = pair("FirewallLogging", kind+"LoggingConfiguration")
	logged := func(r *cfn.Resource) []string {
		var out []string
		for _, c := range r.Get("LoggingConfiguration").Get("LogDestinationConfigs").Items {
			out = append(out, c.Get("LogType").String()+" "+c.Get("LogDestinationType").String())
		}
		return out
	}
	assert.ElementsMatch(t, logged(was), logged(is))
	was, is = pair("FirewallLogGroup", "AWS::Logs::LogGroup")
	assert.Equal(t, text(was, "LogGroupName"), text(is, "LogGroupName"))
	assert.Equal(t, text(was, "RetentionInDays"), text(is, "RetentionInDays"))

	// The export's name holds the path of the construct, because an app may have several firewalls.
	assert.Contains(t, string(original), "-NetworkFirewall-ARN'")
	assert.Contains(t, template, "-Network-Firewall-ARN")

	for _, r := range theirs.Stacks[0].Resources {
		assert.True(t, checked[r.ID], "%s is not compared", r.ID)
	}
}
