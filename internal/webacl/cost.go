package webacl

// Cost is what rules cost in web ACL capacity units (WCU).
type Cost struct {
	// Total counts a transformation of a part of a request once for all rules, as AWS's documents say it may; Upper counts it every time.
	Total, Upper int
	Rules        []RuleCost
	// Unknown names the groups whose capacity is not known; they are counted as nothing.
	Unknown []string
}

// RuleCost is what one rule costs, and why: "ByteMatchStatement 2 + LOWERCASE 10".
type RuleCost struct {
	Name         string
	Total, Upper int
	Why          string
}
