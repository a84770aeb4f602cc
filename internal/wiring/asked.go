package wiring

import (
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
)

// The methods below are for constructs in a tier. HasFlowIn and HasFlowOut are called at synthesis, when everything is wired.

// HasFlowIn reports whether declared flows lead to the tier for every part of a service.
func (t *Tier) HasFlowIn(service string) bool {
	asked, err := arch.ParseService(service)
	return err == nil && !slices.ContainsFunc(asked, func(p arch.Ports) bool {
		return !t.hasFlow(p, func(f arch.Flow) bool { return f.To == arch.TierPeer(t.kind, t.id) })
	})
}

// HasFlowOut reports whether a declared flow leads from the tier to a peer other than a tier on a TCP port.
func (t *Tier) HasFlowOut(port int) bool {
	return t.hasFlow(arch.Ports{Protocol: arch.TCP, From: port, To: port}, func(f arch.Flow) bool {
		return f.From == arch.TierPeer(t.kind, t.id) && !f.To.Kind.IsTier()
	})
}

// hasFlow reports whether a flow that fits covers the ports.
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

// FacesInternet reports whether the tier is public.
func (t *Tier) FacesInternet() bool { return t.declared.FacesInternet() }

// VisitorCode returns the Go expression for a peer that may reach the tier.
func (t *Tier) VisitorCode() string { return t.declared.VisitorCode() }
