package fold_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/fold"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	want := []string{
		"", "1", "2", "10", "a", "a01", "a1", "a1b", "a2", "a2b", "a10", "a10b", "a99999999999999999999", "a100000000000000000000", "b",
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, fold.Compare)
	assert.Equal(t, want, got)
}

// TestCompareIsAnOrder: sorting needs an order that is total, antisymmetric and transitive.
func TestCompareIsAnOrder(t *testing.T) {
	t.Parallel()
	name := rapid.StringMatching(`[a01-]{0,4}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := name.Draw(t, "a"), name.Draw(t, "b"), name.Draw(t, "c")
		assert.Equal(t, fold.Compare(a, b), -fold.Compare(b, a))
		assert.Equal(t, a == b, fold.Compare(a, b) == 0)
		if fold.Compare(a, b) < 0 && fold.Compare(b, c) < 0 {
			assert.Negative(t, fold.Compare(a, c))
		}
	})
}

func TestNames(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ names, want []string }{
		{nil, nil},
		{[]string{"b", "a", "b"}, []string{"a", "b"}},
		{[]string{"web-1", "web-2"}, []string{"web-1", "web-2"}},
		{[]string{"web-3", "web-1", "web-2"}, []string{"web-1 ... web-3 (3)"}},
		{[]string{"web-9", "web-10", "web-11", "web-13", "app"}, []string{"app", "web-9 ... web-11 (3)", "web-13"}},
		{[]string{"w1a", "w2a", "w3a", "w4b"}, []string{"w1a ... w3a (3)", "w4b"}},
		{[]string{"w-1/w-1", "w-2/w-2", "w-3/w-3", "w-4/w-5"}, []string{"w-1/w-1 ... w-3/w-3 (3)", "w-4/w-5"}},
		{[]string{"a1-1", "a1-2", "a1-3"}, []string{"a1-1 ... a1-3 (3)"}},
		{[]string{"a01", "a02", "a03"}, []string{"a01", "a02", "a03"}},
		{[]string{"10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"}, []string{"10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"}},
	} {
		assert.Equal(t, test.want, fold.Names(test.names))
	}
}

var folded = regexp.MustCompile(`^(.*?)(\d+)(\D*) \.\.\. \D*(?:.*\D)?(\d+)\D* \((\d+)\)$`)

// unfold returns the names that a text stands for, as a reader takes it.
func unfold(t require.TestingT, text string) (names []string) {
	parts := folded.FindStringSubmatch(text)
	if parts == nil {
		return []string{text}
	}
	first, err := strconv.Atoi(parts[2])
	require.NoError(t, err)
	last, err := strconv.Atoi(parts[4])
	require.NoError(t, err)
	for n := first; n <= last; n++ {
		names = append(names, parts[1]+strconv.Itoa(n)+parts[3])
	}
	require.Equal(t, parts[5], strconv.Itoa(len(names)), text)
	return names
}

// TestNamesLoseNothing: a reader who counts gets the same names back.
func TestNamesLoseNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfDistinct(rapid.StringMatching(`[ab]-[0-9]{1,2}c?`), rapid.ID).Draw(t, "names")
		var got []string
		for _, text := range fold.Names(names) {
			got = append(got, unfold(t, text)...)
		}
		assert.ElementsMatch(t, names, got)
	})
}

// TestPairsAreExact: the groups stand for the given pairs, each of them once.
func TestPairsAreExact(t *testing.T) {
	t.Parallel()
	end := rapid.IntRange(1, 5)
	rapid.Check(t, func(t *rapid.T) {
		pair := rapid.Custom(func(t *rapid.T) fold.Pair {
			return fold.Pair{
				From: fmt.Sprint("f", end.Draw(t, "from")), To: fmt.Sprint("t", end.Draw(t, "to")),
				Content: rapid.SampledFrom([]string{"x", "y"}).Draw(t, "content"),
			}
		})
		pairs := rapid.SliceOfDistinct(pair, rapid.ID).Draw(t, "pairs")
		groups := fold.Pairs(pairs)
		var got []fold.Pair
		for _, g := range groups {
			for _, from := range g.From {
				for _, to := range g.To {
					got = append(got, fold.Pair{From: from, To: to, Content: g.Content})
				}
			}
		}
		assert.ElementsMatch(t, pairs, got)
		assert.LessOrEqual(t, len(groups), len(pairs))
		assert.Equal(t, groups, fold.Pairs(pairs), "from run to run")
	})
}

// TestPairsFold: a balancer before many tiers is one group, and so are many tiers before a database.
func TestPairsFold(t *testing.T) {
	t.Parallel()
	var pairs []fold.Pair
	for n := range 10 {
		pairs = append(pairs, fold.Pair{From: "lb", To: fmt.Sprint("web-", n), Content: "https"},
			fold.Pair{From: fmt.Sprint("app-", n), To: "db", Content: "mysql"},
			fold.Pair{From: fmt.Sprint("app-", n), To: "cache", Content: "mysql"})
	}
	groups := fold.Pairs(pairs)
	require.Len(t, groups, 2)
	assert.Equal(t, []string{"cache", "db"}, groups[1].To)
	assert.Len(t, groups[1].From, 10)
}
