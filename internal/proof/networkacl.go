package proof

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// networkACLs finds subnets whose network ACL stops nothing, where network ACLs were declared: that the groups still stop everything does
// not make two layers of one.
func (n *network) networkACLs() {
	if n.model.Network.Wrapped || n.model.Network.NetworkACLs != arch.NetworkACLsOn {
		return
	}
	for _, t := range n.model.Tiers {
		if t.Imported != nil || t.SharesWith != "" {
			continue
		}
		for _, s := range n.plots.homes[t.SubnetOwner()] {
			if s.Resource == nil || s.ACL == nil || !isOpen(s.ACL) || n.isOpenTo(s) {
				continue
			}
			n.report.Findings = append(n.report.Findings, Finding{
				Network: n.name(), From: t.ID, To: s.Name, Verdict: Weakened, What: "network ACL", At: []diag.Position{t.At},
				Reason: fmt.Sprintf("the network ACL of %s, %s, lets everything in or out, and network ACLs were declared for the tiers' subnets",
					s.Name, s.ACL.Name),
				Fix: "associate the subnet with a network ACL of its tier's own",
			})
		}
	}
}

// isOpenTo reports whether all traffic with somebody outside was declared of a tier in the subnet: its network ACL, which may have to name
// every address, then has nothing to stop.
func (n *network) isOpenTo(s *reach.Subnet) bool {
	here := func(p arch.Peer) bool { return p.Kind.IsTier() && slices.Contains(n.plots.tenants[s], p.Text) }
	outside := func(p arch.Peer) bool {
		t, ok := n.model.Tier(p.Text)
		return !p.Kind.IsTier() || ok && t.Imported != nil
	}
	return slices.ContainsFunc(n.model.Flows, func(f arch.Flow) bool {
		leaves := here(f.From) && outside(f.To) || here(f.To) && outside(f.From)
		return leaves && slices.ContainsFunc(f.Ports, arch.Ports.IsAll)
	})
}

// isOpen reports whether a network ACL surely lets everything through in one direction.
func isOpen(a *reach.ACL) bool { return a.Open || opens(a.In) || opens(a.Out) }

// opens reports whether the first of some entries lets everything through. A later one may come after a denial.
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
