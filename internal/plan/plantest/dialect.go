package plantest

import (
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/filetest"
	"github.com/tierwall/tierwall/internal/plan"
)

// MakeBoth plans an architecture, which may have mistakes. It also checks that readers of the file get the same plan, and the same messages
// in their words.
func MakeBoth(t require.TestingT, a arch.Architecture) (*plan.Plan, diag.List) {
	p, inGo := plan.Make(a, Today)
	a.Network.Dialect = arch.FileDialect
	q, inFile := plan.Make(a, Today)
	filetest.Compare(t, inGo, inFile)
	require.Equal(t, p == nil, q == nil)
	if p != nil {
		filetest.CompareWidenings(t, p.Widenings, q.Widenings)
		q.Model.Network.Dialect, q.Widenings = arch.GoDialect, p.Widenings
		assert.True(t, assert.ObjectsAreEqual(p, q), "the plan depends on the dialect")
	}
	return p, inGo
}
