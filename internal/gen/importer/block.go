package importer

import (
	"net/netip"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/gen/document"
)

// usualBlock are the blocks of the kinds.
var usualBlock = map[string]int{
	arch.Edge.String(): 1, arch.Web.String(): 2, arch.App.String(): 3, arch.Data.String(): 4, arch.Bastion.String(): 5,
}

// planBlocks gives a block to each tier that has no subnets of its own, if the usual one of its kind is taken.
func planBlocks(d *document.Document) {
	whole, err := netip.ParsePrefix(d.Network.CIDR)
	if err != nil && d.Network.IPAM == nil || d.Network.VPC != nil {
		return
	}
	for _, count := range []int{16, 32, 64} {
		if d.Network.Blocks = 0; count > 16 {
			d.Network.Blocks = count
		}
		if tryBlocks(d, whole, count) {
			return
		}
	}
}

// tryBlocks reports whether there are enough blocks.
func tryBlocks(d *document.Document, whole netip.Prefix, count int) bool {
	taken := map[int]bool{0: true}
	for n := range count {
		taken[n] = taken[n] || isTaken(d, whole, n, count)
	}
	reserved := map[int]bool{}
	for _, n := range usualBlock {
		reserved[n] = true
	}
	for n := range d.Tiers {
		t := &d.Tiers[n]
		if t.Block = 0; len(t.Subnets) > 0 || t.SharesWith != "" {
			continue
		}
		usual := usualBlock[t.Kind]
		if !taken[usual] {
			taken[usual] = true
			continue
		}
		all := make([]int, count)
		for b := range all {
			all[b] = b
		}
		slices.SortStableFunc(all, func(a, b int) int { return rank(reserved[a]) - rank(reserved[b]) })
		at := slices.IndexFunc(all, func(b int) bool { return !taken[b] })
		if at < 0 {
			return false
		}
		t.Block, taken[all[at]] = all[at], true
	}
	return true
}

// rank puts the usual blocks of kinds after the others.
func rank(reserved bool) int {
	if reserved {
		return 1
	}
	return 0
}

// isTaken reports whether exact subnets of tiers are in a block.
func isTaken(d *document.Document, whole netip.Prefix, block, count int) bool {
	if !whole.IsValid() {
		return false // Only a deployment knows the addresses, so that no tier has exact ones.
	}
	bits := whole.Bits()
	for n := 1; n < count; n *= 2 {
		bits++
	}
	base := whole.Addr().As4()
	start := uint32(base[0])<<24 | uint32(base[1])<<16 | uint32(base[2])<<8 | uint32(base[3])
	start += uint32(block) << (32 - bits)
	at := netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(start >> 24), byte(start >> 16), byte(start >> 8), byte(start)}), bits)
	return slices.ContainsFunc(exactSubnets(d), at.Overlaps)
}
