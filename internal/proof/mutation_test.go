package proof_test

import (
	"flag"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/proof/prooftest"
)

var templates = flag.Int("templates", 2, "how many random templates TestMutantsOfRandomTemplates changes, in 60 ways each")

// TestMutantsOfRandomTemplates makes one change to a random template at a time.
func TestMutantsOfRandomTemplates(t *testing.T) {
	t.Parallel()
	var score prooftest.Score
	for seed := range *templates {
		template, declared := example(t, seed)
		original := read(t, template)
		mutants, err := prooftest.Mutants(template)
		require.NoError(t, err)
		for _, m := range prooftest.Sample(mutants, 60) {
			mutant, err := m.Template()
			require.NoError(t, err)
			require.NoError(t, score.Judge(m.Name, original, read(t, mutant), declared), m.Name)
		}
	}
	t.Log(&score)
	// These reports are right although the traffic is the same. A rule in an imported group may allow traffic that the rules of its
	// owner, which are not in the templates, already allow. A route may bypass a firewall that only observes, or a gateway endpoint.
	score.False = slices.DeleteFunc(score.False, func(s string) bool {
		return strings.Contains(s, "Gateway") && strings.Contains(s, "gateway endpoint nothing") ||
			strings.Contains(s, "Imported") && strings.Contains(s, "[unknown ") || strings.Contains(s, "Route: to ") &&
			strings.Contains(s, "excess ")
	})
	score.Survived = slices.DeleteFunc(score.Survived, prooftest.Harmless)
	assert.Empty(t, score.False)
	assert.Empty(t, score.Survived)
}

// example returns the template of the random architecture of a seed. The architecture has some flows.
func example(t *testing.T, seed int) ([]byte, *proof.Declaration) {
	t.Helper()
	for ; ; seed += 1000 {
		a := rapid.Custom(plantest.Architectures).Example(seed)
		a.Flows = slices.DeleteFunc(a.Flows, func(f arch.Flow) bool { return f.From.Text == private || f.To.Text == private })
		if p, _ := plan.Make(a, plantest.Today); p != nil && len(p.Model.Flows) > 5 {
			return plantest.Template(p)
		}
	}
}
