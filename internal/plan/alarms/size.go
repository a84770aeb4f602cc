package alarms

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/catalog"
)

const (
	// OtherResources are the dashboard, the topic and the trail with what they need.
	OtherResources = 10
	// maxParameters is how many values a nested stack may take from other stacks. CloudFormation allows 200 parameters, and CDK needs some.
	maxParameters = 190
)

// TooLarge returns what is too large for CloudFormation, or an empty string. what names what watches the network. network, own and values
// are the numbers of resources of the network, of its own resources, and of values that these take from other stacks.
func TooLarge(what string, nested bool, network, own, values int) string {
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
