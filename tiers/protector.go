package tiers

import (
	"reflect"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan/address"
	webplan "github.com/tierwall/tierwall/internal/plan/webacl"
)

// Protector is a web ACL that is wired onto a tier. waf.Protect makes one; its methods take values that only this module has.
type Protector interface {
	// Fill gives the web ACL its rules. block turns a block of the plan into what a template holds.
	Fill(a webplan.ACL, block func(address.Block) *string)
}

// protection is a web ACL and what was declared of it.
type protection struct {
	arch.Protection
	by Protector
}

// AddProtector wires a web ACL onto a tier. It is called by waf.Protect. blocked may not come, and admins are the only ones on paths for
// administrators. It panics if the tier is nil or was not made by its New function.
func AddProtector(t Tier, declared arch.Protection, blocked, admins []BlockPeer, by Protector) {
	if v := reflect.ValueOf(t); t == nil || v.Kind() == reflect.Pointer && v.IsNil() || t.end().tier.net == nil {
		panic(diag.Diagnostic{Summary: "the tier to protect is nil or was not made by its New function", At: []diag.Position{declared.At}}.String())
	}
	own := t.end().tier
	own.net.mustBeOpen(declared.At)
	declared.Tier = own.id
	for _, b := range blocked {
		declared.BlockedSources = append(declared.BlockedSources, b.end().Peer)
	}
	for _, b := range admins {
		declared.Serves.AdminSources = append(declared.Serves.AdminSources, b.end().Peer)
	}
	own.net.protections = append(own.net.protections, protection{declared, by})
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
