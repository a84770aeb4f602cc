package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/webacl"
)

func (c *checker) budget(what string, cost webacl.Cost, reserved int) {
	words := fmt.Sprintf("%d WCU", cost.Total)
	if reserved > 0 {
		words += fmt.Sprintf(", and %d that Shield Advanced adds", reserved)
	}
	c.rule = ""
	switch {
	case cost.Total+reserved > webacl.MaxCapacity:
		c.fail("wcu", "the "+what+" costs more than AWS accepts",
			fmt.Sprintf("got %s; allowed are %d. %s", words, webacl.MaxCapacity, dearest(cost)), "leave out what is not needed")
	case cost.Upper+reserved > webacl.MaxCapacity:
		c.warnAt("wcu-shared", "", "the "+what+" may cost more than AWS accepts",
			fmt.Sprintf("it costs %s if AWS counts each transformation of a part once, and %d if it does not; allowed are %d", words,
				cost.Upper+reserved, webacl.MaxCapacity), "")
	case c.acl && cost.Total+reserved > webacl.FreeCapacity:
		c.warnAt("wcu-price", "", "requests cost more beyond 1,500 WCU",
			fmt.Sprintf("the web ACL is %s; AWS charges for every started 500 beyond 1,500. %s", words, dearest(cost)), "")
	}
}

// dearest names the three most expensive rules.
func dearest(c webacl.Cost) string {
	rules := slices.SortedStableFunc(slices.Values(c.Rules), func(a, b webacl.RuleCost) int { return b.Total - a.Total })
	var out []string
	for _, r := range rules[:min(3, len(rules))] {
		out = append(out, fmt.Sprintf("%s %d", r.Name, r.Total))
	}
	return "The most expensive rules: " + strings.Join(out, ", ")
}
