package upgrade

var firewallKinds = map[string]kind{
	"AWS::NetworkFirewall::Firewall": {
		replacing: "FirewallName VpcId",
		keys:      named("FirewallName"),
		loss: &loss{"firewall-replaced", "its endpoints are other ones: routes change one by one, the two ways of a connection may pass different firewalls, and every open connection is midstream to the new one",
			"leave the name as it is; or deploy twice: first turn the routes away from it, then replace it and turn them back"},
	},
	"AWS::NetworkFirewall::FirewallPolicy":             replaceableName("FirewallPolicyName"),
	"AWS::NetworkFirewall::RuleGroup":                  {replacing: "Capacity RuleGroupName Type", keys: []key{{of: "Type RuleGroupName", what: "the rule group name {RuleGroupName}", answer: "InvalidRequestException: a resource with the specified name already exists", within: region}}},
	"AWS::NetworkFirewall::TLSInspectionConfiguration": replaceableName("TLSInspectionConfigurationName"),
	"AWS::NetworkFirewall::LoggingConfiguration": {
		replacing: "FirewallArn FirewallName",
		keys:      []key{{of: "FirewallArn", what: "the logging of {FirewallArn}", adopts: "the firewall logs nothing"}},
	},
	"AWS::NetworkFirewall::VpcEndpointAssociation": {replacing: "Description FirewallArn SubnetMapping VpcId"},
}
