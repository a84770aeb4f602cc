package detail

import (
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/policy"
)

// dataClasses lists what tiers hold.
func dataClasses(p *plan.Plan) Table {
	t := Table{Name: "dataClasses", Title: "Data classes", Columns: []string{"tier", "holds"}, Keyed: true, Absent: "nothing stated"}
	for _, tier := range p.Model.Tiers {
		if len(tier.Holds) > 0 {
			t.add(tier.ID, strings.Join(tier.Holds, " "))
		}
	}
	return t
}

// policies lists the policies that judge the flows.
func policies(p *plan.Plan) Table {
	t := Table{Name: "policies", Title: "Policies", Columns: []string{"policy", "protects", "connected"}}
	for _, used := range p.Model.Policies {
		protected, connected := policy.Protected(p.Model, used.Name)
		if used.Own {
			protected, connected = nil, nil // Its Go code knows.
		}
		t.add(used.Name, ids(protected), ids(connected))
	}
	return t
}

func ids(tiers []arch.Tier) string {
	var out []string
	for _, t := range tiers {
		out = append(out, t.ID)
	}
	return strings.Join(out, " ")
}
