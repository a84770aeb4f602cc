package networkfirewall

// The limits of rule groups and policies (AWS Network Firewall quotas; the capacity of one group is measured).
const (
	MaxCapacity     = 30_000    // of one rule group
	maxPolicyRules  = 30_000    // of all groups of a policy, managed ones included; of stateful and stateless ones apart
	maxPolicyGroups = 20        // of a policy, managed ones included; of stateful and stateless ones apart
	maxText         = 2_000_000 // bytes of the rules of a group
	maxReferences   = 5         // IP set references of a group
	maxPriority     = 65_535
)

// StrictOrder and ActionOrder are the orders in which rules are evaluated: as written, or those that pass before those that drop.
const (
	StrictOrder = "STRICT_ORDER"
	ActionOrder = "DEFAULT_ACTION_ORDER"
)
