package summary

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/webacl"
)

// webACLs shows the rules of each web ACL, and why they are there.
func (w *writer) webACLs() {
	for _, a := range w.p.WebACLs {
		cost := a.Cost()
		fmt.Fprintf(&w.b, "web ACL of %s: in mode %s, %d of %d WCU\n\n",
			a.Protection.Tier, a.Protection.Mode, cost.Total, webacl.MaxCapacity)
		rows := [][]string{{"REQUESTS", "NUMBER", "WCU", "DOES", "BECAUSE"}}
		for i, r := range a.Rules {
			rows = append(rows, []string{r.Name, fmt.Sprint(r.Priority), fmt.Sprint(cost.Rules[i].Total), r.Does(), r.Reason})
		}
		w.table(rows)
	}
}
