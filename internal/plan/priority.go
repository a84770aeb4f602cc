package plan

// The priorities of rule groups in the policy of an inspection. Groups of threats come first, then the managed groups of AWS, then the
// groups that the plan derives.
const (
	ThreatPriority  = 100 // of the first group of threats; each further one has the next priority
	ManagedPriority = 200 // of the first managed group
	ManagedStep     = 10

	flowPriority  = 1000
	concernStep   = 100
	limitPriority = 60000
)

// Priority returns the priority of the rules of a concern. Limits come after all groups that an app adds.
func (c Concern) Priority() int {
	if c == Limits {
		return limitPriority
	}
	return flowPriority + int(c)*concernStep
}
