package address

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
)

// Subnet is one subnet of the address plan.
type Subnet struct {
	// Key identifies it. It is a function of its addresses within the network alone, never of the tier that lives there.
	Key  string
	Zone arch.Zone
	// Prefix is its IPv4 block; zero where IPAM gives the network's range at deployment.
	Prefix netip.Prefix
	// Bits and Index say the same relative to the range: the Index-th block of length Bits in it. Index is -1 for an exact
	// subnet.
	Bits, Index int
	// IPv6 is the place of its /64 in the /56 of a dual-stack network, -1 if it has none.
	IPv6 int
}

// Subnets returns the subnets that each tier uses, by tier id. Imported tiers are not in it.
func Subnets(m *arch.Model) map[string][]Subnet {
	out := map[string][]Subnet{}
	for _, t := range m.Tiers {
		if t.Imported == nil {
			out[t.ID] = TierSubnets(m, subnetOwner(m, t))
		}
	}
	return out
}

// TierSubnets returns the subnets that a tier owns, one for each zone. It is empty for a tier that owns none.
func TierSubnets(m *arch.Model, t arch.Tier) []Subnet {
	if m.Network.Wrapped {
		return nil
	}
	if len(t.Subnets) > 0 {
		return inZones(m, t.Subnets, m.Network.Zones, func(prefix netip.Prefix) string { return tierKey(m, prefix) })
	}
	number := BlockNumber(t)
	if number == 0 {
		return nil
	}
	bits := slotBits(m)
	var out []Subnet
	for _, zone := range m.Zones {
		index := number*arch.MaxZones + zone.Slot
		out = append(out, Subnet{
			Key: slotKey(index), Zone: zone,
			Prefix: cut(m.Prefix, bits, index), Bits: bits, Index: index, IPv6: ipv6Index(m, number, zone),
		})
	}
	return out
}

// inZones pairs exact subnets with zones, in the order of their declaration.
func inZones(m *arch.Model, subnets, zones []string, key func(netip.Prefix) string) []Subnet {
	var out []Subnet
	for i, text := range subnets {
		prefix, err := m.ExactSubnet(text)
		if err != nil || i >= len(zones) {
			continue
		}
		at := slices.IndexFunc(m.Zones, func(z arch.Zone) bool { return z.Name == zones[i] })
		if at < 0 {
			continue
		}
		out = append(out, Subnet{Key: key(prefix), Zone: m.Zones[at], Prefix: prefix, Bits: prefix.Bits(), Index: -1, IPv6: -1})
	}
	slices.SortFunc(out, func(a, b Subnet) int { return a.Zone.Slot - b.Zone.Slot })
	return out
}

// slotKey is the key of the subnet at a place among the slots of all blocks.
func slotKey(index int) string {
	return fmt.Sprintf("Block%dSlot%d", index/arch.MaxZones, index%arch.MaxZones)
}

// tierKey is the key of a tier's exact subnet. If the subnet is a slot of a block, it has the key of the slot, so that
// stating it exactly renames nothing. The slot may be of a zone that the network does not have.
func tierKey(m *arch.Model, prefix netip.Prefix) string {
	index := indexIn(m.Prefix, prefix)
	if prefix.Bits() == slotBits(m) && index >= arch.MaxZones { // The slots before are block 0.
		return slotKey(index)
	}
	return exactKey(prefix)
}

// exactKey is the key of a subnet that is no slot.
func exactKey(prefix netip.Prefix) string {
	return "Exact" + strings.NewReplacer(".", "-", "/", "-").Replace(prefix.String())
}
