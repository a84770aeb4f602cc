// Package address holds the address plan of a network: its blocks and subnets, who owns which, and which addresses a peer has.
//
// It knows the declared architecture alone. It must not know what any control does with addresses.
package address

import (
	"github.com/tierwall/tierwall/internal/arch"
)

// Of returns the blocks that hold the addresses of a peer, IPv4 first. A block around the network means the rest of it. It
// reports false if the addresses are not known here: those of a domain name, of a prefix list, of an imported tier, and of
// the tiers of a wrapped VPC.
//
// Package proof finds the addresses of a tier on its own, in the templates, on purpose: taken from here, they would prove
// themselves right.
func Of(m *arch.Model, p arch.Peer) (blocks []Block, known bool) {
	switch {
	case p.Kind == arch.Internet:
		return Anywhere(m), true
	case p.Kind == arch.CIDR:
		for _, rest := range m.Rest(p) {
			blocks = append(blocks, Stated(rest))
		}
		return blocks, true
	case !p.Kind.IsTier() || m.Network.Wrapped:
		return nil, false
	}
	t, _ := m.Tier(p.Text)
	return ofTier(m, t), t.Imported == nil
}

// Anywhere is every address of the families that a network has.
func Anywhere(m *arch.Model) []Block {
	if m.Network.IPv6 {
		return []Block{Everywhere(false), Everywhere(true)}
	}
	return []Block{Everywhere(false)}
}

// ofTier returns the blocks that hold a tier's addresses: its own block or its exact subnets, or those of the tier that it
// shares with; none of an imported tier. Exact subnets have IPv4 addresses alone.
func ofTier(m *arch.Model, t arch.Tier) []Block {
	t = subnetOwner(m, t)
	if len(t.Subnets) > 0 {
		var out []Block
		for _, s := range TierSubnets(m, t) {
			out = append(out, Literal(s.Prefix))
		}
		return out
	}
	number := BlockNumber(t)
	switch {
	case number == 0:
		return nil
	case m.Network.IPv6:
		return []Block{numbered(m, number), numbered6(m, number)}
	}
	return []Block{numbered(m, number)}
}

// subnetOwner is the tier whose subnets t uses.
func subnetOwner(m *arch.Model, t arch.Tier) arch.Tier {
	if t.SharesWith != "" {
		t, _ = m.Tier(t.SharesWith)
	}
	return t
}
