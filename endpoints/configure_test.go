package endpoints

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/arch"
)

// TestPolicies holds the constants equal to those of the model, to which Configure converts them.
func TestPolicies(t *testing.T) {
	assert.Equal(t, arch.PoliciesByOwner, arch.Policies(ByOwner))
	assert.Equal(t, arch.DerivedPolicies, arch.Policies(Derived))
	assert.Equal(t, arch.OpenPolicies, arch.Policies(Open))
}
