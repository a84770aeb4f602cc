package texttable_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/texttable"
)

func TestFit(t *testing.T) {
	t.Parallel()
	rows := [][]string{{"A", "B"}, {"one two three", "x"}}
	for width, want := range map[int]string{
		20: "A              B\none two three  x\n",
		15: "A        B\none two  x\n  three\n",
	} {
		text, ok := texttable.Layout{Gap: 2}.Fit(rows, width)
		assert.True(t, ok)
		assert.Equal(t, want, text, width)
	}
	text, ok := texttable.Layout{Gap: 2}.Fit([][]string{{"onetwothreefour", "x"}}, 10)
	assert.False(t, ok)
	assert.Equal(t, "onetwothreefour  x\n", text)
	text, ok = texttable.Layout{}.Fit(nil, 10)
	assert.True(t, ok)
	assert.Empty(t, text)
}

// TestFitLosesNothing: whatever the width, all words are there, and the text is no wider if it says so.
func TestFitLosesNothing(t *testing.T) {
	t.Parallel()
	cell := rapid.StringMatching(`([a-zü]{1,12}( [a-z]{1,12}){0,6})?`)
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 3, 3), 1, 5).Draw(t, "rows")
		width := rapid.IntRange(1, 80).Draw(t, "width")
		text, ok := texttable.Layout{Gap: 2}.Fit(rows, width)
		var want []string
		for _, row := range rows {
			want = append(want, strings.Fields(strings.Join(row, " "))...)
		}
		assert.ElementsMatch(t, want, strings.Fields(text))
		for line := range strings.Lines(text) {
			if ok {
				assert.LessOrEqual(t, utf8.RuneCountInString(strings.TrimSuffix(line, "\n")), width)
			}
		}
	})
}
