package cli

import (
	"fmt"
	"slices"
	"strings"
)

// reasons are why something is not known, told once below a table and referred to by number in it.
type reasons struct{ texts []string }

// refer returns the numbers of the reasons: " (1, 2)". It is empty for none.
func (r *reasons) refer(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	var numbers []int
	for _, text := range texts {
		at := slices.Index(r.texts, text)
		if at < 0 {
			at = len(r.texts)
			r.texts = append(r.texts, text)
		}
		numbers = append(numbers, at+1)
	}
	slices.Sort(numbers)
	return " (" + strings.Trim(strings.ReplaceAll(fmt.Sprint(slices.Compact(numbers)), " ", ", "), "[]") + ")"
}

// lines are the reasons, each with its number.
func (r *reasons) lines() []string {
	out := make([]string, len(r.texts))
	for i, text := range r.texts {
		out[i] = fmt.Sprintf("(%d) %s\n", i+1, brief(text))
	}
	return out
}
