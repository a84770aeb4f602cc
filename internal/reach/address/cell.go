package address

import (
	"net/netip"
	"slices"

	"go4.org/netipx"
)

// Cell is a range of addresses that no literal block in use cuts in two.
type Cell struct {
	Base     string // as in Block
	From, To netip.Addr
}

// CellOf returns the addresses of a block.
func CellOf(b Block) Cell {
	r := netipx.RangeOfPrefix(b.Prefix)
	return Cell{Base: b.Base, From: r.From(), To: r.To()}
}

// Is6 reports whether the cell is of IPv6 addresses.
func (c Cell) Is6() bool { return c.From.Is6() }

// String names the cell: as a block if it is one, otherwise by its first and last address.
func (c Cell) String() string {
	r := netipx.IPRangeFrom(c.From, c.To)
	text := r.String()
	if p, ok := r.Prefix(); ok {
		if c.Base != "" && p.Bits() == 0 {
			return c.Base
		}
		text = p.String()
	}
	if c.Base != "" {
		text += " of " + c.Base
	}
	return text
}

// Address returns one address of the cell as an example. It is the fifth address if there is one, because AWS keeps the first four of a
// subnet.
func (c Cell) Address() netip.Addr {
	a := c.From
	for range 4 {
		if next := a.Next(); a.Compare(c.To) < 0 {
			a = next
		}
	}
	return a
}

// Overlaps reports whether some address is surely in both cells.
func (c Cell) Overlaps(o Cell) bool {
	return c.Base == o.Base && c.Is6() == o.Is6() && !c.To.Less(o.From) && !o.To.Less(c.From)
}

// Cut cuts a block where a smaller one of the inner blocks begins or ends. The inner blocks are sorted by [Compare].
func Cut(b Block, inner []Block) []Cell {
	whole := CellOf(b)
	if b.Base != "" {
		return []Cell{whole}
	}
	i, _ := slices.BinarySearchFunc(inner, b, Compare)
	var smaller []Block
	for ; i < len(inner) && b.Prefix.Contains(inner[i].Prefix.Addr()); i++ {
		if inner[i].Prefix.Bits() > b.Prefix.Bits() {
			smaller = append(smaller, inner[i])
		}
	}
	return CutCell(whole, smaller)
}

// CutCell cuts a literal cell where a block that overlaps it begins or ends. No piece is empty.
func CutCell(whole Cell, blocks []Block) []Cell {
	starts := []Cell{{From: whole.From}}
	for _, b := range blocks {
		r := netipx.RangeOfPrefix(b.Prefix)
		if whole.From.Less(r.From()) && !whole.To.Less(r.From()) {
			starts = append(starts, Cell{From: r.From()})
		}
		if next := r.To().Next(); next.IsValid() && whole.From.Less(next) && !whole.To.Less(next) {
			starts = append(starts, Cell{From: next})
		}
	}
	slices.SortFunc(starts, func(a, b Cell) int { return a.From.Compare(b.From) })
	starts = slices.CompactFunc(starts, func(a, b Cell) bool { return a.From == b.From })
	for i := range starts {
		starts[i].To = whole.To
		if i+1 < len(starts) {
			starts[i].To = starts[i+1].From.Prev()
		}
	}
	return starts
}
