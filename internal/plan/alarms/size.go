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

// TooLarge returns what is too large for CloudFormation, or an empty string. network, alarms and values are the numbers of resources of the
// network, of resources of the alarms, and of values that the alarms take from other stacks.
func TooLarge(nested bool, network, alarms, values int) string {
	if !nested {
		alarms += network
		values = 0
	}
	switch {
	case alarms > catalog.ResourcesPerStack:
		return fmt.Sprintf("the stack of the alarms would have at least %d resources; allowed are %d", alarms, catalog.ResourcesPerStack)
	case values > maxParameters:
		return fmt.Sprintf("the nested stack of the alarms would have %d parameters; allowed are %d", values, maxParameters)
	}
	return ""
}
