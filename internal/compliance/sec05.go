package compliance

// sec05 is the guidance of SEC05-BP02, with the words of the table in examples/README.md. The numbers follow the order of the guidance.
var sec05 = standard{
	name: "sec05", title: "SEC05-BP02: control traffic flow within your network layers",
	notes: []string{
		"The steps of a best practice of the AWS Well-Architected Framework, security pillar, with what serves them in these templates.",
	},
	requirements: []requirement{
		{"1.1", layers, "several controls at different layers", (*collector).severalLayers},
		{"1.2", layers, "security groups for instances", (*collector).securityGroups},
		{"1.3", layers, "network ACLs for subnets", (*collector).networkACLs},
		{"1.4", layers, "network firewalls", (*collector).networkFirewalls},
		{"1.5", layers, "web application firewalls", (*collector).webACLs},
		{"2.1", inbound, "only the ports and protocols that are needed", (*collector).neededPorts},
		{"2.2", inbound, "access by source", (*collector).sources},
		{"2.3", inbound, "load balancers with safe settings", (*collector).loadBalancers},
		{"2.4", inbound, "AWS WAF", (*collector).webAttacks},
		{"2.5", inbound, "AWS Shield", (*collector).shield},
		{"3.1", outbound, "NAT gateways", (*collector).natGateways},
		{"3.2", outbound, "egress filtering", (*collector).egress},
		{"3.3", outbound, "VPC endpoints", (*collector).vpcEndpoints},
		{"3.4", outbound, "proxy servers", (*collector).proxies},
		{"3.5", outbound, "logs of outbound connections", (*collector).outboundLogs},
		{"4.1", segmentation, "granular security groups", (*collector).granularGroups},
		{"4.2", segmentation, "references between security groups", (*collector).groupReferences},
		{"4.3", segmentation, "network policies for containers", (*collector).containers},
		{"4.4", segmentation, "zero trust", (*collector).zeroTrust},
		{"4.5", segmentation, "segments by tier and by sensitivity", (*collector).segments},
		{"5.1", inspection, "deep packet inspection", (*collector).deepInspection},
		{"5.2", inspection, "intrusion detection and prevention", (*collector).intrusions},
		{"5.3", inspection, "traffic mirroring", (*collector).mirroring},
		{"5.4", inspection, "TLS inspection", (*collector).tlsInspection},
		{"5.5", inspection, "threat intelligence", (*collector).threatIntelligence},
		{"6.1", monitoring, "VPC Flow Logs", (*collector).flowLogs},
		{"6.2", monitoring, "monitoring and alerting in real time", (*collector).alarms},
		{"6.3", monitoring, "analysis of traffic", (*collector).analysis},
		{"6.4", monitoring, "automated response", (*collector).response},
		{"6.5", monitoring, "regular review", (*collector).review},
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
