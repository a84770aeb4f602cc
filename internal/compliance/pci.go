package compliance

// pci are the requirements of PCI DSS 4.0.1 about networks, in our own words. The text of the standard is the PCI Security Standards
// Council's.
var pci = standard{
	name: "pci", title: "PCI DSS 4.0.1: network security controls",
	notes: []string{
		"Evidence for a reviewer; not a certification. The titles are summaries; the standard's own text decides.",
		"In scope are the tiers that are declared to hold cardholder data, and the tiers with a declared flow to or from them. Other " +
			"tiers are out of scope only if they cannot affect the security of the data in another way. What applications send over a flow " +
			"is not visible.",
	},
	requirements: []requirement{
		{"12.5.2", pciScope, "the scope is known and confirmed every year", (*collector).scope, ""},
		{"1.2.1", pciRules, "standards for the rules of network controls", func(c *collector) {
			c.attach("the standard for rules; the tables of who may reach whom, which the proof applies, may be a part of it")
		}, ""},
		{"1.2.2", pciRules, "changes are approved", func(c *collector) {
			c.attach("approved pull requests, for example with the comment of \"tierwall report --diff BEFORE AFTER --format markdown\"")
		}, ""},
		{"1.2.3", pciRules, "a diagram of the connections of the cardholder data environment", (*collector).networkDiagram, ""},
		{"1.2.4", pciRules, "a diagram of the flows of account data", (*collector).dataFlows, ""},
		{"1.2.5", pciRules, "services, protocols and ports are known, approved and needed", (*collector).neededServices, ""},
		{"1.2.6", pciRules, "insecure services have security features", (*collector).insecureServices, ""},
		{"1.2.7", pciRules, "rules are reviewed at least every six months", (*collector).review, ""},
		{"1.2.8", pciRules, "configurations are protected, and are what is active", (*collector).activeConfiguration, ""},
		{"1.3.1", pciAccess, "only what is needed comes into the cardholder data environment", (*collector).intoScope, ""},
		{"1.3.2", pciAccess, "only what is needed leaves the cardholder data environment", (*collector).outOfScope, ""},
		{"1.3.3", pciAccess, "controls between wireless networks and the cardholder data environment", func(c *collector) {
			c.attach("how wireless networks are kept apart; a VPC has none of its own")
		}, ""},
		{"1.4.1", pciUntrusted, "controls between trusted and untrusted networks", (*collector).boundary, "controls that act"},
		{"1.4.2", pciUntrusted, "untrusted networks reach only what serves the public", (*collector).neededPorts,
			"interfaces that somebody outside could reach"},
		{"1.4.3", pciUntrusted, "forged source addresses are detected and blocked", (*collector).forged, ""},
		{"1.4.4", pciUntrusted, "stored cardholder data is not reachable from untrusted networks", (*collector).storedData, ""},
		{"1.4.5", pciUntrusted, "internal addresses are disclosed only to those who may know", (*collector).internalAddresses, ""},
		{"11.4.5", pciTests, "the segmentation is tested at least every year", func(c *collector) {
			c.attach("the report of the penetration test of the segmentation; no proof replaces it. Service providers test every " +
				"six months (11.4.6). " +
				"The tiers and flows of 12.5.2, 1.3.1 and 1.3.2 are what to test")
		}, ""},
	},
}

// The groups of the requirements.
const (
	pciScope     = "Scope"
	pciRules     = "1.2 Configuration of network controls"
	pciAccess    = "1.3 Access to the cardholder data environment"
	pciUntrusted = "1.4 Connections with untrusted networks"
	pciTests     = "11.4 Tests"
)
