package networkfirewall

import "fmt"

// StatelessRule is a rule of a stateless group.
type StatelessRule struct {
	Priority int // 0 if it is not known
	// Capacity is the product of the numbers of its sources, destinations, ports and protocols.
	Capacity int
	// Any is true if the rule names neither a source nor a destination.
	Any bool
}

// stateless checks the rules of a stateless group.
func (p *problems) stateless(g *Group) {
	const where = rulesSource + ".StatelessRulesAndCustomActions.StatelessRules"
	first := map[int]bool{}
	for i, r := range g.Stateless {
		at := fmt.Sprintf("%s[%d]", where, i)
		if r.Priority != 0 && first[r.Priority] {
			p.fail("priority", at+".Priority", fmt.Sprintf("two stateless rules have priority %d", r.Priority), "",
				"give one of them another priority")
		}
		first[r.Priority] = true
		if r.Any {
			p.fail("stateless-any", at, "a stateless rule names neither a source nor a destination", "AWS requires one of them",
				"write 0.0.0.0/0 for any address")
		}
	}
}

// ReadStateless makes g a stateless group with the given rules.
func (g *Group) ReadStateless(rules []StatelessRule) {
	g.IsStateless, g.Stateless, g.source, g.Unit = true, rules, "StatelessRulesAndCustomActions", "rule"
	for _, r := range rules {
		g.Rules = min(g.Rules+r.Capacity, 2*MaxCapacity)
	}
}
