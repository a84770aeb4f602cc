package plan

import (
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// purposes are the purposes that routes need subnets for, with these subnets.
func purposes(m *arch.Model, routes []Route, nat []address.Subnet) map[address.Purpose][]address.Subnet {
	out := map[address.Purpose][]address.Subnet{address.ForNAT: nat}
	if slices.ContainsFunc(routes, func(r Route) bool { return r.Gateway.Kind == arch.TransitGateway }) {
		out[address.ForTransit] = address.PurposeSubnets(m, address.ForTransit)
	}
	if inspects(m, arch.IngressPath) {
		out[address.ForIngress] = address.PurposeSubnets(m, address.ForIngress)
	}
	if inspects(m, arch.EgressPath|arch.EastWestPath) {
		out[address.ForFirewall] = address.PurposeSubnets(m, address.ForFirewall)
	}
	return out
}

// CheckAsked checks that no exact subnet overlaps the planned subnets of purposes that somebody asked for without a flow that
// needs them. Make has checked all other purposes.
func (p *Plan) CheckAsked(asked ...address.Purpose) diag.List {
	used := purposes(p.Model, p.Routes, p.NAT)
	more := map[address.Purpose][]address.Subnet{}
	for _, purpose := range asked {
		if len(used[purpose]) == 0 {
			more[purpose] = address.PurposeSubnets(p.Model, purpose)
		}
	}
	return address.CheckPlanned(p.Model, more)
}
