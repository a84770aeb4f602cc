package address

import (
	"math/bits"
	"net/netip"

	"github.com/tierwall/tierwall/internal/arch"
)

// defaultNumber is the number of the block of the first tier of each kind. Block 0 is for the network's own purposes.
var defaultNumber = map[arch.Kind]int{arch.Edge: 1, arch.Web: 2, arch.App: 3, arch.Data: 4, arch.Bastion: 5}

// BlockNumber returns the number of the block that a tier owns: its own, or the default of its kind. It is 0 for a tier that
// has exact subnets, shares those of another tier, or is imported.
func BlockNumber(t arch.Tier) int {
	switch {
	case t.Imported != nil || t.SharesWith != "" || len(t.Subnets) > 0:
		return 0
	case t.Block != 0:
		return t.Block
	}
	return defaultNumber[t.Kind]
}

// BlockPrefix returns the IPv4 block with a number. It is zero where only a deployment knows the network's range.
func BlockPrefix(m *arch.Model, number int) netip.Prefix { return cut(m.Prefix, blockBits(m), number) }

// blockBits is the length of the IPv4 blocks.
func blockBits(m *arch.Model) int { return m.Network.Bits + log2(m.Network.Blocks) }

// slotBits is the length of the IPv4 subnets of a block, one for each zone.
func slotBits(m *arch.Model) int { return blockBits(m) + log2(arch.MaxZones) }

// ipv6Index places a /64: the /56 is cut into as many blocks as the IPv4 range.
func ipv6Index(m *arch.Model, number int, zone arch.Zone) int {
	if !m.Network.IPv6 {
		return -1
	}
	return number*(256/m.Network.Blocks) + zone.Slot
}

// indexIn returns the place of q among the blocks of its length in p.
func indexIn(p, q netip.Prefix) int {
	return int((ipv4Number(q.Addr()) - ipv4Number(p.Addr())) >> (32 - q.Bits()))
}

// ipv4Number is an IPv4 address as a number.
func ipv4Number(a netip.Addr) uint32 {
	base := a.As4()
	return uint32(base[0])<<24 | uint32(base[1])<<16 | uint32(base[2])<<8 | uint32(base[3])
}

// cut returns the index-th block of a length in p, zero for a zero p.
func cut(p netip.Prefix, length, index int) netip.Prefix {
	if !p.IsValid() || length > 32 {
		return netip.Prefix{}
	}
	n := ipv4Number(p.Addr()) + uint32(index)<<(32-length)
	addr := netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
	return netip.PrefixFrom(addr, length)
}

// log2 of a power of two.
func log2(n int) int { return bits.TrailingZeros(uint(n)) }
