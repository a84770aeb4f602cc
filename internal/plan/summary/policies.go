package summary

import (
	"cmp"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/fold"
	"github.com/tierwall/tierwall/internal/policy"
)

// policies shows the policies that judge the flows, and the tiers that they are about.
func (w *writer) policies() {
	if len(w.p.Model.Policies) == 0 {
		return
	}
	rows := [][]string{{"POLICY", "PROTECTS", "CONNECTED WITH THEM"}}
	for _, p := range w.p.Model.Policies {
		if p.Own {
			rows = append(rows, []string{p.Name, "as its Go code says", "-"})
			continue
		}
		protected, connected := policy.Protected(w.p.Model, p.Name)
		rows = append(rows, []string{p.Name, tierList(protected), tierList(connected)})
	}
	w.table(rows)
}

func tierList(tiers []arch.Tier) string {
	var ids []string
	for _, t := range tiers {
		ids = append(ids, t.ID)
	}
	return cmp.Or(strings.Join(fold.Names(ids), ", "), "-")
}
