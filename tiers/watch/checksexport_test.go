package watch_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/gen/export"
	"github.com/tierwall/tierwall/tiers/tierstest"
	"github.com/tierwall/tierwall/tiers/watch"
)

// TestChecksExport: the command export says that a file has no queries, access scopes and rules of AWS Config.
func TestChecksExport(t *testing.T) {
	stack := tierstest.Stack(t)
	n := declare(stack, nil)
	watch.Queries(n.Network, &watch.QueriesProps{FlowLog: watch.FlowLogs(n.Network, nil)})
	watch.AccessScopes(n.Network, nil)
	watch.ConfigRules(n.Network, nil)
	_, declared := synthesized(t, stack)
	_, unsaid, err := export.From(declared.Networks[0])
	require.NoError(t, err)
	for _, call := range []string{"Queries", "AccessScopes", "ConfigRules"} {
		assert.Contains(t, fmt.Sprint(unsaid), "not in the file; call watch."+call+" in workloads.go")
	}
}
