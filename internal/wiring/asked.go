package wiring

import (
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
)

// The methods below are for constructs that stand in a tier. Those about flows are called at synth, after all wiring.

// HasFlowIn reports whether declared flows let somebody use a service of the tier, in all of the service's parts.
func (t *Tier) HasFlowIn(service string) bool {
	asked, err := arch.ParseService(service)
	return err == nil && !slices.ContainsFunc(asked, func(p arch.Ports) bool {
		return !t.hasFlow(p, func(f arch.Flow) bool { return f.To == arch.TierPeer(t.kind, t.id) })
	})
}

// HasFlowOut reports whether a declared flow lets the tier open connections to somebody who is no tier on a TCP port.
func (t *Tier) HasFlowOut(port int) bool {
	return t.hasFlow(arch.Ports{Protocol: arch.TCP, From: port, To: port}, func(f arch.Flow) bool {
		return f.From == arch.TierPeer(t.kind, t.id) && !f.To.Kind.IsTier()
	})
}

func (t *Tier) hasFlow(asked arch.Ports, fits func(arch.Flow) bool) bool {
	if t.net == nil {
		return false
	}
	for _, f := range t.net.flows {
		ports, err := arch.ParseService(f.Service)
		if err != nil || !fits(f) {
			continue
		}
		if (arch.CheckedFlow{Flow: f, Ports: ports}).Allows(asked) {
			return true
		}
	}
	return false
}

// FacesInternet reports whether the tier is a public one.
func (t *Tier) FacesInternet() bool { return t.declared.FacesInternet() }

// VisitorCode spells, as Go code, somebody who may come to the tier.
func (t *Tier) VisitorCode() string { return t.declared.VisitorCode() }
