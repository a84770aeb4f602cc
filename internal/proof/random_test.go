package proof_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/proof"
)

// drawn returns the template of a random architecture, with its declaration.
func drawn(t *rapid.T) ([]byte, *proof.Declaration) {
	p, diags := plan.Make(plantest.Architectures(t), plantest.Today)
	if p == nil {
		t.Skip(diags) // Shared subnets of which one tenant faces the internet, for example.
	}
	template, declared := plantest.Template(p)
	return template, declared
}

func read(t require.TestingT, template []byte) *cfn.Assembly {
	a, err := cfn.Read(plantest.File, template, nil)
	require.NoError(t, err)
	return a
}

// private is a block that flows name and no route leads to, so the traffic of these flows is missing.
const private = "192.168.7.0/24"

// TestRandomArchitecturesAreExact: the template of the plan of any architecture carries exactly the declared traffic.
func TestRandomArchitecturesAreExact(t *testing.T) {
	t.Parallel()
	flows, pairs := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		template, declared := drawn(t)
		report, err := proof.Prove(read(t, template), declared)
		require.NoError(t, err)
		for _, f := range report.Findings {
			if unrouted := f.Verdict == proof.Missing && (f.From == private || f.To == private); !unrouted {
				t.Fatal(report.Diagnostics())
			}
		}
		flows += len(declared.Networks[0].Architecture.Flows)
		pairs += len(report.Pairs)
	})
	t.Logf("%d flows, %d pairs that carry something", flows, pairs)
	require.Positive(t, flows)
	require.Positive(t, pairs)
}
