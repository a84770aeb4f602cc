package proof

import (
	"slices"

	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// declaredAt returns the traffic that is declared for every address of a block that an interface may have. The function with returns the
// traffic that is declared for a whole block, and inner lists the smaller blocks for which it may return more. If the whole block has the
// wanted traffic, smaller blocks are not tried. With restOnly, only the part of the block outside the network counts.
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

// subnetBlocks returns the blocks of all subnets in the VPC.
func (n *network) subnetBlocks() []reach.Block {
	var out []reach.Block
	for _, s := range n.top.Subnets {
		if s.VPC == n.vpc {
			out = append(out, s.Blocks...)
		}
	}
	return out
}
