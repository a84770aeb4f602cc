package summary

import (
	"fmt"

	webplan "github.com/tierwall/tierwall/internal/plan/webacl"
	"github.com/tierwall/tierwall/internal/webacl"
)

// webACLs shows the rules of each web ACL, and why they are there.
func (w *writer) webACLs() {
	for _, a := range w.p.WebACLs {
		cost := costOf(a)
		fmt.Fprintf(&w.b, "web ACL of %s: in mode %s, %d of %d WCU\n\n",
			a.Protection.Tier, a.Protection.Mode, cost.Total, webacl.MaxCapacity)
		rows := [][]string{{"REQUESTS", "NUMBER", "WCU", "DOES", "BECAUSE"}}
		for i, r := range a.Rules {
			rows = append(rows, []string{r.Name, fmt.Sprint(r.Priority), fmt.Sprint(cost.Rules[i].Total), does(r), r.Reason})
		}
		w.table(rows)
	}
}

// costOf is what AWS charges for the rules of a web ACL, in WCU.
func costOf(a webplan.ACL) webacl.Cost {
	acl := webacl.ACL{}
	for _, r := range a.Rules {
		acl.Rules = append(acl.Rules, r.Rule)
	}
	return acl.Cost(webacl.References{})
}

// does says what a rule does with the requests that it matches.
func does(r webplan.Rule) string {
	switch {
	case r.Action != nil && r.Action.Block != nil:
		return "blocks"
	case r.OverrideAction != nil && r.OverrideAction.None != nil:
		return "decides"
	}
	return "counts"
}
