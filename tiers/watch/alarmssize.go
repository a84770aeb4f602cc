package watch

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/catalog"
)

const (
	// otherResources are the dashboard, the topic and the trail with what they need.
	otherResources = 10
	// maxParameters is how many values a nested stack may take from other stacks. CloudFormation allows 200 parameters, and CDK needs some.
	maxParameters = 190
)

// tooLarge returns what is too large for CloudFormation, or an empty string. network, own and values are the numbers of resources of the
// network, of resources of what watches it, and of values that these take from other stacks.
func tooLarge(what string, nested bool, network, own, values int) string {
	if !nested {
		own += network
		values = 0
	}
	switch {
	case own > catalog.ResourcesPerStack:
		return fmt.Sprintf("the stack of the %s would have at least %d resources; allowed are %d", what, own, catalog.ResourcesPerStack)
	case values > maxParameters:
		return fmt.Sprintf("the nested stack of the %s would have %d parameters; allowed are %d", what, values, maxParameters)
	}
	return ""
}
