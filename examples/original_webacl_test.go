package examples

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestOriginalWebACL compares the template of Example 3 with the original's calls, field by field. The comments say where they differ, and
// why.
func TestOriginalWebACL(t *testing.T) {
	var template struct {
		Resources map[string]struct {
			Type       string
			Properties map[string]any
		}
	}
	require.NoError(t, json.Unmarshal([]byte(one(t, "web-acl")), &template))
	the := func(kind string) map[string]any {
		var found []map[string]any
		for _, r := range template.Resources {
			if r.Type == kind {
				found = append(found, r.Properties)
			}
		}
		require.Len(t, found, 1, kind)
		return found[0]
	}
	type object = map[string]any

	// create_ip_set
	set := the("AWS::WAFv2::IPSet")
	assert.ElementsMatch(t, []any{"203.0.113.0/24", "198.51.100.0/24"}, set["Addresses"])
	assert.Equal(t, "REGIONAL", set["Scope"])
	assert.Equal(t, "IPV4", set["IPAddressVersion"])
	// The original's Name, AllowedCountriesIPSet, and Description say countries, but the set holds addresses. Here the name of the stack is
	// a part of the name, so that two stacks of an account have different names.
	assert.Contains(t, set["Name"], "AllowedSources")

	// create_web_acl
	acl := the("AWS::WAFv2::WebACL")
	assert.Equal(t, "REGIONAL", acl["Scope"])
	assert.Equal(t, object{"Allow": object{}}, acl["DefaultAction"])
	assert.Equal(t, "Web ACL for application layer traffic control", acl["Description"])
	visible := func(r object) object { return r["VisibilityConfig"].(object) }
	assert.Equal(t, true, visible(acl)["SampledRequestsEnabled"])
	assert.Equal(t, true, visible(acl)["CloudWatchMetricsEnabled"])
	rules := acl["Rules"].([]any)
	require.Len(t, rules, 5, "the original's four, and one on countries, which it has by name only")
	rule := func(i int) object { return rules[i].(object) }
	for i := range rules {
		assert.EqualValues(t, i+1, rule(i)["Priority"])
		assert.Equal(t, true, visible(rule(i))["SampledRequestsEnabled"])
		assert.Equal(t, true, visible(rule(i))["CloudWatchMetricsEnabled"])
		assert.Equal(t, rule(i)["Name"], visible(rule(i))["MetricName"], "the original's metrics have names of their own")
	}
	for i, name := range []string{"AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet"} {
		assert.Equal(t, name, rule(i)["Name"])
		assert.Equal(t, object{"None": object{}}, rule(i)["OverrideAction"])
		assert.Equal(t, object{"ManagedRuleGroupStatement": object{"VendorName": "AWS", "Name": name}}, rule(i)["Statement"])
	}
	block := object{"Block": object{}}
	assert.Equal(t, block, rule(2)["Action"])
	// The window is AWS's default. The template states it.
	rate := object{"Limit": 2000.0, "AggregateKeyType": "IP", "EvaluationWindowSec": 300.0}
	assert.Equal(t, object{"RateBasedStatement": rate}, rule(2)["Statement"])
	assert.Equal(t, block, rule(3)["Action"])
	assert.Contains(t, rule(3)["Statement"].(object)["NotStatement"].(object)["Statement"], "IPSetReferenceStatement")
	countries := object{"GeoMatchStatement": object{"CountryCodes": []any{"CA", "US"}}}
	assert.Equal(t, object{"NotStatement": object{"Statement": countries}}, rule(4)["Statement"])

	// associate_web_acl
	assert.Equal(t, "arn:aws:elasticloadbalancing:us-west-2:123456789012:loadbalancer/app/my-alb/1234567890123456",
		the("AWS::WAFv2::WebACLAssociation")["ResourceArn"])

	// create_log_group: AWS refuses /aws/wafv2/logs for web ACLs.
	group := the("AWS::Logs::LogGroup")
	assert.Regexp(t, "^aws-waf-logs-", group["LogGroupName"])
	assert.EqualValues(t, 90, group["RetentionInDays"])

	// put_logging_configuration
	logging := the("AWS::WAFv2::LoggingConfiguration")
	header := func(name string) any { return object{"SingleHeader": object{"Name": name}} }
	assert.Equal(t, []any{header("authorization"), header("cookie")}, logging["RedactedFields"])
	assert.Len(t, logging["LogDestinationConfigs"], 1)
	// The original lacks this: the log delivery service may write to the group.
	assert.Contains(t, the("AWS::Logs::ResourcePolicy"), "PolicyDocument")
}
