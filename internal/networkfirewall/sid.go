package networkfirewall

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/diag"
)

// defaultActionSIDs are the ids that logs give to the default actions of a policy.
var defaultActionSIDs = []int{2, 4, 6, 8}

// reservedSIDs warns about ids that logs give to default actions.
func (p *problems) reservedSIDs(g *Group) {
	for _, line := range g.Content.Lines {
		if sid, ok := line.Rule.SID(); ok && slices.Contains(defaultActionSIDs, sid) {
			p.add(Problem{Kind: "sid-reserved", Severity: diag.Warning, Where: g.where(line.Number), Rule: line.Number, Subject: fmt.Sprint(sid),
				Summary: fmt.Sprintf("logs use SID %d for a default action", sid),
				Detail:  fmt.Sprintf("%s %d: %.200s", g.Unit, line.Number, line.Text),
				Fix:     "give the rule another number, such as one above 1,000,000"})
		}
	}
}

// sharedSIDs warns about ids that rules of two groups share: AWS accepts them, but logs identify a rule only by its id.
func (p *problems) sharedSIDs(policy *Policy) {
	type owner struct {
		group *Group
		line  int
	}
	first := map[int]owner{}
	for _, g := range policy.writtenGroups() {
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
					Subject: fmt.Sprint(sid), Summary: fmt.Sprintf("two rule groups have SID %d", sid),
					Detail: fmt.Sprintf("%s has it in %s %d, and this group in %s %d; AWS accepts it, but logs do not tell the two rules apart",
						other.group.Path, other.group.Unit, other.line, g.Unit, line.Number),
					Fix: "give one of them another number"})
			}
		}
	}
}
