package catalog

// These are AWS's default quotas for a VPC (Amazon VPC User Guide, "Amazon VPC quotas"). A raised quota is the highest value that AWS
// grants.
const (
	// RulesPerGroup is the number of rules in a security group, for each direction and family of addresses.
	RulesPerGroup       = 60
	RaisedRulesPerGroup = 1000
	// GroupsPerInterface is the number of security groups on a network interface.
	GroupsPerInterface = 5
	// EntriesPerACL is the number of entries in a network ACL, for each direction, beside AWS's own entry, which denies the rest and
	// counts against the quota of 20. That quota can be raised to 40.
	EntriesPerACL       = 19
	RaisedEntriesPerACL = 39
	// RoutesPerTable is the number of routes in a route table.
	RoutesPerTable = 500
	// InterfaceEndpoints is the number of interface endpoints in a VPC.
	InterfaceEndpoints = 50
)

// These are the limits of CloudFormation (AWS CloudFormation User Guide, "Understand CloudFormation quotas").
const (
	// ResourcesPerStack is the number of resources in a template.
	ResourcesPerStack = 500
	// TemplateBytes is the size of a template in bytes. AWS writes "1 MB"; this is the smaller of the two megabytes.
	TemplateBytes = 1_000_000
)

// LogRetentionDays are the numbers of days that CloudWatch Logs can keep events, ascending (CloudWatch Logs API Reference,
// PutRetentionPolicy). It can also keep them without end.
var LogRetentionDays = []int{
	1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
}
