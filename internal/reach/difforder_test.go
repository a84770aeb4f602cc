package reach_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/reach"
)

// TestFirstReason: if a change is possible for different reasons in different subnets, the reason that is told is the same each time.
func TestFirstReason(t *testing.T) {
	t.Parallel()
	const in, someReplies = "in 1 allow tcp/443 10.0.0.0/16", "out 1 allow tcp/32768-60999 10.0.0.0/16"
	closed := twoSubnets + openGroups + acl("A") + acl("B")
	open := twoSubnets + openGroups + acl("A", in, someReplies) + acl("B", in, "out 1 allow tcp/1024-40000 10.0.0.0/16")
	changes := func() []reach.Change { return reach.Diff(build(t, closed), build(t, open)) }
	first := changes()
	require.NotEmpty(t, first)
	for range 20 {
		require.Equal(t, first, changes())
	}
}
