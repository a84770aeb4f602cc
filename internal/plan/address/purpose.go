package address

import (
	"fmt"
	"net/netip"

	"github.com/tierwall/tierwall/internal/arch"
)

// Purpose is what the network uses a subnet for that belongs to no tier. Such subnets are in block 0, or stated exactly.
type Purpose int

// The purposes, in the order of their quarters of block 0.
const (
	ForNAT      Purpose = iota
	ForFirewall         // endpoints for egress and between tiers
	ForTransit          // attachments to transit gateways
	ForIngress          // firewall endpoints for what comes in from the internet
)

var purposeNames = [...]string{ForNAT: "NAT", ForFirewall: "Firewall", ForTransit: "Transit", ForIngress: "Ingress"}

var purposeWords = [...]string{
	ForNAT: "a NAT gateway", ForFirewall: "a firewall endpoint", ForTransit: "a transit gateway's attachment",
	ForIngress: "the firewall endpoint of what comes in",
}

// purposeFileKeys are the keys of architecture.yaml that state exact subnets for purposes.
var purposeFileKeys = [...]string{
	ForNAT: "natSubnets", ForFirewall: "firewallSubnets", ForTransit: "transitSubnets", ForIngress: "ingressSubnets",
}

// subnetsOf names what states exact subnets for a purpose.
func subnetsOf(m *arch.Model, p Purpose) string {
	return m.Network.Say(purposeNames[p]+"Subnets", purposeFileKeys[p])
}

// PurposeSubnets returns the subnets for p, one for each zone. Exact subnets for NAT are one for each NAT gateway.
func PurposeSubnets(m *arch.Model, p Purpose) []Subnet {
	if exact := stated(m, p); len(exact) > 0 {
		return inZones(m, exact, purposeZones(m, p), func(prefix netip.Prefix) string { return purposeKey(m, p, prefix) })
	}
	bits := purposeBits(m)
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

// stated returns the exact subnets that the network states for p. There are none if the subnets are planned.
func stated(m *arch.Model, p Purpose) []string {
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

// purposeZones are the zones of exact subnets for p, in the order of their declaration. A single NAT gateway is in the zone
// with the first place.
func purposeZones(m *arch.Model, p Purpose) []string {
	if p == ForNAT && m.Network.NAT == arch.NATSingle && len(m.Zones) > 0 {
		return []string{m.Zones[0].Name}
	}
	return m.Network.Zones
}

// purposeBits is the length of the planned subnets in block 0.
func purposeBits(m *arch.Model) int { return slotBits(m) + log2(arch.MaxZones) }

// purposeSlotKey is the key of the subnet at a place among the slots of block 0.
func purposeSlotKey(index int) string {
	return fmt.Sprintf("%sSlot%d", purposeNames[index/arch.MaxZones], index%arch.MaxZones)
}

// purposeKey is the key of an exact subnet for p. If the subnet is a planned one for p, it has the key of that.
func purposeKey(m *arch.Model, p Purpose, prefix netip.Prefix) string {
	index := indexIn(m.Prefix, prefix)
	if prefix.Bits() == purposeBits(m) && index/arch.MaxZones == int(p) {
		return purposeSlotKey(index)
	}
	return exactKey(prefix)
}
