package plan

import (
	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// betweenTiers reports whether both ends of a flow are tiers.
func betweenTiers(f arch.CheckedFlow) bool { return f.From.Kind.IsTier() && f.To.Kind.IsTier() }

// peersOf lowers one end of a flow to what a rule at the other end can name.
func peersOf(m *arch.Model, p arch.Peer, path arch.Path, ports arch.Ports) []arch.Peer {
	v4, v6 := ports.Families()
	switch {
	case p.Kind == arch.Internet || p.Kind == arch.Domain: // Only a firewall can tell a name.
		var out []arch.Peer
		for _, b := range address.Anywhere(m) {
			if b.IPv6 && v6 || !b.IPv6 && v4 {
				out = append(out, b.Peer(m))
			}
		}
		return out
	case p.Kind.IsTier() && path.Kind == arch.Inspected:
		// References to groups do not match through a firewall endpoint (VPC User Guide, security group rules). Until the
		// endpoint is in force traffic goes the direct way, and the reference stays beside the blocks.
		var out []arch.Peer
		if v4 { // Dual-stack networks are not inspected.
			blocks, _ := address.Of(m, p)
			out = address.Peers(m, blocks)
		}
		if path.Mode != arch.Enforce {
			out = append(out, p)
		}
		return out
	}
	return m.Rest(p)
}

// halved names every address as two halves in egress rules of all traffic. CloudFormation takes a rule on the whole for AWS's
// own rule, and removes it when it makes a standalone egress rule of the group.
func halved(peers []arch.Peer, ports arch.Ports) []arch.Peer {
	if !ports.IsAll() {
		return peers
	}
	var out []arch.Peer
	for _, p := range peers {
		switch p.Text {
		case everywhere4:
			out = append(out, blockPeer("0.0.0.0/1"), blockPeer("128.0.0.0/1"))
		case everywhere6:
			out = append(out, blockPeer("::/1"), blockPeer("8000::/1"))
		default:
			out = append(out, p)
		}
	}
	return out
}

func blockPeer(prefix string) arch.Peer {
	return arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: prefix}}
}
