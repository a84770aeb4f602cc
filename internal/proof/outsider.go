package proof

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/reach"
)

// reportOutsiders reports that somebody outside acts as a member of tiers. This is a note if flows from outside to the tier are declared,
// and a finding otherwise.
func (n *network) reportOutsiders(c *reach.Class, ids []string) {
	for _, id := range ids {
		t, _ := n.model.Tier(id)
		if len(n.flowsWithAddresses[tierDirection{id, false}]) > 0 || t.InstanceConnect && isInstanceConnect(c) {
			n.report.Notes = append(n.report.Notes, fmt.Sprintf("%s: %s act as members of %s through %s", n.name(), c.Outsiders(), id, c.Name))
			continue
		}
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

// isInstanceConnect reports whether the interfaces of a class are those of EC2 Instance Connect endpoints.
func isInstanceConnect(c *reach.Class) bool {
	return !slices.ContainsFunc(c.Members, func(r *cfn.Resource) bool { return r.Type != "AWS::EC2::InstanceConnectEndpoint" })
}
