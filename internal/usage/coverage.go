package usage

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/flowlog"
)

// coverage says which times the logs of each tier cover.
type coverage struct {
	period span
	tiers  map[string]*tierCoverage
	always []string // doubts about every flow
}

type tierCoverage struct {
	gaps       spans
	doubts     []string // why nothing can be said of the tier's flows at its interfaces
	interfaces int
}

// coverage finds out what the logs cover.
func (a *Accounting) coverage(interfaces map[string]*seenInterface, logs flowlog.Summary, skipped Skipped) *coverage {
	c := &coverage{tiers: map[string]*tierCoverage{}}
	var longest int64
	for _, i := range interfaces {
		longest = max(longest, i.longest)
		for _, all := range []spans{i.recorded, i.skipped} {
			if n := len(all.all); n > 0 {
				if c.period.to == 0 || all.all[0].from < c.period.from {
					c.period.from = all.all[0].from
				}
				c.period.to = max(c.period.to, all.all[n-1].to)
			}
		}
	}
	tolerance := toleranceOf(longest)
	hasAddresses := map[string]bool{}
	for _, of := range a.areas.all {
		for _, t := range of.tiers {
			hasAddresses[t] = true
		}
	}
	for _, t := range a.network.Model.Tiers {
		c.tiers[t.ID] = a.cover(t, interfaces, c.period, tolerance)
		if !hasAddresses[t.ID] {
			c.tiers[t.ID].doubts = []string{"no addresses of " + t.ID + " are known"}
		}
	}
	c.always = a.doubts(logs, skipped)
	return c
}

// toleranceOf returns the longest time between two records of an interface that is no gap: two windows of aggregation, and the inaccuracy
// of AWS's times. Every window has a record.
func toleranceOf(longest int64) int64 {
	if longest <= 90 {
		return minTolerance
	}
	return 2*600 + 60
}

// cover finds out which times the logs of one tier cover.
func (a *Accounting) cover(t arch.Tier, interfaces map[string]*seenInterface, period span, tolerance int64) *tierCoverage {
	out := &tierCoverage{}
	var recorded spans
	accepted := false
	for _, id := range slices.Sorted(maps.Keys(interfaces)) {
		i := interfaces[id]
		if !i.concerns(t.ID) {
			continue
		}
		out.gaps = out.gaps.union(i.recorded.close(tolerance).between()).union(i.skipped)
		if i.isPlaced() {
			out.interfaces++
			accepted = accepted || i.accepted
			recorded.join(i.recorded)
		}
	}
	out.gaps = out.gaps.union(recorded.close(tolerance).outside(period, tolerance))
	switch {
	case out.interfaces == 0:
		out.doubts = append(out.doubts, "no record is known to be of an interface of "+t.ID)
	case !accepted:
		out.doubts = append(out.doubts, "the interfaces of "+t.ID+" recorded no accepted traffic, so their log may be of rejected traffic only")
	}
	for _, l := range a.listed {
		exists := l.exists(period)
		switch i := interfaces[l.ID]; {
		case !slices.Contains(l.Tiers, t.ID) || exists.from >= exists.to:
		case i == nil:
			out.doubts = append(out.doubts, "the interface "+l.ID+" of "+t.ID+" has no records")
		default:
			out.gaps = out.gaps.union(i.recorded.close(tolerance).outside(exists, tolerance))
		}
	}
	return out
}

// exists returns the part of a period in which a listed interface existed.
func (l Interface) exists(period span) span {
	if !l.Since.IsZero() {
		period.from = max(period.from, l.Since.Unix())
	}
	if !l.Until.IsZero() {
		period.to = min(period.to, l.Until.Unix())
	}
	return period
}

// concerns reports whether the interface is of a tier, or may be.
func (i *seenInterface) concerns(tier string) bool {
	switch {
	case i.passes || i.isOwn && len(i.own) == 1:
		return false
	case len(i.own) == 0 && len(i.tiers) == 0: // It recorded no packets, so its address is not known.
		return true
	}
	return slices.Contains(i.tiers, tier)
}

// doubts returns why flows of any tier may have been used although no record shows it.
func (a *Accounting) doubts(logs flowlog.Summary, skipped Skipped) []string {
	var out []string
	if logs.Records == 0 {
		out = append(out, "no records of flow logs were read")
	}
	if logs.Lost() {
		out = append(out, "some of the logs cannot be read; their problems are listed")
	}
	if skipped.UnknownIPv6 > 0 {
		out = append(out, fmt.Sprintf("%d records have IPv6 addresses, but the network's IPv6 block is not known", skipped.UnknownIPv6))
	}
	return out
}

// doubtsAbout returns why a flow may have been used although no record shows it. A connection between two tiers shows at both ends, so that
// the logs of one are enough.
func (c *coverage) doubtsAbout(f arch.CheckedFlow) []string {
	out := slices.Clone(c.always)
	var doubts []string
	var gaps *spans
	var names string
	for _, end := range []arch.Peer{f.From, f.To} {
		if !end.Kind.IsTier() {
			continue
		}
		t := c.tiers[end.Text]
		if t == nil || len(t.doubts) > 0 {
			if t != nil {
				doubts = append(doubts, t.doubts...)
			}
			continue
		}
		if gaps == nil {
			gaps, names = &t.gaps, end.Text
		} else if end.Text != names {
			both := gaps.intersect(t.gaps)
			gaps, names = &both, names+" and "+end.Text
		}
	}
	switch {
	case gaps == nil:
		slices.Sort(doubts)
		return append(out, slices.Compact(doubts)...)
	case len(gaps.all) > 0:
		out = append(out, fmt.Sprintf("the logs of %s do not cover %s of the period, first from %s to %s", names,
			time.Duration(gaps.length())*time.Second, stamp(gaps.all[0].from), stamp(gaps.all[0].to)))
	}
	return out
}

func stamp(at int64) string { return time.Unix(at, 0).UTC().Format("2006-01-02T15:04:05Z") }

// results returns how far the logs cover each tier.
func (c *coverage) results() []Tier {
	var out []Tier
	for _, id := range slices.Sorted(maps.Keys(c.tiers)) {
		t := c.tiers[id]
		tier := Tier{ID: id, Interfaces: t.interfaces, Doubts: t.doubts}
		if length := c.period.to - c.period.from; length > 0 && t.interfaces > 0 {
			tier.Covered = 1 - float64(t.gaps.intersect(spans{[]span{c.period}}).length())/float64(length)
		}
		for _, g := range t.gaps.all {
			tier.Gaps = append(tier.Gaps, Gap{g.from, g.to})
		}
		out = append(out, tier)
	}
	return out
}
