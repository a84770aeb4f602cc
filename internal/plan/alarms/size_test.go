package alarms

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestTooLarge: both limits of CloudFormation, on both sides.
func TestTooLarge(t *testing.T) {
	assert.Empty(t, TooLarge("alarms", false, 300, 200, 1000))
	assert.Equal(t, "the stack of the alarms would have at least 501 resources; allowed are 500", TooLarge("alarms", false, 301, 200, 0))
	assert.Empty(t, TooLarge("alarms", true, 499, 500, 190))
	assert.Equal(t, "the stack of the alarms would have at least 501 resources; allowed are 500", TooLarge("alarms", true, 0, 501, 0))
	assert.Equal(t, "the nested stack of the alarms would have 191 parameters; allowed are 190", TooLarge("alarms", true, 0, 10, 191))
}
