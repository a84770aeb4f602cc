package webacl

import (
	"slices"
	"strings"
)

// Nearest returns the candidate that is closest to a text by edits, cases aside; empty if none is close.
func Nearest(text string, candidates []string) string {
	best, distance := "", len(text)/3+1
	for _, c := range slices.Sorted(slices.Values(candidates)) {
		if d := edits(strings.ToLower(text), strings.ToLower(c)); d < distance {
			best, distance = c, d
		}
	}
	return best
}

// edits is how many letters must be put in, taken out or changed to make b of a.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
