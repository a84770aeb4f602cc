package usage

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// TestSpansAreSets adds random spans in random order, against a set of seconds.
func TestSpansAreSets(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		const last = 3000
		var s, shuffled spans
		seconds := map[int64]bool{}
		var all []span
		for range rapid.IntRange(0, 12).Draw(t, "spans") {
			from := rapid.Int64Range(1, last).Draw(t, "from")
			all = append(all, span{from, from + rapid.Int64Range(0, 300).Draw(t, "length")})
		}
		for _, p := range all {
			s.add(p.from, p.to)
			for i := p.from; i <= p.to; i++ {
				seconds[i] = true
			}
		}
		for _, p := range rapid.Permutation(all).Draw(t, "order") {
			shuffled.add(p.from, p.to)
		}
		assert.Equal(t, s, shuffled, "the order does not matter")
		assert.Equal(t, s.close(minTolerance), s)
		period := span{0, last + 400}
		outside := s.outside(period, 0)
		assert.Equal(t, period.to-period.from, outside.length()+s.length())
		assert.Zero(t, outside.intersect(s).length())
		for i := period.from + 1; i < period.to; i++ {
			if seconds[i] {
				for _, gap := range outside.all {
					assert.False(t, gap.from < i && i < gap.to, "second %d is covered, and in the gap %v", i, gap)
				}
			}
		}
	})
}

func TestSources(t *testing.T) {
	t.Parallel()
	var a, b, all sources
	for i := range 100_000 {
		addr := address4(uint32(i) * 7919)
		all.add(addr)
		if i%3 == 0 {
			a.add(addr)
		} else {
			b.add(addr)
		}
	}
	b.join(&a)
	assert.Equal(t, all.hashes, b.hashes, "parts join to the whole")
	r := all.result()
	assert.True(t, r.Estimated)
	assert.InEpsilon(t, 100_000, r.Count, 0.3)
	var few sources
	few.add(address4(5))
	few.add(address4(3))
	few.add(address4(5))
	assert.Equal(t, "{2 false [0.0.0.3 0.0.0.5]}", fmtSprint(few.result()))
}
