package address

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Block is a range of addresses in CIDR form: a literal one, or a part of a range that only a deployment knows.
type Block struct {
	// Base is the stable name of the range that Prefix is a part of; it is empty for a literal block. Prefix then counts from 0.0.0.0 or ::,
	// and a Prefix of length 0 is the whole range.
	Base   string
	Prefix netip.Prefix
}

// The literal blocks of all addresses.
var (
	Anywhere4 = Block{Prefix: netip.MustParsePrefix("0.0.0.0/0")}
	Anywhere6 = Block{Prefix: netip.MustParsePrefix("::/0")}
)

// Anywhere returns the literal block of all addresses of a family.
func Anywhere(is6 bool) Block {
	if is6 {
		return Anywhere6
	}
	return Anywhere4
}

// Part returns the part of a literal range that a prefix names, counted from 0.0.0.0 or ::.
func Part(whole, part netip.Prefix) netip.Prefix {
	if part.Bits() < whole.Bits() {
		return whole
	}
	base, offset := whole.Addr().AsSlice(), part.Addr().AsSlice()
	for i := range base {
		base[i] |= offset[i] // A part starts at a multiple of its size, so nothing carries over.
	}
	addr, _ := netip.AddrFromSlice(base) // Of 4 or 16 bytes.
	return netip.PrefixFrom(addr, part.Bits())
}

// IsValid reports whether b is a block at all; the zero Block is not.
func (b Block) IsValid() bool { return b.Prefix.IsValid() }

// Is6 reports whether the block is of IPv6 addresses.
func (b Block) Is6() bool { return b.Prefix.Addr().Is6() }

// String returns the block in CIDR notation. A symbolic block is named by its base.
func (b Block) String() string {
	switch {
	case b.Base == "":
		return b.Prefix.String()
	case b.Prefix.Bits() == 0:
		return b.Base
	}
	return fmt.Sprintf("%s of %s", b.Prefix, b.Base)
}

// Holds says whether all addresses of the cell are in the block.
func (b Block) Holds(c Cell) Certainty {
	if b.Is6() != c.Is6() {
		return No
	}
	switch {
	case b.Base == c.Base:
		first, last := b.Prefix.Contains(c.From), b.Prefix.Contains(c.To)
		switch {
		case first && last:
			return Yes
		case !first && !last && (!c.From.Less(b.Prefix.Addr()) || !b.Prefix.Addr().Less(c.To)):
			return No
		}
		return Perhaps // The block is a part of a symbolic cell: cells are cut at literal blocks only.
	case b.Base == "" && b.Prefix.Bits() == 0:
		return Yes
	}
	return Perhaps
}

// Overlaps says whether some address is in both blocks.
func (b Block) Overlaps(o Block) Certainty {
	switch {
	case b.Is6() != o.Is6():
		return No
	case b.Base == o.Base:
		if b.Prefix.Overlaps(o.Prefix) {
			return Yes
		}
		return No
	}
	return Perhaps
}

// Compare orders blocks: literal ones first, by address, larger ones before smaller ones.
func Compare(a, b Block) int {
	return cmp.Or(strings.Compare(a.Base, b.Base), a.Prefix.Addr().Compare(b.Prefix.Addr()), cmp.Compare(a.Prefix.Bits(), b.Prefix.Bits()))
}

// unroutable are addresses that no internet gateway carries (RFC 1918, RFC 6598, RFC 3927).
var unroutable = []Block{
	{Prefix: netip.MustParsePrefix("10.0.0.0/8")}, {Prefix: netip.MustParsePrefix("172.16.0.0/12")},
	{Prefix: netip.MustParsePrefix("192.168.0.0/16")},
	{Prefix: netip.MustParsePrefix("100.64.0.0/10")}, {Prefix: netip.MustParsePrefix("169.254.0.0/16")},
}

// IsUnroutable reports whether no internet gateway carries packets to the cell.
func IsUnroutable(c Cell) bool {
	return slices.ContainsFunc(unroutable, func(b Block) bool { return b.Holds(c) == Yes })
}

// IsPrivate reports whether the cell surely has private addresses only.
func IsPrivate(c Cell) bool { return c.Base == "" && c.From.IsPrivate() && c.To.IsPrivate() }
