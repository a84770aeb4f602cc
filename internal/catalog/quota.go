package catalog

// Quotas of Amazon VPC (Amazon VPC User Guide, "Amazon VPC quotas"). A raised quota is as far as AWS raises it.
const (
	// RulesPerGroup is how many rules a security group holds in each direction and address family.
	RulesPerGroup       = 60
	RaisedRulesPerGroup = 1000
	// EntriesPerACL is how many entries of its own a network ACL holds in each direction: AWS's entry that denies the rest counts
	// against the quota of 20, which can be raised to 40.
	EntriesPerACL       = 19
	RaisedEntriesPerACL = 39
	// RoutesPerTable is how many routes a route table holds.
	RoutesPerTable = 500
	// InterfaceEndpoints is how many interface endpoints a VPC has.
	InterfaceEndpoints = 50
)

// The limits of rate-based rules of AWS WAF, in requests (AWS WAF Developer Guide, "Rate-based rule settings").
const (
	MinRate = 10
	MaxRate = 2_000_000_000
)
