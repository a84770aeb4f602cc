package wiring

import (
	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/address"
	webplan "github.com/tierwall/tierwall/internal/plan/webacl"
)

// Protector is a web ACL that is wired onto a tier. Package waf has the only one.
type Protector interface {
	// Fill gives the web ACL its rules. block turns a block of the plan into what a template holds.
	Fill(a webplan.ACL, block func(address.Block) *string)
}

// protection is a web ACL and what was declared of it.
type protection struct {
	arch.Protection
	by Protector
}

// AddProtector wires a web ACL onto the tier.
func (t *Tier) AddProtector(declared arch.Protection, by Protector) {
	t.net.MustBeOpen(declared.At)
	declared.Tier = t.id
	t.net.protections = append(t.net.protections, protection{declared, by})
}

// protected puts the web ACLs into the model's words.
func (n *Network) protected() []arch.Protection {
	peers := func(list []arch.Peer) []arch.Peer {
		var out []arch.Peer
		for _, p := range list {
			p.Operand = n.operand(p.Text)
			out = append(out, p)
		}
		return out
	}
	var out []arch.Protection
	for _, p := range n.protections {
		declared := p.Protection
		declared.BlockedSources, declared.Serves.AdminSources = peers(declared.BlockedSources), peers(declared.Serves.AdminSources)
		out = append(out, declared)
	}
	return out
}

// emitWebACLs fills the web ACLs.
func (n *Network) emitWebACLs() {
	for _, p := range n.protections {
		if a, ok := n.plan.WebACL(p.Tier); ok {
			p.by.Fill(a, n.block)
		}
	}
}
