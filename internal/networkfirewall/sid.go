package networkfirewall

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/diag"
)

// reservedSIDs are what logs call the default actions of a policy.
var reservedSIDs = []int{2, 4, 6, 8}

// reserved warns of numbers that the logs use for something else.
func (p *problems) reserved(g *Group) {
	for _, line := range g.Content.Lines {
		if sid, ok := line.Rule.SID(); ok && slices.Contains(reservedSIDs, sid) {
			p.add(Problem{Kind: "sid-reserved", Severity: diag.Warning, Where: g.where(line.Number), Rule: line.Number, Subject: fmt.Sprint(sid),
				Summary: fmt.Sprintf("SID %d is that of a default action in the logs", sid), Detail: fmt.Sprintf("%s %d: %.200s", g.Unit, line.Number,
					line.Text),
				Fix: "give the rule another number, as from 1,000,001 on"})
		}
	}
}

// shared warns of numbers that rules of two groups have: AWS takes them, and logs tell rules by them.
func (p *problems) shared(policy *Policy) {
	type owner struct {
		group *Group
		line  int
	}
	first := map[int]owner{}
	for _, g := range policy.known() {
		for _, line := range g.Content.Lines {
			sid, ok := line.Rule.SID()
			if !ok {
				continue
			}
			other, taken := first[sid]
			if !taken {
				first[sid] = owner{g, line.Number}
				continue
			}
			if other.group != g { // Within a group it is an error of the group.
				p.add(Problem{Kind: "sid-shared", Severity: diag.Warning, Group: g, Where: g.where(line.Number), Rule: line.Number,
					Subject: fmt.Sprint(sid),
					Summary: fmt.Sprintf("SID %d is in two rule groups", sid),
					Detail: fmt.Sprintf("%s has it in %s %d, and this one in %s %d; AWS takes it, and the logs do not tell the two apart",
						other.group.Path,
						other.group.Unit, other.line, g.Unit, line.Number),
					Fix: "give one of them another number"})
			}
		}
	}
}
