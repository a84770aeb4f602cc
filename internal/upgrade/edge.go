package upgrade

// edgeKinds are the types of what stands in front of a network: load balancers, web ACLs, firewalls.
var edgeKinds = map[string]kind{
	"AWS::ElasticLoadBalancingV2::LoadBalancer": {
		replacing: []string{"Name", "Scheme", "Type"}, keys: named("Name", "DuplicateLoadBalancerName"),
		harm: "its name in DNS and its addresses are others, and what points to them is cut off",
	},
	"AWS::ElasticLoadBalancingV2::TargetGroup": {
		replacing: []string{"Name", "Port", "Protocol", "ProtocolVersion", "TargetType", "VpcId", "IpAddressType"}, keys: named("Name", "DuplicateTargetGroupName"),
	},
	"AWS::ElasticLoadBalancingV2::Listener": {
		replacing: []string{"LoadBalancerArn"}, keys: keyed("the listener of", "DuplicateListener", "LoadBalancerArn", "Port"),
	},
	"AWS::ElasticLoadBalancingV2::ListenerRule": {
		replacing: []string{"ListenerArn"}, keys: keyed("the rule of", "PriorityInUse", "ListenerArn", "Priority"),
	},
	"AWS::WAFv2::WebACL":          {replacing: []string{"Name", "Scope"}, keys: named("Name", "WAFDuplicateItemException", "Scope")},
	"AWS::WAFv2::RuleGroup":       {replacing: []string{"Name", "Scope"}, keys: named("Name", "WAFDuplicateItemException", "Scope")},
	"AWS::WAFv2::IPSet":           {replacing: []string{"Name", "Scope"}, keys: named("Name", "WAFDuplicateItemException", "Scope")},
	"AWS::WAFv2::RegexPatternSet": {replacing: []string{"Name", "Scope"}, keys: named("Name", "WAFDuplicateItemException", "Scope")},
	"AWS::WAFv2::WebACLAssociation": {
		replacing: []string{"ResourceArn", "WebACLArn"}, adopts: "ResourceArn", left: "what it protects is left without a web ACL",
	},
	"AWS::WAFv2::LoggingConfiguration": {replacing: []string{"ResourceArn"}, adopts: "ResourceArn", left: "the web ACL logs nothing any more"},
	"AWS::NetworkFirewall::Firewall": {
		replacing: []string{"FirewallName", "VpcId"}, keys: named("FirewallName", "InvalidRequestException: already exists"),
		harm: "its endpoints are others, and routes lead to the old ones until they are updated",
	},
	"AWS::NetworkFirewall::FirewallPolicy": {replacing: []string{"FirewallPolicyName"}, keys: named("FirewallPolicyName", "InvalidRequestException: already exists")},
	"AWS::NetworkFirewall::RuleGroup":      {replacing: []string{"RuleGroupName", "Capacity", "Type"}, keys: named("RuleGroupName", "InvalidRequestException: already exists")},
	"AWS::NetworkFirewall::LoggingConfiguration": {
		replacing: []string{"FirewallArn", "FirewallName"}, adopts: "FirewallArn", left: "the firewall logs nothing any more",
	},
}
