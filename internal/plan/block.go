package plan

import (
	"fmt"
	"net/netip"

	"github.com/tierwall/tierwall/internal/arch"
)

// Block is a block of addresses of one family, as an entry of a network ACL names it: a literal one, a part of the network's
// range that only a deployment knows, or a flow's operand. It is comparable: equal blocks are the same addresses.
type Block struct {
	Prefix netip.Prefix // the literal one; zero for all others
	Symbol string       // the flow's operand; empty for all others
	IPv6   bool         // the family, of literal blocks as well
	// Bits and Index say which part of the network's range: the Index-th block of length Bits in it. The length of the range
	// itself is the whole range.
	Bits, Index int
}

// everywhere is every address of a family.
func everywhere(six bool) Block {
	if six {
		return literalBlock(netip.PrefixFrom(netip.IPv6Unspecified(), 0))
	}
	return literalBlock(netip.PrefixFrom(netip.IPv4Unspecified(), 0))
}

func literalBlock(p netip.Prefix) Block { return Block{Prefix: p, IPv6: p.Addr().Is6()} }

// vpcBits6 is the length of the IPv6 range that Amazon gives a VPC.
const vpcBits6 = 56

// wholeNetwork is the network's range in one family.
func wholeNetwork(m *arch.Model, six bool) Block {
	switch {
	case six:
		return Block{IPv6: true, Bits: vpcBits6}
	case m.Prefix.IsValid():
		return literalBlock(m.Prefix)
	}
	return Block{Bits: m.Network.Bits}
}

// tierBlocks returns the blocks of one family that a tier's addresses are in: its own block or its exact subnets, those of
// the tier that it shares with, none of an imported one.
func tierBlocks(m *arch.Model, t arch.Tier, six bool) []Block {
	if t.SharesWith != "" {
		t, _ = m.Tier(t.SharesWith)
	}
	if len(t.Subnets) > 0 {
		if six {
			return nil // Exact subnets are of IPv4 alone.
		}
		var out []Block
		for _, s := range TierSubnets(m, t) {
			out = append(out, literalBlock(s.Prefix))
		}
		return out
	}
	block := BlockOf(t)
	switch {
	case block == 0:
		return nil
	case six && m.Network.IPv6:
		return []Block{ipv6Block(m, block)}
	case six:
		return nil
	}
	if prefix := BlockPrefix(m, block); prefix.IsValid() {
		return []Block{literalBlock(prefix)}
	}
	return []Block{{Bits: m.Network.Bits + log2(m.Network.Blocks), Index: block}}
}

// ipv6Block is the /62 that holds a block's /64, one for each of its slots: the first slot's place in the /56 is a multiple
// of four with 16, 32 and 64 blocks alike.
func ipv6Block(m *arch.Model, block int) Block {
	first := ipv6Index(m, block, arch.Zone{})
	return Block{IPv6: true, Bits: 64 - log2(arch.MaxZones), Index: first / arch.MaxZones}
}

// Part returns which part of the network's range b is, in its family, if it is one.
func (b Block) Part() (Part, bool) { return Part{b.Bits, b.Index}, b.isPart() }

// isPart reports whether b is a part of a range that only a deployment knows.
func (b Block) isPart() bool { return !b.Prefix.IsValid() && b.Symbol == "" }

// isEverywhere reports whether b is every address of its family.
func (b Block) isEverywhere() bool { return b.Prefix.IsValid() && b.Prefix.Bits() == 0 }

// contains reports whether all addresses of c are surely in b.
func (b Block) contains(c Block) bool {
	switch {
	case b == c:
		return true
	case b.IPv6 != c.IPv6:
		return false
	case b.isEverywhere():
		return true
	case b.Prefix.IsValid() && c.Prefix.IsValid():
		return b.Prefix.Bits() <= c.Prefix.Bits() && b.Prefix.Contains(c.Prefix.Addr())
	case b.isPart() && c.isPart():
		return b.Bits <= c.Bits && c.Index>>(c.Bits-b.Bits) == b.Index
	}
	return false
}

// within reports whether b is surely in the network's range.
func (b Block) within(m *arch.Model) bool {
	return b.isPart() || b.Prefix.IsValid() && m.Prefix.IsValid() && literalBlock(m.Prefix).contains(b)
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
