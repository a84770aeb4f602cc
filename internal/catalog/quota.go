package catalog

// These are AWS's default quotas for a VPC. An account may have higher ones.
const (
	// RulesPerGroup is the number of rules in a security group, for each direction and family of addresses.
	RulesPerGroup = 60
	// GroupsPerInterface is the number of security groups on a network interface.
	GroupsPerInterface = 5
	// RoutesPerTable is the number of routes in a route table.
	RoutesPerTable = 500
	// EntriesPerACL is the number of entries in a network ACL, for each direction. AWS's own entry, which denies the rest, counts.
	EntriesPerACL = 20
	// MaxEntriesPerACL is the highest value that AWS grants for EntriesPerACL.
	MaxEntriesPerACL = 40
)
