package upgrade

// orderStays is what AWS does about another rule order.
const orderStays = "AWS sets the rule order of a firewall policy and of a rule group when it is made, and refuses another one with " +
	"InvalidRequestException; a policy takes only rule groups of its own order"

var firewallKinds = map[string]kind{
	"AWS::NetworkFirewall::Firewall": {
		replacing: "FirewallName VpcId",
		keys:      named("FirewallName"),
		loss: &loss{rule: "firewall-replaced", detail: "its endpoints are other ones: routes change one by one, the two ways of a connection " +
			"may pass different firewalls, and every open connection is midstream to the new one",
			fix: "leave the name as it is; or deploy twice: first turn the routes away from it, then replace it and turn them back"},
	},
	"AWS::NetworkFirewall::FirewallPolicy": {
		replacing: "FirewallPolicyName", keys: named("FirewallPolicyName"),
		fixed: []fixed{
			{of: "FirewallPolicy.StatefulEngineOptions.RuleOrder=DEFAULT_ACTION_ORDER", detail: orderStays, by: "FirewallPolicyName"},
			{
				of: "FirewallPolicy.TLSInspectionConfigurationArn", by: "FirewallPolicyName", presence: true,
				detail: "AWS adds no TLS inspection configuration to a policy and takes none away, it only exchanges one for another: the update is " +
					"refused",
			},
		},
	},
	"AWS::NetworkFirewall::RuleGroup": {
		replacing: "Capacity RuleGroupName Type",
		keys: []key{{
			of: "Type RuleGroupName", what: "the rule group name {RuleGroupName}",
			answer: "InvalidRequestException: a resource with the specified name already exists", within: region,
		}},
		fixed: []fixed{{of: "RuleGroup.StatefulRuleOptions.RuleOrder=DEFAULT_ACTION_ORDER", detail: orderStays, by: "RuleGroupName"}},
	},
	"AWS::NetworkFirewall::TLSInspectionConfiguration": replaceableName("TLSInspectionConfigurationName"),
	"AWS::NetworkFirewall::LoggingConfiguration": {
		replacing: "FirewallArn FirewallName",
		keys:      []key{{of: "FirewallArn", what: "the logging of {FirewallArn}", adopts: "the firewall logs nothing"}},
	},
	"AWS::NetworkFirewall::VpcEndpointAssociation": {replacing: "Description FirewallArn SubnetMapping VpcId"},
}
