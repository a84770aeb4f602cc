package tiers

import (
	"github.com/tierwall/tierwall/internal/arch"
)

// HasFlow reports whether a declared flow lets from open connections to a tier on a TCP port; nil is anybody. HasFlowOut is the same for
// what a tier opens to anybody. They are for the constructs of this module, to be asked at synth.
func HasFlow(from, to Tier, port int) bool {
	return hasFlow(to, port, func(f arch.Flow, t *tier) bool {
		return f.To == arch.TierPeer(t.kind, t.id) && (from == nil || f.From == from.end().Peer)
	})
}

// HasFlowOut reports whether a declared flow lets a tier open connections to somebody who is no tier on a TCP port.
func HasFlowOut(from Tier, port int) bool {
	return hasFlow(from, port, func(f arch.Flow, t *tier) bool {
		return f.From == arch.TierPeer(t.kind, t.id) && !f.To.Kind.IsTier()
	})
}

func hasFlow(of Tier, port int, fits func(arch.Flow, *tier) bool) bool {
	t := of.end().tier
	if t == nil || t.net == nil {
		return false
	}
	for _, f := range t.net.flows {
		ports, err := arch.ParseService(f.Service)
		if err != nil || !fits(f, t) {
			continue
		}
		for _, p := range ports {
			if p.Contains(arch.Ports{Protocol: arch.TCP, From: port, To: port}) {
				return true
			}
		}
	}
	return false
}

// FiltersAddresses reports whether the tier's subnets have network ACLs of their own, which know blocks and no groups. It is for the
// constructs of this module.
func FiltersAddresses(of Tier) bool {
	t := of.end().tier
	return t != nil && t.net != nil && !t.net.declared.Wrapped && t.net.declared.NetworkACLs == arch.NetworkACLsOn
}

// FacesInternet reports whether an edge tier is a public one. It is for the constructs of this module.
func FacesInternet(t *EdgeTier) bool { return t.declared.FacesInternet() }

// VisitorCode spells, as Go code, somebody who may come to an edge tier. It is for the constructs of this module.
func VisitorCode(t *EdgeTier) string { return t.declared.VisitorCode() }
