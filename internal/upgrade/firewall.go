package upgrade

// ruleOrderFixed explains what AWS does about a changed rule order.
const ruleOrderFixed = "AWS fixes the rule order of a firewall policy or rule group when it is created, and rejects a change with " +
	"InvalidRequestException; a policy accepts only rule groups with its own order"

func firewallTypes() map[string]typeFacts {
	return map[string]typeFacts{
		"AWS::NetworkFirewall::Firewall": {
			replacing: "FirewallName VpcId",
			keys:      nameKey("FirewallName"),
			loss: &loss{rule: "firewall-replaced", detail: "it gets new endpoints: routes change one by one, the two directions of a connection " +
				"may pass different firewalls, and the new firewall sees every open connection in midstream",
				fix: "keep the name; or deploy twice: first route traffic past the firewall, then replace it and restore the routes"},
		},
		"AWS::NetworkFirewall::FirewallPolicy": {
			replacing: "FirewallPolicyName", keys: nameKey("FirewallPolicyName"),
			fixed: []fixedProperty{
				{path: "FirewallPolicy.StatefulEngineOptions.RuleOrder=DEFAULT_ACTION_ORDER", detail: ruleOrderFixed,
					nameProperty: "FirewallPolicyName"},
				{
					path: "FirewallPolicy.TLSInspectionConfigurationArn", nameProperty: "FirewallPolicyName", onlyPresence: true,
					detail: "AWS can exchange the TLS inspection configuration of a policy, but not add or remove one: the update is " +
						"rejected",
				},
			},
		},
		"AWS::NetworkFirewall::RuleGroup": {
			replacing: "Capacity RuleGroupName Type",
			keys: []key{{
				properties: "Type RuleGroupName", description: "the rule group name {RuleGroupName}",
				awsError: "InvalidRequestException: a resource with the specified name already exists", uniqueIn: region,
			}},
			fixed: []fixedProperty{{path: "RuleGroup.StatefulRuleOptions.RuleOrder=DEFAULT_ACTION_ORDER", detail: ruleOrderFixed,
				nameProperty: "RuleGroupName"}},
		},
		"AWS::NetworkFirewall::TLSInspectionConfiguration": namedType("TLSInspectionConfigurationName"),
		"AWS::NetworkFirewall::LoggingConfiguration": {
			replacing: "FirewallArn FirewallName",
			keys:      []key{{properties: "FirewallArn", description: "the logging of {FirewallArn}", afterCleanup: "the firewall logs nothing"}},
		},
		"AWS::NetworkFirewall::VpcEndpointAssociation": {replacing: "Description FirewallArn SubnetMapping VpcId"},
	}
}
