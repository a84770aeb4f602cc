package upgrade

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
)

// In a random network, a firewall is created, set to observe, set to enforce, and removed again, one step for each
// deployment. None of the steps is a finding. Two steps at once are a finding if any traffic is routed to the firewall.
func TestInspectionStepsBreakNothing(t *testing.T) {
	t.Parallel()
	steps, jumps := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		a := plantest.Architectures(t)
		a.Network.IPv6 = false
		// Without inspection, a flow to a name is open to every address, which is invalid.
		a.Flows = slices.DeleteFunc(slices.Clone(a.Flows), func(f arch.Flow) bool { return f.To.Kind == arch.Domain })
		inspection := arch.Inspection{Paths: arch.Paths(rapid.IntRange(1, 7).Draw(t, "all paths")), Strict: rapid.Bool().Draw(t, "all strict")}
		state := func(mode arch.Mode) *plan.Plan {
			b := a
			b.Network.Inspection = nil
			if mode >= 0 {
				i := inspection
				i.Mode = mode
				b.Network.Inspection = &i
			}
			p, diags := plan.Make(b, plantest.Today)
			if p == nil {
				t.Skip(diags)
			}
			return p
		}
		const none = -1
		way := []arch.Mode{none, arch.Prepare, arch.Observe, arch.Enforce, arch.Observe, arch.Prepare, none}
		i := rapid.IntRange(0, len(way)-2).Draw(t, "step")
		found, _ := WithoutQuota(Check(render(t, state(way[i])), render(t, state(way[i+1]))).With(diag.Finding))
		if CrowdedGroups(state(way[i]), state(way[i+1])) {
			found = slices.DeleteFunc(found, func(d diag.Diagnostic) bool { return d.Rule == "rule-quota" })
		}
		if len(found) > 0 {
			t.Fatalf("from %d to %d:\n%s", way[i], way[i+1], found)
		}
		steps++
		enforced := state(arch.Enforce)
		if !slices.ContainsFunc(enforced.Routes, func(r plan.Route) bool { return r.Target == plan.ToFirewall }) {
			return
		}
		jump := rapid.SampledFrom([][2]arch.Mode{{none, arch.Enforce}, {arch.Prepare, arch.Enforce}, {arch.Enforce, none},
			{arch.Enforce, arch.Prepare}}).Draw(t, "jump")
		if len(Check(render(t, state(jump[0])), render(t, state(jump[1]))).With(diag.Finding)) == 0 {
			t.Fatalf("nothing is said of the way from %d to %d", jump[0], jump[1])
		}
		jumps++
	})
	require.Positive(t, steps)
	if testing.Short() {
		return // rapid draws a fifth of the cases, too few to ask what they hold.
	}
	require.Positive(t, jumps)
}
