package proof

import (
	"net/netip"
	"slices"

	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// declaredAt is the traffic that was declared with every address of a block that somebody may have. with is what was declared with a block
// as a whole, and inner are the blocks at which that may change. If the block as a whole has what is wanted, nothing smaller is asked.
// With restOnly, the network's own addresses are taken to be free: what counts is the rest of the block.
func (n *network) declaredAt(b reach.Block, wanted traffic.Set, inner []reach.Block, restOnly bool, with func(reach.Block) traffic.Set) traffic.Set {
	if whole := with(b); whole.Contains(wanted) {
		return whole
	}
	subnets := n.subnetBlocks()
	isOwn := func(b reach.Block) bool {
		return slices.ContainsFunc(n.vpc.Blocks, func(own reach.Block) bool { return contains(own, b) })
	}
	isFree := func(b reach.Block) bool {
		return isOwn(b) && (restOnly || !slices.ContainsFunc(subnets, func(s reach.Block) bool { return contains(s, b) || contains(b, s) }))
	}
	cuts := slices.Concat(inner, subnets, n.vpc.Blocks)
	var at func(b reach.Block) traffic.Set
	at = func(b reach.Block) traffic.Set {
		if isFree(b) {
			return traffic.Everything()
		}
		whole := with(b)
		isCut := func(c reach.Block) bool { return c != b && contains(b, c) }
		if whole.Equal(traffic.Everything()) || !slices.ContainsFunc(cuts, isCut) {
			return whole
		}
		low, high := halves(b)
		return whole.Union(at(low).Intersect(at(high)))
	}
	return at(b)
}

// halves cuts a block in two.
func halves(b reach.Block) (low, high reach.Block) {
	length := b.Prefix.Bits() + 1
	bytes := b.Prefix.Addr().AsSlice()
	bytes[(length-1)/8] |= 1 << (7 - (length-1)%8)
	upper, _ := netip.AddrFromSlice(bytes)
	return reach.Block{Base: b.Base, Prefix: netip.PrefixFrom(b.Prefix.Addr(), length)}, reach.Block{Base: b.Base, Prefix: netip.PrefixFrom(upper, length)}
}

// subnetBlocks are those of all subnets in the VPC.
func (n *network) subnetBlocks() []reach.Block {
	var out []reach.Block
	for _, s := range n.top.Subnets {
		if s.VPC == n.vpc {
			out = append(out, s.Blocks...)
		}
	}
	return out
}
