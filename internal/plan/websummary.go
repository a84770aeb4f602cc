package plan

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/webacl"
)

// writeWebACLs shows the rules of each web ACL, and why they are there.
func (p *Plan) writeWebACLs(b *strings.Builder) {
	for _, a := range p.WebACLs {
		cost := a.cost()
		fmt.Fprintf(b, "web ACL of %s: in mode %s, %d of %d WCU\n\n", a.Protection.Tier, a.Protection.Mode, cost.Total, webacl.MaxCapacity)
		rows := [][]string{{"REQUESTS", "NUMBER", "WCU", "DOES", "BECAUSE"}}
		for i, r := range a.Rules {
			rows = append(rows, []string{r.Name, fmt.Sprint(r.Priority), fmt.Sprint(cost.Rules[i].Total), r.does(), r.Reason})
		}
		table(b, rows)
	}
}

func (a WebACL) cost() webacl.Cost {
	acl := webacl.ACL{}
	for _, r := range a.Rules {
		acl.Rules = append(acl.Rules, r.Rule)
	}
	return acl.Cost(webacl.References{})
}

func (r WebRule) does() string {
	switch {
	case r.Action != nil && r.Action.Block != nil:
		return "blocks"
	case r.OverrideAction != nil && r.OverrideAction.None != nil:
		return "decides"
	}
	return "counts"
}
