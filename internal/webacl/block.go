package webacl

import (
	"fmt"
	"net/netip"

	"go4.org/netipx"
)

// ParseBlock reads a block of an IP set in CIDR notation. The problem says why AWS rejects the block; it is nil if AWS accepts it.
func ParseBlock(s string) (netip.Prefix, *Problem) {
	fail := func(summary, detail, fix string) *Problem {
		return &Problem{Kind: "addresses", Summary: summary, Detail: detail, Fix: fix}
	}
	prefix, err := netip.ParsePrefix(s)
	if err != nil {
		if addr, err := netip.ParseAddr(s); err == nil && addr.Zone() == "" {
			return prefix, fail("a block has no prefix length", fmt.Sprintf("got %q", s), fmt.Sprintf("write %s/%d", addr, addr.BitLen()))
		}
		return prefix, fail("a block is not usable", fmt.Sprintf("got %.80q; allowed is CIDR notation", s), "")
	}
	switch {
	case prefix.Bits() == 0:
		return prefix, fail("a block covers every address", fmt.Sprintf("got %s; AWS rejects a length of 0", s),
			"write two halves if every address is meant")
	case prefix.Addr().Is4In6():
		return prefix, fail("a block is an IPv4 block in IPv6 notation", fmt.Sprintf("got %s", s), "write it in IPv4 notation")
	case prefix != prefix.Masked():
		return prefix, fail("a block has host bits set", fmt.Sprintf("got %s", s), "write "+prefix.Masked().String())
	}
	return prefix, nil
}

// Collapse parses blocks, joins those that touch or overlap, and returns them sorted by IP version. It returns tokens unchanged, because
// their version is unknown.
func Collapse(blocks []string) (v4, v6, tokens []string, problems []Problem) {
	var sets [2]netipx.IPSetBuilder
	for _, b := range blocks {
		if IsToken(b) {
			tokens = append(tokens, b)
			continue
		}
		prefix, problem := ParseBlock(b)
		if problem != nil {
			problems = append(problems, *problem)
			continue
		}
		if prefix.Addr().Is6() {
			sets[1].AddPrefix(prefix)
		} else {
			sets[0].AddPrefix(prefix)
		}
	}
	out := [2][]string{}
	for i := range sets {
		set, err := sets[i].IPSet()
		if err != nil {
			continue // Every prefix added is valid.
		}
		for _, p := range set.Prefixes() {
			if p.Bits() > 0 {
				out[i] = append(out[i], p.String())
				continue
			}
			half := netip.PrefixFrom(p.Addr(), 1) // AWS rejects blocks of length 0.
			out[i] = append(out[i], half.String(), netip.PrefixFrom(netipx.PrefixLastIP(half).Next(), 1).String())
		}
	}
	return out[0], out[1], tokens, problems
}
