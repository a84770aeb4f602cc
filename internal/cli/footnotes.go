package cli

import (
	"fmt"
	"slices"
	"strings"
)

// footnotes are reasons that are written once below a table; its cells refer to them by number.
type footnotes struct{ texts []string }

// refer returns the numbers of texts, as in " (1, 2)", and adds the new ones. Without texts, it returns an empty string.
func (f *footnotes) refer(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	var numbers []int
	for _, text := range texts {
		at := slices.Index(f.texts, text)
		if at < 0 {
			at = len(f.texts)
			f.texts = append(f.texts, text)
		}
		numbers = append(numbers, at+1)
	}
	slices.Sort(numbers)
	return " (" + strings.Trim(strings.ReplaceAll(fmt.Sprint(slices.Compact(numbers)), " ", ", "), "[]") + ")"
}

// lines returns the footnotes, each with its number.
func (f *footnotes) lines() []string {
	out := make([]string, len(f.texts))
	for i, text := range f.texts {
		out[i] = fmt.Sprintf("(%d) %s\n", i+1, brief(text))
	}
	return out
}
