package plan

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/filetest"
)

// makeBoth is Make. It also checks that readers of the file get the same messages in their words.
func makeBoth(t *testing.T, a arch.Architecture) (*Plan, diag.List) {
	t.Helper()
	p, inGo := Make(a, today)
	a.Network.Dialect = arch.FileDialect
	q, inFile := Make(a, today)
	filetest.Compare(t, inGo, inFile)
	require.Equal(t, p == nil, q == nil)
	if p != nil {
		filetest.CompareWidenings(t, p.Widenings, q.Widenings)
	}
	return p, inGo
}
