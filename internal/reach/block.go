package reach

import (
	"fmt"
	"net/netip"

	"go4.org/netipx"

	"github.com/tierwall/tierwall/internal/cfn"
)

// Block is a range of addresses in CIDR form: a literal one, or a part of a range that only a deployment knows.
type Block struct {
	// Base is the stable name of the range that Prefix is a part of; empty for a literal block. Prefix is then counted from
	// 0.0.0.0 or ::, and a Prefix of length 0 is the whole range.
	Base   string
	Prefix netip.Prefix
}

// literal blocks of everything.
var (
	anywhere4 = Block{Prefix: netip.MustParsePrefix("0.0.0.0/0")}
	anywhere6 = Block{Prefix: netip.MustParsePrefix("::/0")}
	// nobody are addresses that no packet on a network comes from or goes to: limited broadcast and loopback.
	nobody = []netip.Prefix{netip.MustParsePrefix("255.255.255.255/32"), netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
)

// blockOf reads a CIDR property. six says which family a symbolic range is of. The error says what is wrong with a literal.
func (t *Topology) blockOf(v cfn.Value, six bool) (Block, error) {
	if v.Kind == cfn.Text {
		prefix, err := netip.ParsePrefix(v.Text)
		if err != nil {
			return Block{}, fmt.Errorf("%q is not a block of addresses in CIDR notation", v.Text)
		}
		if prefix.Addr().Is6() != six || prefix.Addr().Is4In6() {
			return Block{}, fmt.Errorf("%q is of the wrong address family", v.Text)
		}
		return Block{Prefix: prefix.Masked()}, nil
	}
	if isOf(v, "AWS::EC2::Subnet", "CidrBlock") && v.Text != "" && !six && !v.Resource.Get("CidrBlock").IsMissing() {
		return t.blockOf(v.Resource.Get("CidrBlock"), six)
	}
	b := anywhere4
	if six {
		b = anywhere6
	}
	b.Base = v.String()
	if v.Kind == cfn.Symbol && v.Block != nil {
		b = Block{Base: v.Block.Base, Prefix: v.Block.Prefix}
	}
	if whole, ok := t.ranges[b.Base]; ok && whole.Addr().Is6() == b.Is6() {
		return Block{Prefix: within(whole, b.Prefix)}, nil
	}
	return b, nil
}

// within returns the part of a literal range that is counted from 0.0.0.0 or ::.
func within(whole, part netip.Prefix) netip.Prefix {
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

// IsValid reports whether b is a block at all; the zero Block is none.
func (b Block) IsValid() bool { return b.Prefix.IsValid() }

// Is6 reports whether the block is of IPv6 addresses.
func (b Block) Is6() bool { return b.Prefix.Addr().Is6() }

// String returns the block in CIDR notation or, of a symbolic one, its name.
func (b Block) String() string {
	switch {
	case b.Base == "":
		return b.Prefix.String()
	case b.Prefix.Bits() == 0:
		return b.Base
	}
	return fmt.Sprintf("%s of %s", b.Prefix, b.Base)
}

// Cell is a range of addresses that no block in use cuts in two, as far as literal blocks go.
type Cell struct {
	Base     string // as in Block
	From, To netip.Addr
}

// Is6 reports whether the cell is of IPv6 addresses.
func (c Cell) Is6() bool { return c.From.Is6() }

// String names the cell: a block where it is one, or first and last address.
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

// Address returns one address of the cell for a witness; of subnets the first that is not AWS's own.
func (c Cell) Address() netip.Addr {
	a := c.From
	for range 4 {
		if next := a.Next(); a.Compare(c.To) < 0 {
			a = next
		}
	}
	return a
}

func cellOf(b Block) Cell {
	r := netipx.RangeOfPrefix(b.Prefix)
	return Cell{Base: b.Base, From: r.From(), To: r.To()}
}

// certainty is how sure a statement about symbolic values is.
type certainty int

const (
	no certainty = iota
	perhaps
	yes
)

// holds says whether all addresses of the cell are in the block.
func (b Block) holds(c Cell) certainty {
	if b.Is6() != c.Is6() {
		return no
	}
	switch {
	case b.Base == c.Base:
		first, last := b.Prefix.Contains(c.From), b.Prefix.Contains(c.To)
		switch {
		case first && last:
			return yes
		case !first && !last && (!c.From.Less(b.Prefix.Addr()) || !b.Prefix.Addr().Less(c.To)):
			return no
		}
		return perhaps // A part of a symbolic cell: cells are cut at literal blocks only.
	case b.Base == "" && b.Prefix.Bits() == 0:
		return yes
	}
	return perhaps
}

// overlaps says whether some address is in both blocks.
func (b Block) overlaps(o Block) certainty {
	switch {
	case b.Is6() != o.Is6():
		return no
	case b.Base == o.Base:
		if b.Prefix.Overlaps(o.Prefix) {
			return yes
		}
		return no
	}
	return perhaps
}
