package proof

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/reach"
)

// union returns a, with the texts of b that are not in it.
func union(a, b []string) []string {
	for _, text := range b {
		if !slices.Contains(a, text) {
			a = append(a, text)
		}
	}
	return a
}

// contains reports whether all addresses of inner are certainly in outer.
func contains(outer, inner reach.Block) bool {
	if outer.Base == "" && outer.Prefix.Bits() == 0 {
		return outer.Is6() == inner.Is6()
	}
	return outer.Base == inner.Base && outer.Prefix.Bits() <= inner.Prefix.Bits() && outer.Prefix.Contains(inner.Prefix.Addr())
}

// overlap reports whether one of two blocks contains the other.
func overlap(a, b reach.Block) bool { return contains(a, b) || contains(b, a) }

// describe lists blocks in a message.
func describe(blocks []reach.Block) string {
	var out []string
	for _, b := range blocks {
		out = append(out, b.String())
	}
	return strings.Join(out, ", ")
}

// halves cuts a block in two.
func halves(b reach.Block) (low, high reach.Block) {
	length := b.Prefix.Bits() + 1
	bytes := b.Prefix.Addr().AsSlice()
	bytes[(length-1)/8] |= 1 << (7 - (length-1)%8)
	upper, _ := netip.AddrFromSlice(bytes)
	half := func(at netip.Addr) reach.Block {
		return reach.Block{Base: b.Base, Prefix: netip.PrefixFrom(at, length)}
	}
	return half(b.Prefix.Addr()), half(upper)
}
