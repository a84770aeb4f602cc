package address

import (
	"cmp"
	"iter"
	"net/netip"
	"slices"
	"sort"
)

// Index finds the blocks that may hold a cell without a look at all of them.
type Index struct {
	entries []Indexed // sorted: the zero block of prefix lists, then literal blocks, then symbolic ones
	literal [2]int    // where the literal blocks begin and end
	bits    []int     // the lengths of the literal prefixes
}

// Indexed is a number that is found by a block. It is found anywhere if the block is the zero one, because only a deployment knows its
// addresses.
type Indexed struct {
	Block Block
	Value int
}

// NewIndex indexes the entries, which it sorts in place.
func NewIndex(entries []Indexed) *Index {
	x := &Index{entries: entries}
	slices.SortFunc(entries, func(a, b Indexed) int {
		return cmp.Or(Compare(a.Block, b.Block), cmp.Compare(a.Value, b.Value))
	})
	x.literal[0] = sort.Search(len(entries), func(i int) bool { return entries[i].Block.IsValid() })
	x.literal[1] = sort.Search(len(entries), func(i int) bool { return entries[i].Block.Base != "" })
	for _, e := range x.literals() {
		x.bits = append(x.bits, e.Block.Prefix.Bits())
	}
	slices.Sort(x.bits)
	x.bits = slices.Compact(x.bits)
	return x
}

func (x *Index) literals() []Indexed { return x.entries[x.literal[0]:x.literal[1]] }

// Near yields the values whose blocks may hold an address of the cell. If the block or the cell is not literal, it may yield others too.
// A literal block that meets a literal cell holds its first address, or begins after that address and not after the last one.
func (x *Index) Near(c Cell) iter.Seq[int] {
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

func each(entries []Indexed, yield func(int) bool) bool {
	for i := range entries {
		if !yield(entries[i].Value) {
			return false
		}
	}
	return true
}

// equal returns the entries of one prefix.
func equal(literals []Indexed, p netip.Prefix) []Indexed {
	b := Block{Prefix: p}
	begin := sort.Search(len(literals), func(i int) bool { return Compare(literals[i].Block, b) >= 0 })
	end := begin
	for end < len(literals) && literals[end].Block == b {
		end++
	}
	return literals[begin:end]
}

// after returns the index of the first block whose first address is greater than a.
func after(literals []Indexed, a netip.Addr) int {
	return sort.Search(len(literals), func(i int) bool { return a.Less(literals[i].Block.Prefix.Addr()) })
}
