package catalog

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Nearest returns the candidate that is most similar to a misspelt name, ignoring case, or "" if none is similar. It is the
// candidate with the fewest edits, at most a third of the text's length. Among several, it is the one that differs least in
// doubled letters, because people often double the wrong letter: "smm" means "ssm". Among several of these, it is the first in
// alphabetical order.
func Nearest(text string, candidates []string) string {
	best, edits, doublings := "", len(text)/3, math.MaxInt
	text = strings.ToLower(text)
	for _, c := range slices.Sorted(slices.Values(candidates)) {
		lower := strings.ToLower(c)
		e := distance(text, lower, edits+1)
		if e > edits {
			continue
		}
		d := distance(undoubled(text), undoubled(lower), math.MaxInt)
		if cmp.Or(cmp.Compare(e, edits), cmp.Compare(d, doublings)) < 0 {
			best, edits, doublings = c, e, d
		}
	}
	return best
}

// undoubled writes repeated letters once.
func undoubled(text string) string { return string(slices.Compact([]byte(text))) }

// distance returns the number of letters that differ, are missing or are swapped with the next one. It may stop at
// limit.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before, last, row = last, row, before
		row[0] = i + 1
		for j := range len(b) {
			row[j+1] = min(last[j]+1, last[j+1]+1, row[j]+1)
			if a[i] == b[j] {
				row[j+1] = min(row[j+1], last[j])
			}
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(b)]
}
