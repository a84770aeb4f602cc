package proof

import (
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// reportGaps reports the unknowns of the templates that affect the network. Declared copies of packets are not unknown.
func (n *network) reportGaps() {
	for _, g := range n.top.Gaps {
		if _, declared := n.resources[g.Resource]; declared && g.Copies {
			continue // It opens no way, and compareControls holds it against its declaration.
		}
		isTier := func(group *reach.Group) bool { _, ok := n.groups[group]; return ok }
		if slices.Contains(n.top.VPCsOf(g), n.vpc) || slices.ContainsFunc(g.Groups, isTier) || g.IsIdle() {
			n.report.Findings = append(n.report.Findings, Finding{
				Network: n.name(), From: g.Resource.String(), To: "the network", Verdict: Unknown, Traffic: traffic.Everything(), Reason: g.Reason,
				Steps: []reach.Step{{
					Control: "resource", Where: g.Resource.String(), Passes: true, Unsure: g.Reason, Rule: g.Resource.Type, Resource: g.Resource,
				}},
			})
		}
	}
}

// reportUnseen reports interfaces in the network whose groups are unknown. They may have the group of any tier.
func (n *network) reportUnseen(c *reach.Class) {
	elsewhere := func(s *reach.Subnet) bool { return s.VPC != nil && s.VPC != n.vpc }
	if !slices.ContainsFunc(c.Subnets, elsewhere) {
		n.report.Findings = append(n.report.Findings, Finding{
			Network: n.name(), From: c.Name, To: "the network", Verdict: Unknown, Traffic: traffic.Everything(),
			Reason: c.Name + " may have the group of any tier: " + c.Unseen,
			Steps: []reach.Step{{
				Control: "interface", Where: c.Name, Passes: true, Unsure: c.Unseen, Rule: "unknown groups", Resource: c.Members[0],
			}},
		})
	}
}

// reportUnknownAddresses reports once that the addresses of a tier are unknown.
func (n *network) reportUnknownAddresses(t arch.Tier) {
	f := Finding{
		Network: n.name(), From: t.ID, To: "the network", Verdict: Unknown, Traffic: traffic.Everything(), At: []diag.Position{t.At},
		Reason: "the subnets of " + t.ID + " are not in the templates, and the tier states neither a block nor subnets, " +
			"so rules about its addresses cannot be recognized",
	}
	if !slices.ContainsFunc(n.report.Findings, func(o Finding) bool { return o.Network == f.Network && o.Reason == f.Reason }) {
		n.report.Findings = append(n.report.Findings, f)
	}
}
