package reach

import (
	"cmp"
	"iter"
	"net/netip"
	"slices"
	"sort"
)

// blockIndex finds what blocks say of a place without a look at all of them.
type blockIndex struct {
	entries []indexed // sorted: the zero block of prefix lists, then literal blocks, then symbolic ones
	literal [2]int    // where the literal blocks begin and end
	bits    []int     // the lengths of the literal prefixes
}

// indexed is a number that is found by a block. The zero block is found anywhere, as only a deployment knows where it is.
type indexed struct {
	block Block
	value int
}

func newBlockIndex(entries []indexed) *blockIndex {
	x := &blockIndex{entries: entries}
	slices.SortFunc(entries, func(a, b indexed) int { return cmp.Or(compareBlocks(a.block, b.block), cmp.Compare(a.value, b.value)) })
	x.literal[0] = sort.Search(len(entries), func(i int) bool { return entries[i].block.IsValid() })
	x.literal[1] = sort.Search(len(entries), func(i int) bool { return entries[i].block.Base != "" })
	for _, e := range x.literals() {
		x.bits = append(x.bits, e.block.Prefix.Bits())
	}
	slices.Sort(x.bits)
	x.bits = slices.Compact(x.bits)
	return x
}

func (x *blockIndex) literals() []indexed { return x.entries[x.literal[0]:x.literal[1]] }

// near yields the values whose blocks may hold an address of the cell, and may yield others where one of the two is not
// literal. Literal blocks that meet a literal cell hold its first address, or begin after that and not after its last.
func (x *blockIndex) near(c Cell) iter.Seq[int] {
	return func(yield func(int) bool) {
		if c.Base != "" {
			each(x.entries, yield)
			return
		}
		if !each(x.entries[:x.literal[0]], yield) || !each(x.entries[x.literal[1]:], yield) {
			return
		}
		literals := x.literals()
		for _, bits := range x.bits {
			if p, err := c.From.Prefix(bits); err == nil && !each(equal(literals, p), yield) {
				return
			}
		}
		begin, end := after(literals, c.From), after(literals, c.To)
		each(literals[begin:end], yield)
	}
}

func each(entries []indexed, yield func(int) bool) bool {
	for i := range entries {
		if !yield(entries[i].value) {
			return false
		}
	}
	return true
}

// equal are the entries of one prefix.
func equal(literals []indexed, p netip.Prefix) []indexed {
	b := Block{Prefix: p}
	begin := sort.Search(len(literals), func(i int) bool { return compareBlocks(literals[i].block, b) >= 0 })
	end := begin
	for end < len(literals) && literals[end].block == b {
		end++
	}
	return literals[begin:end]
}

// after is where the blocks begin whose first address is behind a.
func after(literals []indexed, a netip.Addr) int {
	return sort.Search(len(literals), func(i int) bool { return a.Less(literals[i].block.Prefix.Addr()) })
}
