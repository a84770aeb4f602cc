package networkfirewall

// The limits of rule groups and policies (AWS Network Firewall quotas; the capacity of one group is measured).
const (
	MaxCapacity     = 30_000    // of one rule group
	maxPolicyRules  = 30_000    // of all stateful groups of a policy including managed ones, and of all stateless groups
	maxPolicyGroups = 20        // stateful groups of a policy including managed ones, and stateless groups
	maxText         = 2_000_000 // bytes of the rules of a group
	maxReferences   = 5         // IP set references of a group
	maxPriority     = 65_535
)

// StrictOrder and ActionOrder are the orders in which rules are evaluated: as written, or rules that pass before rules that drop.
const (
	StrictOrder = "STRICT_ORDER"
	ActionOrder = "DEFAULT_ACTION_ORDER"
)
