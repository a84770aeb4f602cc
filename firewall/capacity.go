package firewall

import "github.com/tierwall/tierwall/internal/networkfirewall"

// capacitySteps are what groups reserve. Capacity cannot change after creation, and neither can the name: another step is
// another group with another name, so that CloudFormation can make it before it deletes the former.
var capacitySteps = []int{100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, networkfirewall.MaxCapacity}

// reserve is the capacity for so many rules: the first step that leaves a quarter of them free for growth, or else the last.
func reserve(rules int) int {
	for _, step := range capacitySteps {
		if rules*5/4 <= step {
			return step
		}
	}
	return networkfirewall.MaxCapacity
}
