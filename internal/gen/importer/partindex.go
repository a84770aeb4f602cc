package importer

import (
	"net/netip"
	"slices"

	"github.com/tierwall/tierwall/internal/reach"
)

// partIndex finds parts of the outside by their addresses. A group with many rules has thousands of parts.
type partIndex struct {
	literals []*exchanged // by their first address
	longest  []netip.Addr // the last address of any of the literals up to here
	others   []*exchanged // lists, and blocks that only a deployment knows
}

func indexOf(all []*exchanged) *partIndex {
	x := &partIndex{}
	for _, e := range all {
		if isLiteral(e.part) {
			x.literals = append(x.literals, e)
		} else {
			x.others = append(x.others, e)
		}
	}
	slices.SortStableFunc(x.literals, func(a, b *exchanged) int { return a.part.Cell.From.Compare(b.part.Cell.From) })
	var last netip.Addr
	for _, e := range x.literals {
		if last.Less(e.part.Cell.To) {
			last = e.part.Cell.To
		}
		x.longest = append(x.longest, last)
	}
	return x
}

func isLiteral(part reach.Outside) bool { return part.List == "" && part.Cell.Base == "" }

// overlapping returns the parts that have addresses of a part.
func (x *partIndex) overlapping(part reach.Outside) []*exchanged {
	candidates := x.others
	if isLiteral(part) {
		from, _ := slices.BinarySearchFunc(x.longest, part.Cell.From, netip.Addr.Compare)
		to, _ := slices.BinarySearchFunc(x.literals, part.Cell.To, beginsBy)
		candidates = x.literals[from:max(from, to)]
	}
	var out []*exchanged
	for _, e := range candidates {
		if overlap(part, e.part) {
			out = append(out, e)
		}
	}
	return out
}

// beginsBy orders the parts that begin at an address or before it in front of all others.
func beginsBy(e *exchanged, at netip.Addr) int {
	if at.Less(e.part.Cell.From) {
		return 1
	}
	return -1
}

func overlap(a, b reach.Outside) bool {
	if a.List != "" || b.List != "" {
		return a.List == b.List && a.Is6() == b.Is6()
	}
	return a.Private == b.Private && a.Cell.Base == b.Cell.Base && a.Is6() == b.Is6() &&
		!a.Cell.To.Less(b.Cell.From) && !b.Cell.To.Less(a.Cell.From)
}

// view is what a tier's interfaces of one class tell apart outside.
type view struct {
	class *reach.Class
	parts []reach.Outside
	first map[netip.Addr]int // the place of each literal part by its first address
}

func viewsOf(t *reach.Topology, tier *tier) []view {
	var out []view
	for _, c := range seen(tier).classes {
		v := view{class: c, parts: t.Outsides(c, nil), first: map[netip.Addr]int{}}
		for n, part := range v.parts {
			if isLiteral(part) {
				v.first[part.Cell.From] = n
			}
		}
		out = append(out, v)
	}
	return out
}

// of returns the parts that belong to the peer of a rule of the class. Each rule cuts the outside, so a part begins where its block does.
func (v view) of(p reach.Peer) []reach.Outside {
	var out []reach.Outside
	at, found := 0, true
	narrow := p.List == "" && p.Block.Base == "" && !isAnywhere(p) && p.Block.Prefix.IsValid()
	if narrow {
		at, found = v.first[p.Block.Prefix.Masked().Addr()]
	}
	for ; found && at < len(v.parts); at++ {
		part := v.parts[at]
		switch {
		case isPart(part, p):
			if !part.Inside {
				out = append(out, part)
			}
		case narrow:
			return out
		}
	}
	return out
}
