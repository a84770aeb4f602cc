package plan

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// TestNumbersAreIdentity: these numbers are logical ids of deployed entries. They never change.
func TestNumbersAreIdentity(t *testing.T) {
	t.Parallel()
	https := arch.Ports{Protocol: arch.TCP, From: 443, To: 443}
	keys := []EntryKey{
		{Ingress, https, address.Everywhere(false)},
		{Egress, https, address.Everywhere(false)},
		{Ingress, https, address.Everywhere(true)},
		{Ingress, https, address.Literal(netip.MustParsePrefix("10.0.32.0/20"))},
		{Ingress, https, address.Block{Bits: 20, Index: 3}},
		{Ingress, https, address.Block{IPv6: true, Bits: 62, Index: 3}},
		{Ingress, https, address.Block{Symbol: "Vpn.Block"}},
		{Ingress, arch.Ports{Protocol: arch.ICMP, From: 3, To: 4}, address.Everywhere(false)},
	}
	var got []string
	for _, k := range keys {
		got = append(got, numbered([]EntryKey{k}, lastNumber)[0].ID())
	}
	assert.Equal(t, []string{"In-18155", "Out-29631", "In-19957", "In-8247", "In-22935", "In-2308", "In-8693", "In-21476"}, got)
}

// TestCollision: two entries have the same number at home. The later one in their order gets another number, and the entry that
// keeps the number waits for it.
func TestCollision(t *testing.T) {
	t.Parallel()
	mtu := EntryKey{Egress, arch.Ports{Protocol: arch.ICMP, From: 3, To: 4}, address.Everywhere(false)}
	service := EntryKey{Egress, arch.Ports{Protocol: arch.TCP, From: 2240, To: 2240}, address.Literal(netip.MustParsePrefix("10.0.48.0/20"))}
	assert.Equal(t, []Entry{{service, 21982, nil}}, numbered([]EntryKey{service}, lastNumber), "alone")
	assert.Equal(t, []Entry{{service, 13284, nil}, {mtu, 21982, []int{13284}}}, numbered([]EntryKey{service, mtu}, lastNumber))
}

// keysOf draws entries of one direction.
func keysOf(t *rapid.T, label string) []EntryKey {
	ports := rapid.SliceOfNDistinct(rapid.IntRange(1, 60), 0, 12, rapid.ID[int]).Draw(t, label)
	var out []EntryKey
	for _, p := range ports {
		out = append(out, EntryKey{Ingress, arch.Ports{Protocol: arch.TCP, From: p, To: p}, address.Everywhere(false)})
	}
	return out
}

// few is a number of numbers that makes collisions common.
const few = 40

func TestNumbersDependOnKeysAlone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		keys := keysOf(t, "keys")
		entries := numbered(keys, few)
		if other := numbered(rapid.Permutation(keys).Draw(t, "order"), few); fmt.Sprint(other) != fmt.Sprint(entries) {
			t.Fatalf("%v\n%v", entries, other)
		}
		taken := map[int]bool{}
		for _, e := range entries {
			if e.Number < 1 || e.Number > few || taken[e.Number] {
				t.Fatalf("%d is taken or out of range", e.Number)
			}
			taken[e.Number] = true
		}
	})
}

// TestUpdatesOfEntries updates random entries to other ones as CloudFormation does: entries are numbers whose content
// changes in place, in any order that After allows, and removed entries go last. An entry that is there before and after is
// there all the time, unless it moves back to an earlier number of its sequence.
func TestUpdatesOfEntries(t *testing.T) {
	t.Parallel()
	moved := 0
	rapid.Check(t, func(t *rapid.T) {
		keys := keysOf(t, "before")
		next := keys
		if i := rapid.IntRange(-1, len(keys)-1).Draw(t, "removed"); i >= 0 {
			next = slices.Delete(slices.Clone(keys), i, i+1)
		} else {
			for _, k := range keysOf(t, "added") {
				if !slices.Contains(next, k) {
					next = append(next, k)
				}
			}
		}
		before, after := numbered(keys, few), numbered(next, few)
		now := map[int]EntryKey{}
		for _, e := range before {
			now[e.Number] = e.EntryKey
		}
		done := map[int]bool{}
		for len(done) < len(after) {
			ready := slices.DeleteFunc(slices.Clone(after), func(e Entry) bool {
				return done[e.Number] || slices.ContainsFunc(e.After, func(n int) bool { return !done[n] })
			})
			if len(ready) == 0 {
				t.Fatalf("a circle among %v", after)
			}
			e := rapid.SampledFrom(ready).Draw(t, "next")
			if old, ok := now[e.Number]; ok && old != e.EntryKey {
				moved++
			}
			now[e.Number], done[e.Number] = e.EntryKey, true
			for _, k := range keys {
				if slices.Contains(next, k) && !holdsKey(now, k) && !movesBack(k, before, after) {
					t.Fatalf("%v is not there for a while: %v to %v", k, before, after)
				}
			}
		}
	})
	if testing.Short() {
		return // rapid draws a fifth of the cases, too few to ask what they hold.
	}
	assert.Positive(t, moved, "no number changed its content")
}

// movesBack reports whether an entry is nearer to its home than before.
func movesBack(k EntryKey, before, after []Entry) bool {
	attempt := func(entries []Entry) int {
		i := slices.IndexFunc(entries, func(e Entry) bool { return e.EntryKey == k })
		for n := 0; ; n++ {
			if number(k.hashed(), n, few) == entries[i].Number {
				return n
			}
		}
	}
	return attempt(after) < attempt(before)
}

func holdsKey(entries map[int]EntryKey, k EntryKey) bool {
	for _, e := range entries {
		if e == k {
			return true
		}
	}
	return false
}

func TestWithoutInner(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		blocks := []address.Block{address.Everywhere(false), address.Everywhere(true), address.Literal(netip.MustParsePrefix("10.0.0.0/16")),
			address.Literal(netip.MustParsePrefix("10.0.32.0/20")),
			{Bits: 16}, {Bits: 20, Index: 2}, {Bits: 22, Index: 9}, {Symbol: "Vpn.Block"}, {Symbol: "Other.Block"}}
		ports := []arch.Ports{{Protocol: arch.TCP, From: 0, To: 65535}, {Protocol: arch.TCP, From: 443, To: 443},
			{Protocol: arch.TCP, From: 400, To: 500}, {Protocol: arch.TCP, From: 400, To: 443},
			{Protocol: arch.UDP, From: 443, To: 443}, {Protocol: arch.ICMP, From: -1, To: -1}, {Protocol: arch.ICMP, From: 3, To: 4},
			{Protocol: arch.ICMP, From: 3, To: -1}}
		var keys []EntryKey
		for range rapid.IntRange(0, 20).Draw(t, "count") {
			keys = append(keys, EntryKey{
				Direction(rapid.IntRange(0, 1).Draw(t, "way")), rapid.SampledFrom(ports).Draw(t, "ports"), rapid.SampledFrom(blocks).Draw(t, "block"),
			})
		}
		left := withoutInner(keys)
		for _, k := range keys {
			if !slices.ContainsFunc(left, func(l EntryKey) bool { return l.contains(k) }) {
				t.Fatalf("%v is lost: %v", k, left)
			}
		}
		for i, k := range left {
			if !slices.Contains(keys, k) {
				t.Fatalf("%v was not asked for", k)
			}
			if slices.ContainsFunc(slices.Delete(slices.Clone(left), i, i+1), func(l EntryKey) bool { return l.contains(k) }) {
				t.Fatalf("%v is inside another one: %v", k, left)
			}
		}
	})
}
