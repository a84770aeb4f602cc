package summary

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/arch"
)

// firewall shows what the network firewall inspects, and its rules.
func (w *writer) firewall() {
	i := w.p.Model.Network.Inspection
	if i == nil {
		return
	}
	inspected := 0
	for _, f := range w.p.Model.Flows {
		if f.Path.Kind == arch.Inspected {
			inspected++
		}
	}
	flows := count(len(w.p.Model.Flows), "flow")
	fmt.Fprintf(&w.b, "inspection: %s, in mode %s, %d of %s\n\n", i.Paths, i.Mode, inspected, flows)
	rows := [][]string{{"FIREWALL RULES", "SID", "DOES", "WHAT"}}
	for _, g := range w.p.FirewallGroups {
		for _, r := range g.Rules {
			does := "passes"
			if r.Stop {
				does = "stops"
			}
			rows = append(rows, []string{g.Concern.String(), fmt.Sprint(r.SID), does, w.p.Message(r)})
		}
	}
	w.table(rows)
}
