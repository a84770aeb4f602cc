package response

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"time"

	"go4.org/netipx"
)

// SetLimits are the limits of a set of AWS.
type SetLimits struct {
	IPv6 bool
	// Size is the greatest number of entries.
	Size int
	// NeverEmpty gives an empty set a block of the documentation, because AWS does not say what a firewall does with an empty list.
	NeverEmpty bool
}

// FeedBlocks are the blocks of a feed.
type FeedBlocks struct {
	Name   string
	Blocks []netip.Prefix
}

// Projection is what a set must hold.
type Projection struct {
	// Blocks are sorted, and none contains or continues another.
	Blocks []netip.Prefix
	// Crowded are the records that do not fit: those that expire first.
	Crowded []Record
	// LeftOut are the feeds that do not fit. A feed is in a set as a whole or not at all.
	LeftOut []string
}

var (
	placeholder4 = netip.MustParsePrefix("192.0.2.1/32")
	placeholder6 = netip.MustParsePrefix("2001:db8::1/128")
)

// Project computes what a set must hold. It never holds what the guard protects.
func Project(records []Record, feeds []FeedBlocks, g Guard, limits SetLimits, now time.Time) Projection {
	var p Projection
	var active []Record
	for _, r := range records {
		block := r.Prefix()
		if r.Blocks(now) && block.IsValid() && block.Addr().Is6() == limits.IPv6 && g.Why(block.Addr()) == "" {
			active = append(active, r)
		}
	}
	slices.SortFunc(active, func(a, b Record) int { return cmp.Or(b.Expires.Compare(a.Expires), cmp.Compare(a.Key, b.Key)) })
	seen := map[netip.Prefix]bool{}
	for _, r := range active {
		switch block := r.Prefix(); {
		case seen[block]:
		case len(seen) == limits.Size:
			p.Crowded = append(p.Crowded, r)
		default:
			seen[block] = true
		}
	}
	p.Blocks = join(slices.Collect(maps.Keys(seen)), nil, limits.IPv6, g)
	for _, f := range feeds {
		if with := join(p.Blocks, f.Blocks, limits.IPv6, g); len(with) <= limits.Size {
			p.Blocks = with
		} else {
			p.LeftOut = append(p.LeftOut, f.Name)
		}
	}
	if len(p.Blocks) == 0 && limits.NeverEmpty {
		p.Blocks = []netip.Prefix{placeholder4}
		if limits.IPv6 {
			p.Blocks = []netip.Prefix{placeholder6}
		}
	}
	return p
}

// join returns the fewest blocks of one IP version that hold two lists, without what the guard protects.
func join(a, b []netip.Prefix, v6 bool, g Guard) []netip.Prefix {
	var builder netipx.IPSetBuilder
	for _, p := range slices.Concat(a, b) {
		if p.Addr().Is6() == v6 {
			builder.AddPrefix(p)
		}
	}
	builder.RemoveSet(g.set)
	set, err := builder.IPSet()
	if err != nil {
		return nil // Every block is valid.
	}
	return set.Prefixes()
}

// Equal reports whether two lists hold the same blocks. It compares blocks, not their texts, and no order.
func Equal(a, b []netip.Prefix) bool {
	sorted := func(list []netip.Prefix) []netip.Prefix {
		out := slices.Clone(list)
		slices.SortFunc(out, netip.Prefix.Compare)
		return out
	}
	return slices.Equal(sorted(a), sorted(b))
}

// Admit returns the records that the rate limit now lets into the sets, the oldest first. No more than perHour are admitted within an hour;
// the others wait.
func Admit(records []Record, perHour int, now time.Time) (admitted, waiting []Record) {
	left := perHour
	var waits []Record
	for _, r := range records {
		switch {
		case r.DryRun, r.Over(now):
		case r.Admitted.IsZero():
			waits = append(waits, r)
		case now.Sub(r.Admitted) < time.Hour:
			left--
		}
	}
	slices.SortFunc(waits, func(a, b Record) int { return cmp.Or(a.First.Compare(b.First), cmp.Compare(a.Key, b.Key)) })
	n := min(max(left, 0), len(waits))
	admitted, waiting = waits[:n], waits[n:]
	for i := range admitted {
		admitted[i].Admitted = now
	}
	return admitted, waiting
}
