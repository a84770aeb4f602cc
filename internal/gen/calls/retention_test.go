package calls

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/catalog"
)

// TestRetention: numbers of days and the CDK's names belong together.
func TestRetention(t *testing.T) {
	t.Parallel()
	all := catalog.LogRetentionDays
	assert.Len(t, all, len(days)-1, "all but the one without end")
	assert.IsIncreasing(t, all)
	for _, n := range all {
		assert.EqualValues(t, n, days[Retention(n)])
	}
	assert.Equal(t, "INFINITE", Retention(-1))
	assert.Empty(t, Retention(10))
}
