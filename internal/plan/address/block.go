package address

import (
	"cmp"
	"fmt"
	"net/netip"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
)

// Block is a block of addresses of one family: a literal one, a part of the network's range that only a deployment knows, or
// the symbolic operand of a flow. It is comparable: equal blocks hold the same addresses.
type Block struct {
	Prefix netip.Prefix // of a literal block; zero for all others
	Symbol string       // of a flow's operand; empty for all others
	IPv6   bool         // the family, of literal blocks as well
	// Bits and Index say which part of the network's range: the Index-th block of length Bits in it. The length of the range
	// itself means the whole range.
	Bits, Index int
}

// Everywhere is every address of a family.
func Everywhere(six bool) Block {
	if six {
		return Literal(netip.PrefixFrom(netip.IPv6Unspecified(), 0))
	}
	return Literal(netip.PrefixFrom(netip.IPv4Unspecified(), 0))
}

// Literal is the block of a prefix.
func Literal(p netip.Prefix) Block { return Block{Prefix: p, IPv6: p.Addr().Is6()} }

// Stated is the block that a CIDR peer names.
func Stated(p arch.Peer) Block {
	if prefix, ok := p.Prefix(); ok {
		return Literal(prefix)
	}
	return Block{Symbol: p.Text, IPv6: p.IPv6}
}

// vpcBits6 is the length of the IPv6 range that Amazon gives a VPC.
const vpcBits6 = 56

// WholeNetwork is the network's range in one family.
func WholeNetwork(m *arch.Model, six bool) Block {
	switch {
	case six:
		return Block{IPv6: true, Bits: vpcBits6}
	case m.Prefix.IsValid():
		return Literal(m.Prefix)
	}
	return Block{Bits: m.Network.Bits}
}

// numbered is the IPv4 block of the address plan with a number.
func numbered(m *arch.Model, number int) Block {
	if prefix := BlockPrefix(m, number); prefix.IsValid() {
		return Literal(prefix)
	}
	return Block{Bits: blockBits(m), Index: number}
}

// numbered6 is the /62 that holds the /64 of each slot of a block. The place of the first slot in the /56 is a multiple of
// four with 16, 32 and 64 blocks alike.
func numbered6(m *arch.Model, number int) Block {
	first := ipv6Index(m, number, arch.Zone{})
	return Block{IPv6: true, Bits: 64 - log2(arch.MaxZones), Index: first / arch.MaxZones}
}

// Part returns which part of the network's range b is, in its family. It reports false if b is no part.
func (b Block) Part() (Part, bool) { return Part{b.Bits, b.Index}, b.IsPart() }

// IsPart reports whether b is a part of a range that only a deployment knows.
func (b Block) IsPart() bool { return !b.Prefix.IsValid() && b.Symbol == "" }

// IsEverywhere reports whether b is every address of its family.
func (b Block) IsEverywhere() bool { return b.Prefix.IsValid() && b.Prefix.Bits() == 0 }

// Contains reports whether all addresses of c are surely in b.
func (b Block) Contains(c Block) bool {
	switch {
	case b == c:
		return true
	case b.IPv6 != c.IPv6:
		return false
	case b.IsEverywhere():
		return true
	case b.Prefix.IsValid() && c.Prefix.IsValid():
		return b.Prefix.Bits() <= c.Prefix.Bits() && b.Prefix.Contains(c.Prefix.Addr())
	case b.IsPart() && c.IsPart():
		return b.Bits <= c.Bits && c.Index>>(c.Bits-b.Bits) == b.Index
	}
	return false
}

// InNetwork reports whether b is surely in the network's range.
func (b Block) InNetwork(m *arch.Model) bool {
	return b.IsPart() || b.Prefix.IsValid() && m.Prefix.IsValid() && Literal(m.Prefix).Contains(b)
}

// Compare orders blocks: IPv4 first, then by address and length.
func (b Block) Compare(c Block) int {
	family := func(x Block) int {
		if x.IPv6 {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(family(b), family(c)), b.Prefix.Addr().Compare(c.Prefix.Addr()),
		cmp.Compare(b.Prefix.Bits(), c.Prefix.Bits()), strings.Compare(b.Symbol, c.Symbol),
		cmp.Compare(b.Bits, c.Bits), cmp.Compare(b.Index, c.Index))
}

// Peer is the block as a rule names it. [PartOf] finds the part again.
func (b Block) Peer(m *arch.Model) arch.Peer {
	switch {
	case b.Prefix.IsValid():
		return arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: b.Prefix.String()}}
	case b.Symbol != "":
		return arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: b.Symbol, Symbolic: true}, IPv6: b.IPv6}
	}
	return arch.Peer{Kind: arch.CIDR, Operand: partSymbol(m, b)}
}

// Peers are blocks as rules name them.
func Peers(m *arch.Model, blocks []Block) []arch.Peer {
	out := make([]arch.Peer, len(blocks))
	for i, b := range blocks {
		out[i] = b.Peer(m)
	}
	return out
}

// String is the block in CIDR notation, the operand's name, or the place of a part: "10.0.32.0/20", "/20 number 3".
func (b Block) String() string {
	switch {
	case b.Prefix.IsValid():
		return b.Prefix.String()
	case b.Symbol != "":
		return b.Symbol
	}
	return fmt.Sprintf("/%d number %d", b.Bits, b.Index)
}
