package networkfirewall

import "fmt"

// capacitySteps are the capacities that groups reserve. AWS cannot change the capacity or the name of a group. A group that outgrows its
// step is replaced by a group with another name, so that CloudFormation can create the new one before it deletes the old one.
var capacitySteps = []int{100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, MaxCapacity}

// Reserve returns the capacity to reserve for a number of rules: the first step with room for a quarter more, or else the last step.
func Reserve(rules int) int {
	for _, step := range capacitySteps {
		if rules*5/4 <= step {
			return step
		}
	}
	return MaxCapacity
}

// GroupName returns the name of a rule group with a reserved capacity. name is the name of its construct.
func GroupName(name string, capacity int) string { return fmt.Sprintf("%s-%d", name, capacity) }
