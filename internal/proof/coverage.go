package proof

import (
	"slices"

	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// coverage says how to find the traffic that is declared for a block.
type coverage struct {
	declaredFor func(reach.Block) traffic.Set // returns the traffic that is declared for a whole block
	smaller     []reach.Block                 // blocks for which declaredFor may return more than for a larger block
	wanted      traffic.Set                   // if the whole block has this traffic, smaller blocks are not tried
	outsideOnly bool                          // whether only the part of the block outside the network counts
}

// declaredAt returns the traffic that is declared for every address of a block that an interface may have.
func (n *network) declaredAt(b reach.Block, c coverage) traffic.Set {
	if whole := c.declaredFor(b); whole.Contains(c.wanted) {
		return whole
	}
	subnets := n.subnetBlocks()
	isOwn := func(b reach.Block) bool {
		return slices.ContainsFunc(n.vpc.Blocks, func(own reach.Block) bool { return contains(own, b) })
	}
	// A free block has no interfaces that count.
	isFree := func(b reach.Block) bool {
		return isOwn(b) && (c.outsideOnly || !slices.ContainsFunc(subnets, func(s reach.Block) bool { return overlap(s, b) }))
	}
	// A block with a smaller block in it is cut in halves. It has what is declared for both halves.
	cuts := slices.Concat(c.smaller, subnets, n.vpc.Blocks)
	var at func(b reach.Block) traffic.Set
	at = func(b reach.Block) traffic.Set {
		if isFree(b) {
			return traffic.Everything()
		}
		whole := c.declaredFor(b)
		isCut := func(inner reach.Block) bool { return inner != b && contains(b, inner) }
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
