package proof

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// checkOpenACLs finds subnets whose network ACL stops nothing although network ACLs are declared. The groups alone may still stop
// everything, but two layers are declared.
func (n *network) checkOpenACLs() {
	if n.model.Network.Wrapped || n.model.Network.NetworkACLs != arch.NetworkACLsOn {
		return
	}
	for _, t := range n.model.Tiers {
		if t.Imported != nil || t.SharesWith != "" {
			continue
		}
		for _, s := range n.subnetsOf(t) {
			if s.Resource == nil || s.ACL == nil || !isOpen(s.ACL) || n.isOpenTo(s) {
				continue
			}
			n.report.Findings = append(n.report.Findings, Finding{
				Network: n.name(), From: t.ID, To: s.Name, Verdict: Weakened, What: "network ACL", At: []diag.Position{t.At},
				Reason: fmt.Sprintf("the network ACL of %s, %s, allows all traffic in or out, but network ACLs are declared for the subnets of tiers",
					s.Name, s.ACL.Name),
				Fix: "associate the subnet with the network ACL of its tier",
			})
		}
	}
}

// isOpenTo reports whether a tier in the subnet is declared to exchange all traffic with somebody outside the network. Its network ACL may
// then have to allow everything.
func (n *network) isOpenTo(s *reach.Subnet) bool {
	here := func(p arch.Peer) bool { return p.Kind.IsTier() && slices.Contains(n.ownership.tiersIn[s], p.Text) }
	outside := func(p arch.Peer) bool {
		t, ok := n.model.Tier(p.Text)
		return !p.Kind.IsTier() || ok && t.Imported != nil
	}
	return slices.ContainsFunc(n.model.Flows, func(f arch.CheckedFlow) bool {
		leaves := here(f.From) && outside(f.To) || here(f.To) && outside(f.From)
		return leaves && slices.ContainsFunc(f.Ports, arch.Ports.IsAll)
	})
}

// isOpen reports whether a network ACL certainly allows everything in one direction.
func isOpen(a *reach.ACL) bool { return a.Open || opens(a.In) || opens(a.Out) }

// opens reports whether entries allow everything before one of them denies anything.
func opens(entries []reach.Entry) bool {
	for _, e := range entries {
		if e.Block.Base == "" && e.Block.Prefix.Bits() == 0 && e.Traffic.Equal(traffic.Everything()) {
			return e.Allow
		}
		if !e.Allow {
			return false
		}
	}
	return false
}
