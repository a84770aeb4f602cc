package proof

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/reach"
)

// reportOutsiders reports that somebody outside acts as a member of tiers. This is a note if flows from outside to the tier are declared,
// and a finding otherwise.
func (n *network) reportOutsiders(c *reach.Class, ids []string) {
	for _, id := range ids {
		if len(n.flowsWithAddresses[tierDirection{id, false}]) > 0 {
			n.report.Notes = append(n.report.Notes, fmt.Sprintf("%s: %s act as members of %s through %s", n.name(), c.Outsiders(), id, c.Name))
			continue
		}
		t, _ := n.model.Tier(id)
		n.report.Findings = append(n.report.Findings, Finding{
			Network: n.name(), From: c.Name, To: id, Verdict: Weakened, What: "outsiders", At: []diag.Position{t.At},
			Reason: fmt.Sprintf("%s act as members of %s through %s, but no flow to %s from outside is declared", c.Outsiders(), id, c.Name, id),
			Fix:    "give the resource a group of its own, and declare what outsiders may reach",
			Steps: []reach.Step{{
				Control: "interface", Where: c.Name, Passes: true, Rule: c.Outsiders() + " have the group of " + id, Resource: c.Members[0],
			}},
		})
	}
}
