package arch

import (
	"net/netip"
	"slices"
)

// Model is an architecture in which every text is parsed and every name is known. Tiers and flows have an order that does
// not depend on the order of declaration.
type Model struct {
	Network Network      // with its defaults filled in
	Prefix  netip.Prefix // the parsed Range; zero where that is symbolic or the network is wrapped
	Zones   []Zone       // by slot
	Tiers   []Tier       // by id
	Flows   []Flow       // by Compare, each with Ports set; flows declared twice are one, with both positions
	// Protections are by tier.
	Protections []Protection
	Grants      []Grant    // by tier
	Roles       []TierRole // by tier and ARN
	// ClientAddresses are by their tiers and ports.
	ClientAddresses []ClientAddresses
	index           map[string]int
}

// Tier returns the tier of the given id, false if there is none.
func (m *Model) Tier(id string) (Tier, bool) {
	i, ok := m.index[id]
	if !ok {
		return Tier{}, false
	}
	return m.Tiers[i], true
}

// Architecture is what was declared, without what follows from it.
func (m *Model) Architecture() Architecture {
	return Architecture{
		Network: m.Network, Protections: m.Protections, Grants: m.Grants, Roles: m.Roles, ClientAddresses: m.ClientAddresses,
		Tiers: slices.DeleteFunc(slices.Clone(m.Tiers), func(t Tier) bool { return t.Kind == Endpoint }),
		Flows: slices.DeleteFunc(slices.Clone(m.Flows), func(f Flow) bool { return f.To.Kind == Endpoint || f.Path.Kind == ByGatewayEndpoint }),
	}
}
