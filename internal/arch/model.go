package arch

import (
	"net/netip"
	"slices"
)

// Model is a checked architecture: every text is parsed, every name is known, and the order of its tiers and flows does not depend on the
// order of declaration.
type Model struct {
	Network Network      // with its defaults filled in
	Prefix  netip.Prefix // the parsed Range; zero where that is symbolic or the network is wrapped
	Zones   []Zone       // by slot
	Tiers   []Tier       // by id
	// Flows are by Compare. A flow that is declared twice is here once, with both positions.
	Flows []CheckedFlow
	// Protections are by tier.
	Protections []Protection
	Grants      []Grant    // by tier
	Roles       []TierRole // by tier and ARN
	// ClientAddresses are by their tiers and ports.
	ClientAddresses []CheckedClientAddresses
	Policies        []DataPolicy // by name

	index    map[string]int // of Tiers, by id
	declared map[string]int // places of tiers in the order of declaration, by id
}

// Tier returns the tier of the given id, false if there is none.
func (m *Model) Tier(id string) (Tier, bool) {
	i, ok := m.index[id]
	if !ok {
		return Tier{}, false
	}
	return m.Tiers[i], true
}

// CompareDeclared orders tiers as they were declared, which only messages may depend on.
func (m *Model) CompareDeclared(a, b Tier) int { return m.declared[a.ID] - m.declared[b.ID] }

// Architecture returns what was declared, without the tiers and flows that follow from grants.
func (m *Model) Architecture() Architecture {
	a := Architecture{
		Network: m.Network, Protections: m.Protections, Grants: m.Grants, Roles: m.Roles, Policies: m.Policies,
		Tiers: slices.DeleteFunc(slices.Clone(m.Tiers), func(t Tier) bool { return t.Kind == Endpoint }),
	}
	if m.Flows != nil {
		a.Flows = []Flow{}
	}
	for _, f := range m.Flows {
		if f.To.Kind != Endpoint && f.Path.Kind != ByGatewayEndpoint {
			a.Flows = append(a.Flows, f.Flow)
		}
	}
	for _, kept := range m.ClientAddresses {
		a.ClientAddresses = append(a.ClientAddresses, kept.ClientAddresses)
	}
	return a
}
