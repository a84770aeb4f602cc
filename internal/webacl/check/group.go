package check

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/webacl"
)

// Group is ACL for a rule group.
func Group(g webacl.Group, refs webacl.References) []webacl.Problem {
	c := &checker{scope: g.Scope, bodies: g.CustomResponseBodies, refs: refs}
	c.head(g.Name, g.Description, g.VisibilityConfig)
	c.responseBodies()
	c.rules(g.Rules)
	cost := g.Cost(refs)
	if g.Capacity != 0 && g.Capacity < cost.Total {
		c.fail("capacity", "the rule group's capacity is too small for its rules",
			fmt.Sprintf("got %d WCU; the rules need %d, or %d if no transformation is shared", g.Capacity, cost.Total, cost.Upper),
			"make another group with a larger capacity, because the capacity of a group can never change; a construct computes it if Capacity is "+
				"left out")
	}
	c.budget("rule group", cost, 0)
	return c.found
}
