package upgrade

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Every rule that shares traffic with a box is among its candidates, in the order of the rules.
func TestIndexFindsAllCandidates(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		boxes := rapid.Custom(func(t *rapid.T) box {
			some := func(most int) interval {
				lo := rapid.IntRange(0, most).Draw(t, "lo")
				return numbers(lo, rapid.IntRange(lo, most).Draw(t, "hi"))
			}
			b := box{some(3), some(20), some(20)}
			switch rapid.IntRange(0, 5).Draw(t, "peer") {
			case 0:
				b[2] = everything4
			case 1:
				b[2] = everything6
			case 2:
				b[2].base = "a"
			case 3:
				b[1].base = "b"
			}
			return b
		})
		var rules []rule
		for i, b := range rapid.SliceOf(boxes).Draw(t, "rules") {
			rules = append(rules, rule{box: b, line: i})
		}
		asked := boxes.Draw(t, "asked")
		var want, got []int
		for _, r := range rules {
			if _, ok := r.box.meet(asked); ok {
				want = append(want, r.line)
			}
		}
		for _, r := range newIndex(rules).candidates(asked) {
			if _, ok := r.box.meet(asked); ok {
				got = append(got, r.line)
			}
		}
		require.Equal(t, want, got)
	})
}
