package tiers

import (
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
)

// HasFlow reports whether a declared flow lets from use a service of a tier, in all of its parts; nil is anybody. HasFlowOut is the same
// for what a tier opens to anybody. They are for the constructs of this module, to be asked at synth.
func HasFlow(from, to Tier, service Service) bool {
	asked, err := arch.ParseService(string(service))
	return err == nil && !slices.ContainsFunc(asked, func(p arch.Ports) bool { return !hasFlowFrom(from, to, p) })
}

func hasFlowFrom(from, to Tier, ports arch.Ports) bool {
	return hasFlow(to, ports, func(f arch.Flow, t *tier) bool {
		return f.To == arch.TierPeer(t.kind, t.id) && (from == nil || f.From == from.end().Peer)
	})
}

// HasFlowOut reports whether a declared flow lets a tier open connections to somebody who is no tier on a TCP port.
func HasFlowOut(from Tier, port int) bool {
	return hasFlow(from, arch.Ports{Protocol: arch.TCP, From: port, To: port}, func(f arch.Flow, t *tier) bool {
		return f.From == arch.TierPeer(t.kind, t.id) && !f.To.Kind.IsTier()
	})
}

func hasFlow(of Tier, asked arch.Ports, fits func(arch.Flow, *tier) bool) bool {
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
			if p.Contains(asked) {
				return true
			}
		}
	}
	return false
}

// FacesInternet reports whether an edge tier is a public one. It is for the constructs of this module.
func FacesInternet(t *EdgeTier) bool { return t.declared.FacesInternet() }

// VisitorCode spells, as Go code, somebody who may come to an edge tier. It is for the constructs of this module.
func VisitorCode(t *EdgeTier) string { return t.declared.VisitorCode() }
