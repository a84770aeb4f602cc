package dnsfirewall

// The quotas of Route 53 Resolver DNS Firewall, for each account and Region (Route 53 Developer Guide, "Quotas on Route 53 Resolver DNS
// Firewall"). Those that AWS raises on request are only warnings.
const (
	maxRules   = 100     // rules of a group; can be raised
	maxDomains = 100_000 // domains of all lists; can be raised

	// MinPriority and MaxPriority limit the priority of a group in a VPC (CloudFormation, AWS::Route53Resolver::FirewallRuleGroupAssociation).
	MinPriority = 101
	MaxPriority = 9899
)
