package wiring

import (
	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/address"
	webplan "github.com/tierwall/tierwall/internal/plan/webacl"
)

// Protector is a web ACL that protects a tier. Package waf has the only implementation.
type Protector interface {
	// Fill sets the rules of the web ACL. block returns a block of the plan as a template has it.
	Fill(a webplan.ACL, block func(address.Block) *string)
	// MetricName returns the name that metrics have for the web ACL.
	MetricName() *string
	// Protects returns the ARN of the resource that it protects, or nil if that is not known.
	Protects() *string
}

// protection is a web ACL and its declaration.
type protection struct {
	arch.Protection
	by Protector
}

// AddProtector adds a web ACL to the tier.
func (t *Tier) AddProtector(declared arch.Protection, by Protector) {
	t.net.MustBeOpen(declared.At)
	declared.Tier = t.id
	t.net.protections = append(t.net.protections, protection{declared, by})
}

// protected returns the web ACLs in the model's terms.
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

// emitWebACLs sets the rules of the web ACLs.
func (n *Network) emitWebACLs() {
	for _, p := range n.protections {
		if a, ok := n.plan.WebACL(p.Tier); ok {
			p.by.Fill(a, n.block)
		}
	}
}
