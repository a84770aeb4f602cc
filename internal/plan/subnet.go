package plan

import (
	"fmt"
	"math/bits"
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

// Purpose is what a subnet that is no tier's is for. Such subnets are in block 0, or exactly stated.
type Purpose int

// The purposes, in the order of their quarters of block 0.
const (
	ForNAT      Purpose = iota
	ForFirewall         // endpoints for egress and between tiers
	ForTransit          // attachments to transit gateways
	ForIngress          // firewall endpoints for what comes in from the internet
)

var purposeNames = [...]string{ForNAT: "NAT", ForFirewall: "Firewall", ForTransit: "Transit", ForIngress: "Ingress"}

// purposeSlotKey is the key of the subnet at a place among the slots of block 0.
func purposeSlotKey(index int) string {
	return fmt.Sprintf("%sSlot%d", purposeNames[index/arch.MaxZones], index%arch.MaxZones)
}

// defaultBlock is the block of the first tier of each kind. Block 0 is for the purposes above.
var defaultBlock = map[arch.Kind]int{arch.Edge: 1, arch.Web: 2, arch.App: 3, arch.Data: 4, arch.Bastion: 5}

// BlockOf returns the number of the block that the tier owns: its own, or its kind's default; 0 where it has exact
// subnets, shares another's, or is imported.
func BlockOf(t arch.Tier) int {
	switch {
	case t.Imported != nil || t.SharesWith != "" || len(t.Subnets) > 0:
		return 0
	case t.Block != 0:
		return t.Block
	}
	return defaultBlock[t.Kind]
}

// BlockPrefix returns the IPv4 block of the given number, zero where the range is symbolic.
func BlockPrefix(m *arch.Model, block int) netip.Prefix {
	return cut(m.Prefix, m.Network.Bits+log2(m.Network.Blocks), block)
}

// TierSubnets returns the subnets that a tier owns, one for each zone. It is empty for a tier that owns none.
func TierSubnets(m *arch.Model, t arch.Tier) []Subnet {
	if m.Network.Wrapped {
		return nil
	}
	if len(t.Subnets) > 0 {
		return exactSubnets(m, t)
	}
	block := BlockOf(t)
	if block == 0 {
		return nil
	}
	bits := m.Network.Bits + log2(m.Network.Blocks) + log2(arch.MaxZones)
	var out []Subnet
	for _, zone := range m.Zones {
		index := block*arch.MaxZones + zone.Slot
		out = append(out, Subnet{
			Key: slotKey(index), Zone: zone,
			Prefix: cut(m.Prefix, bits, index), Bits: bits, Index: index, IPv6: ipv6Index(m, block, zone),
		})
	}
	return out
}

// slotKey is the key of the subnet at a place among the slots of all blocks.
func slotKey(index int) string {
	return fmt.Sprintf("Block%dSlot%d", index/arch.MaxZones, index%arch.MaxZones)
}

// PurposeSubnets returns the subnets that are for p, one for each zone; of exact ones for NAT, one for each NAT gateway.
func PurposeSubnets(m *arch.Model, p Purpose) []Subnet {
	if exact := StatedSubnets(m, p); len(exact) > 0 {
		return inZones(m, exact, purposeZones(m, p), func(prefix netip.Prefix) string { return purposeKey(m, p, prefix) })
	}
	bits := m.Network.Bits + log2(m.Network.Blocks) + 2*log2(arch.MaxZones)
	var out []Subnet
	for _, zone := range m.Zones {
		index := int(p)*arch.MaxZones + zone.Slot
		s := Subnet{
			Key: purposeSlotKey(index), Zone: zone,
			Prefix: cut(m.Prefix, bits, index), Bits: bits, Index: index, IPv6: -1,
		}
		if p == ForFirewall { // The others need no IPv6 addresses of their own.
			s.IPv6 = ipv6Index(m, 0, zone)
		}
		out = append(out, s)
	}
	return out
}

// StatedSubnets returns the exact subnets that the network states for p, none if they are planned.
func StatedSubnets(m *arch.Model, p Purpose) []string {
	switch n := m.Network; p {
	case ForNAT:
		return n.NATSubnets
	case ForFirewall:
		return n.FirewallSubnets
	case ForTransit:
		return n.TransitSubnets
	default:
		return n.IngressSubnets
	}
}

// purposeZones are the zones that exact subnets for p are in, in the order of their declaration. A single NAT gateway is in the zone
// with the first place.
func purposeZones(m *arch.Model, p Purpose) []string {
	if p == ForNAT && m.Network.NAT == arch.NATSingle && len(m.Zones) > 0 {
		return []string{m.Zones[0].Name}
	}
	return m.Network.Zones
}

// ipv6Index places a /64: the /56 is cut into as many blocks as the IPv4 range.
func ipv6Index(m *arch.Model, block int, zone arch.Zone) int {
	if !m.Network.IPv6 {
		return -1
	}
	return block*(256/m.Network.Blocks) + zone.Slot
}

// exactSubnets pairs the tier's subnets with the zones.
func exactSubnets(m *arch.Model, t arch.Tier) []Subnet {
	return inZones(m, t.Subnets, m.Network.Zones, func(prefix netip.Prefix) string { return tierKey(m, prefix) })
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

// tierKey is the key of a tier's exact subnet. A slot of a block, be it that of a zone the network does not have, has the slot's key,
// so that stating it exactly renames nothing.
func tierKey(m *arch.Model, prefix netip.Prefix) string {
	slotBits := m.Network.Bits + log2(m.Network.Blocks) + log2(arch.MaxZones)
	if index := indexIn(m.Prefix, prefix); prefix.Bits() == slotBits && index >= arch.MaxZones { // Those before are block 0.
		return slotKey(index)
	}
	return exactKey(prefix)
}

// purposeKey is the same of an exact subnet for a purpose, with the purpose's own slots.
func purposeKey(m *arch.Model, p Purpose, prefix netip.Prefix) string {
	slotBits := m.Network.Bits + log2(m.Network.Blocks) + 2*log2(arch.MaxZones)
	if index := indexIn(m.Prefix, prefix); prefix.Bits() == slotBits && index/arch.MaxZones == int(p) {
		return purposeSlotKey(index)
	}
	return exactKey(prefix)
}

// exactKey is the key of a subnet that is no slot.
func exactKey(prefix netip.Prefix) string {
	return "Exact" + strings.NewReplacer(".", "-", "/", "-").Replace(prefix.String())
}

// tierSubnets returns every own tier's subnets.
func tierSubnets(m *arch.Model) map[string][]Subnet {
	out := map[string][]Subnet{}
	for _, t := range m.Tiers {
		owner := t
		if t.SharesWith != "" {
			owner, _ = m.Tier(t.SharesWith)
		}
		if t.Imported == nil {
			out[t.ID] = TierSubnets(m, owner)
		}
	}
	return out
}

// indexIn returns which of the blocks of q's length in p is q.
func indexIn(p, q netip.Prefix) int {
	return int((addressNumber(q.Addr()) - addressNumber(p.Addr())) >> (32 - q.Bits()))
}

// addressNumber is an IPv4 address as a number.
func addressNumber(a netip.Addr) uint32 {
	base := a.As4()
	return uint32(base[0])<<24 | uint32(base[1])<<16 | uint32(base[2])<<8 | uint32(base[3])
}

// cut returns the index-th block of the given length in p, zero for a zero p.
func cut(p netip.Prefix, bits, index int) netip.Prefix {
	if !p.IsValid() || bits > 32 {
		return netip.Prefix{}
	}
	n := addressNumber(p.Addr()) + uint32(index)<<(32-bits)
	addr := netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
	return netip.PrefixFrom(addr, bits)
}

// log2 of a power of two.
func log2(n int) int { return bits.TrailingZeros(uint(n)) }
