package compliance

// sec05 is the guidance of SEC05-BP02, with the words of the table in examples/README.md. The numbers follow the order of the guidance.
var sec05 = standard{
	name: "sec05", title: "SEC05-BP02: control traffic flow within your network layers",
	notes: []string{
		"The steps of a best practice of the AWS Well-Architected Framework, security pillar, with what serves them in these templates. " +
			"What is there and stops, logs or tells nothing does not serve.",
	},
	requirements: []requirement{
		{"1.1", layers, "several controls at different layers", (*collector).severalLayers,
			"controls that act at two layers"},
		{"1.2", layers, "security groups for instances", (*collector).securityGroups,
			"security groups"},
		{"1.3", layers, "network ACLs for subnets", (*collector).networkACLs,
			"subnets with network ACLs"},
		{"1.4", layers, "network firewalls", (*collector).networkFirewalls,
			"AWS Network Firewall"},
		{"1.5", layers, "web application firewalls", (*collector).webACLs,
			"web ACLs of AWS WAF"},
		{"2.1", inbound, "only the ports and protocols that are needed", (*collector).neededPorts,
			"interfaces that somebody outside could reach"},
		{"2.2", inbound, "access by source", (*collector).sources,
			"security groups with inbound rules"},
		{"2.3", inbound, "load balancers with safe settings", (*collector).loadBalancers,
			"load balancers"},
		{"2.4", inbound, "AWS WAF", (*collector).webAttacks,
			"web ACLs of AWS WAF"},
		{"2.5", inbound, "AWS Shield", (*collector).shield,
			"protections of AWS Shield"},
		{"3.1", outbound, "NAT gateways", (*collector).natGateways,
			"NAT gateways"},
		{"3.2", outbound, "egress filtering", (*collector).egress,
			"interfaces that could reach somebody outside"},
		{"3.3", outbound, "VPC endpoints", (*collector).vpcEndpoints,
			"VPC endpoints"},
		{"3.4", outbound, "proxy servers", (*collector).proxies,
			"tasks that run a proxy"},
		{"3.5", outbound, "logs of outbound connections", (*collector).outboundLogs,
			"flow logs, logs of network firewalls and of DNS queries"},
		{"4.1", segmentation, "granular security groups", (*collector).granularGroups,
			"security groups that something wears"},
		{"4.2", segmentation, "references between security groups", (*collector).groupReferences,
			"rules that name security groups"},
		{"4.3", segmentation, "network policies for containers", (*collector).containers,
			"EKS clusters, and services of ECS and functions in a VPC"},
		{"4.4", segmentation, "zero trust", (*collector).zeroTrust,
			"declared flows, and ways in that IAM decides about"},
		{"4.5", segmentation, "segments by tier and by sensitivity", (*collector).segments,
			"tiers that say what they hold"},
		{"5.1", inspection, "deep packet inspection", (*collector).deepInspection,
			"AWS Network Firewall with stateful rules"},
		{"5.2", inspection, "intrusion detection and prevention", (*collector).intrusions,
			"managed rule groups of AWS Network Firewall, rules that look for attacks, GuardDuty"},
		{"5.3", inspection, "traffic mirroring", (*collector).mirroring,
			"sessions of traffic mirroring"},
		{"5.4", inspection, "TLS inspection", (*collector).tlsInspection,
			"TLS inspection of AWS Network Firewall"},
		{"5.5", inspection, "threat intelligence", (*collector).threatIntelligence,
			"managed rule groups, feeds, lists of threats"},
		{"6.1", monitoring, "VPC Flow Logs", (*collector).flowLogs,
			"flow logs"},
		{"6.2", monitoring, "monitoring and alerting in real time", (*collector).alarms,
			"alarms about traffic"},
		{"6.3", monitoring, "analysis of traffic", (*collector).analysis,
			"saved queries, Contributor Insights, Network Access Analyzer"},
		{"6.4", monitoring, "automated response", (*collector).response,
			"rules of EventBridge that hand findings to a function"},
		{"6.5", monitoring, "regular review", (*collector).review,
			"what reminds of a review"},
	},
}

// The groups of the guidance.
const (
	layers       = "Layered traffic controls"
	inbound      = "Inbound traffic"
	outbound     = "Outbound traffic"
	segmentation = "Micro-segmentation"
	inspection   = "Inspection"
	monitoring   = "Monitoring"
)
