package suricata

// Group is a stateful rule group of AWS Network Firewall.
type Group struct {
	Lines []Line
	// StrictOrder is true if rules are evaluated in the order in which they are written.
	StrictOrder bool
	// IPSets and PortSets are the rule variables, by name without the dollar sign.
	IPSets, PortSets map[string][]string
	// References are the names of IP set references, without the at sign.
	References []string
	// Capacity is what the group reserves; 0 if nothing is said about it.
	Capacity int
}

// Check returns all that AWS's API refuses about the group, and what we refuse for safety, in the order of its lines.
func Check(g Group) []Problem { return nil }
