package upgrade

// ruleOrderFixed is what AWS does about another rule order.
const ruleOrderFixed = "AWS sets the rule order of a firewall policy and of a rule group when it is made, and refuses another one with " +
	"InvalidRequestException; a policy takes only rule groups of its own order"

var firewallTypes = map[string]typeFacts{
	"AWS::NetworkFirewall::Firewall": {
		replacing: "FirewallName VpcId",
		keys:      nameKey("FirewallName"),
		loss: &loss{rule: "firewall-replaced", detail: "its endpoints are other ones: routes change one by one, the two ways of a connection " +
			"may pass different firewalls, and every open connection is midstream to the new one",
			fix: "leave the name as it is; or deploy twice: first turn the routes away from it, then replace it and turn them back"},
	},
	"AWS::NetworkFirewall::FirewallPolicy": {
		replacing: "FirewallPolicyName", keys: nameKey("FirewallPolicyName"),
		fixed: []fixedProperty{
			{path: "FirewallPolicy.StatefulEngineOptions.RuleOrder=DEFAULT_ACTION_ORDER", detail: ruleOrderFixed, nameProperty: "FirewallPolicyName"},
			{
				path: "FirewallPolicy.TLSInspectionConfigurationArn", nameProperty: "FirewallPolicyName", onlyPresence: true,
				detail: "AWS adds no TLS inspection configuration to a policy and takes none away, it only exchanges one for another: the update is " +
					"refused",
			},
		},
	},
	"AWS::NetworkFirewall::RuleGroup": {
		replacing: "Capacity RuleGroupName Type",
		keys: []key{{
			properties: "Type RuleGroupName", description: "the rule group name {RuleGroupName}",
			awsError: "InvalidRequestException: a resource with the specified name already exists", uniqueIn: region,
		}},
		fixed: []fixedProperty{{path: "RuleGroup.StatefulRuleOptions.RuleOrder=DEFAULT_ACTION_ORDER", detail: ruleOrderFixed, nameProperty: "RuleGroupName"}},
	},
	"AWS::NetworkFirewall::TLSInspectionConfiguration": namedType("TLSInspectionConfigurationName"),
	"AWS::NetworkFirewall::LoggingConfiguration": {
		replacing: "FirewallArn FirewallName",
		keys:      []key{{properties: "FirewallArn", description: "the logging of {FirewallArn}", afterCleanup: "the firewall logs nothing"}},
	},
	"AWS::NetworkFirewall::VpcEndpointAssociation": {replacing: "Description FirewallArn SubnetMapping VpcId"},
}
