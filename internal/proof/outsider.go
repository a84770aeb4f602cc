package proof

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/reach"
)

// reportOutsiders reports that somebody outside acts as a member of tiers. This is a note if flows from outside to the tier are declared,
// and a finding otherwise.
func (n *network) reportOutsiders(c *reach.Class, ids []string) {
	for _, id := range ids {
		t, _ := n.model.Tier(id)
		if len(n.flowsWithAddresses[tierDirection{id, false}]) > 0 || isDeclaredWayIn(t, c) {
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

// isDeclaredWayIn reports whether the tier is declared to hold endpoints of AWS by which people come in, and all interfaces of the class
// are those of such endpoints.
func isDeclaredWayIn(t arch.Tier, c *reach.Class) bool {
	return !slices.ContainsFunc(c.Members, func(r *cfn.Resource) bool {
		switch r.Type {
		case "AWS::EC2::InstanceConnectEndpoint":
			return !t.InstanceConnect
		case "AWS::EC2::VerifiedAccessEndpoint":
			return !t.VerifiedAccess
		}
		return true
	})
}
