package upgrade

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
)

func render(t require.TestingT, p *plan.Plan) *cfn.Assembly {
	data, _ := plantest.Template(p)
	a, err := cfn.Read(plantest.File, data, nil)
	require.NoError(t, err)
	return a
}

// TestEditsUpdateWithoutGaps edits random architectures as users do, several times, and updates each state to the next.
func TestEditsUpdateWithoutGaps(t *testing.T) {
	t.Parallel()
	names := slices.Sorted(maps.Keys(plantest.Edits))
	updates := 0
	rapid.Check(t, func(t *rapid.T) {
		a := plantest.Architectures(t)
		p, diags := plan.Make(a, plantest.Today)
		if p == nil {
			t.Skip(diags)
		}
		before := render(t, p)
		for range rapid.IntRange(1, 5).Draw(t, "edits") {
			if len(a.Tiers) == 0 {
				return
			}
			next := a
			name := rapid.SampledFrom(names).Draw(t, "edit")
			if a.Network.Inspection != nil && name == "exact subnets for a block" {
				continue // Rules of inspected flows name the one or the other.
			}
			plantest.Edits[name](t, &next)
			q, _ := plan.Make(next, plantest.Today)
			if q == nil {
				continue // The model refuses it.
			}
			after := render(t, q)
			if found := unexpected(Check(before, after).With(diag.Finding), name); len(found) > 0 {
				t.Fatalf("%s:\n%s", name, found)
			}
			a, before = next, after
			updates++
		}
	})
	require.Positive(t, updates)
}

// describing are the edits that change a reason, which is what the descriptions of rules say.
var describing = []string{"another kind", "another reason"}

// unexpected leaves out what an edit asks for: another description of an inline rule, and, of exact subnets, which go with
// the zones in their order, another zone.
func unexpected(found diag.List, edit string) diag.List {
	return slices.DeleteFunc(found, func(d diag.Diagnostic) bool {
		switch d.Rule {
		case "inspection-jump": // A tier comes to face the internet, or ceases to.
			return slices.Contains([]string{"another kind", "add a flow", "remove a flow", "remove a tier"}, edit)
		case "key-collision":
			return edit == "other zones" && strings.Contains(d.Summary, "as AvailabilityZone changes") && strings.Contains(d.Detail, "InvalidSubnet.Conflict")
		case "rule-gap":
			return slices.Contains(describing, edit) && strings.Contains(d.Detail, "changes its description") && !strings.Contains(d.Detail, "gives way")
		}
		return false
	})
}
