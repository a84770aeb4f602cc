package replay

import (
	"strings"
	"testing"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/suricatatest"
)

// Policy is the firewall policy of a plan whose addresses are all literal.
func Policy(t testing.TB, p *plan.Plan) suricatatest.Policy {
	t.Helper()
	var groups []string
	for _, g := range p.FirewallGroups {
		text, variables := p.Text(g)
		if len(variables) > 0 {
			t.Fatalf("the group %s has addresses that only a deployment knows", g.Concern)
		}
		groups = append(groups, text)
	}
	i := p.Model.Network.Inspection
	out := suricatatest.Policy{
		Rules: strings.Join(groups, "\n"), Default: suricatatest.EstablishedAppLayerToServer, HomeNet: []string{p.Model.Prefix.String()},
		AlertOnly: i.Mode != arch.Enforce,
	}
	if i.Strict {
		out.Default = suricatatest.Strict
	}
	return out
}

// Modes replays an architecture in every mode of inspection. It returns how many conversations were judged in each mode, and how
// many of them pass in Enforce. In Enforce exactly the declared conversations pass. In Prepare and Observe all of them pass, and
// those that Enforce would stop are reported.
func Modes(t testing.TB, a arch.Architecture) (judged, passing int) {
	t.Helper()
	judged, passing = modes(t, a, arch.Observe)
	modes(t, prepared(a), arch.Prepare)
	return judged, passing
}

// modes compares a mode that stops nothing with Enforce.
func modes(t testing.TB, a arch.Architecture, open arch.Mode) (judged, passing int) {
	t.Helper()
	p := planIn(t, a, arch.Enforce)
	rows := Rows(p)
	enforced := suricatatest.Judge(t, Policy(t, p), Conversations(rows)...)
	passing = checkEnforced(t, rows, enforced)
	checkOpen(t, open, enforced, suricatatest.Judge(t, Policy(t, planIn(t, a, open)), Conversations(rows)...))
	return len(rows), passing
}

func planIn(t testing.TB, a arch.Architecture, mode arch.Mode) *plan.Plan {
	t.Helper()
	inspection := *a.Network.Inspection
	inspection.Mode = mode
	a.Network.Inspection = &inspection
	p, diags := plan.Make(a, plantest.Today)
	if p == nil {
		t.Fatalf("%v: %s", mode, diags)
	}
	return p
}

// prepared turns flows to names into flows to the internet, as the plan requires in Prepare.
func prepared(a arch.Architecture) arch.Architecture {
	flows := a.Flows
	a.Flows = nil
	seen := map[string]bool{}
	for _, f := range flows {
		if f.To.Kind == arch.Domain {
			f.To = plantest.Internet
		}
		key := f.From.String() + f.To.String() + f.Service
		if f.To.Kind != arch.Internet || !seen[key] {
			a.Flows = append(a.Flows, f)
		}
		seen[key] = true
	}
	return a
}

// checkEnforced checks the verdicts of Enforce, and returns how many conversations pass.
func checkEnforced(t testing.TB, rows []Row, verdicts []suricatatest.Verdict) (passing int) {
	t.Helper()
	for i, v := range verdicts {
		if rows[i].Passes != v.Passed {
			t.Errorf("Enforce: %s: %s; it is declared by %q", v.Conversation, v, rows[i].By)
		}
		if v.Passed {
			passing++
		}
	}
	return passing
}

// checkOpen checks the verdicts of a mode that stops nothing.
func checkOpen(t testing.TB, mode arch.Mode, enforced, verdicts []suricatatest.Verdict) {
	t.Helper()
	for i, v := range verdicts {
		reported := len(v.Alerts) > 0 || v.Unmatched >= 0
		if !v.Passed {
			t.Errorf("mode %v: %s: %s", mode, v.Conversation, v)
		}
		if reported == enforced[i].Passed {
			t.Errorf("mode %v: %s: reported is %v, and in Enforce it %s", mode, v.Conversation, reported, enforced[i])
		}
	}
}
