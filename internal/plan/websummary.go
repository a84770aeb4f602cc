package plan

import (
	"fmt"
	"strings"
)

// writeWebACLs shows the rules of each web ACL, and why they are there.
func (p *Plan) writeWebACLs(b *strings.Builder) {
	for _, a := range p.WebACLs {
		fmt.Fprintf(b, "web ACL of %s: in mode %s\n\n", a.Protection.Tier, modeWords[a.Protection.Mode])
		rows := [][]string{{"REQUESTS", "NUMBER", "DOES", "BECAUSE"}}
		for _, r := range a.Rules {
			rows = append(rows, []string{r.Name, fmt.Sprint(r.Priority), r.does(), r.Reason})
		}
		table(b, rows)
	}
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
