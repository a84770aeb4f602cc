package plantest

import (
	"encoding/binary"
	"net/netip"
	"slices"

	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/arch"
)

var everyZone = []string{"eu-west-1a", "eu-west-1b", "eu-west-1c", "eu-west-1d"}

// otherZones draws other zones, in any order. Exact subnets are listed in the order of the zones, so they are listed anew:
// each zone that stays keeps its subnet.
func otherZones(t *rapid.T, a *arch.Architecture) []string {
	n := &a.Network
	n.Zones = rapid.Permutation(everyZone).Draw(t, "zones")[:rapid.IntRange(1, len(everyZone)).Draw(t, "count")]
	n.FirewallSubnets = slotsIn(n.Zones, n.FirewallSubnets)
	n.TransitSubnets = slotsIn(n.Zones, n.TransitSubnets)
	n.IngressSubnets = slotsIn(n.Zones, n.IngressSubnets)
	if n.NAT == arch.NATSingle {
		n.NATSubnets = slotsIn([]string{slices.Min(n.Zones)}, n.NATSubnets)
	} else {
		n.NATSubnets = slotsIn(n.Zones, n.NATSubnets)
	}
	a.Tiers = slices.Clone(a.Tiers)
	for i := range a.Tiers {
		a.Tiers[i].Subnets = slotsIn(n.Zones, a.Tiers[i].Subnets)
	}
	return nil
}

// slotsIn returns the subnets of zones in the block of which the exact subnets are slots. It returns none for none.
func slotsIn(zones, exact []string) []string {
	if len(exact) == 0 {
		return nil
	}
	var out []string
	for _, zone := range zones {
		slot, err := arch.ZoneSlot(zone)
		if err != nil {
			panic(err)
		}
		out = append(out, slotOf(netip.MustParsePrefix(exact[0]), slot).String())
	}
	return out
}

// slotOf returns a slot of the block in which another slot is.
func slotOf(other netip.Prefix, slot int) netip.Prefix {
	bytes := other.Addr().As4()
	index := binary.BigEndian.Uint32(bytes[:]) >> (32 - other.Bits())
	index += uint32(slot) - index%arch.MaxZones
	binary.BigEndian.PutUint32(bytes[:], index<<(32-other.Bits()))
	return netip.PrefixFrom(netip.AddrFrom4(bytes), other.Bits())
}
