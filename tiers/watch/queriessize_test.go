package watch

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestTooLong: the queries with a network in the same template, and alone, on both sides of what fits.
func TestTooLong(t *testing.T) {
	assert.Empty(t, tooLong(false, 750_000))
	assert.Equal(t, "they have 750001 bytes, of 1000000 that a template may have; allowed here are 750000", tooLong(false, 750_001))
	assert.Empty(t, tooLong(true, 1_000_000))
	assert.NotEmpty(t, tooLong(true, 1_000_001))
}
