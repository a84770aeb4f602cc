package mirror

import (
	"fmt"
	"strings"
)

// TooMany says why AWS does not take the filter, or returns an empty string: how many rules there are, and which flows need them.
func (f Filter) TooMany() string {
	if len(f.Rules) <= MaxRules {
		return ""
	}
	var needs []string
	for _, c := range f.Costs {
		needs = append(needs, fmt.Sprintf("%s alone needs %d", c.Flow, c.Rules))
	}
	text := fmt.Sprintf("it needs %d rules; AWS takes %d, for both directions together, and does not raise that", len(f.Rules), MaxRules)
	rest := 0
	for _, r := range f.Rules {
		if strings.HasPrefix(r.ID, "Rest") {
			rest++
		}
	}
	if rest > 0 {
		text += fmt.Sprintf("; %d of them copy everything else", rest)
	}
	return text + "; " + strings.Join(needs, ", ")
}
