package suricata

import (
	"fmt"
	"strings"
)

// Group is a stateful rule group of AWS Network Firewall.
type Group struct {
	Lines []Line
	// StrictOrder is true if rules are evaluated in the order in which they are written.
	StrictOrder bool
	// IPSets and PortSets are the rule variables, by name without the dollar sign.
	IPSets, PortSets map[string][]string
	// References are the names of IP set references, without the at sign.
	References []string
	// Capacity is the number of rules that the group reserves room for; 0 if it is not known.
	Capacity int
}

// Check returns everything that AWS's API rejects in the group, and what tierwall rejects for safety, in the order of the lines.
func Check(g Group) []Problem {
	out := g.checkVariables()
	first := map[int]int{}
	known := newMemo(g)
	for _, line := range g.Lines {
		c := checker{g: g, line: line, memo: known}
		c.sid(first)
		c.header()
		c.length()
		c.keywords()
		c.options()
		out = append(out, c.found...)
	}
	if g.Capacity > 0 && len(g.Lines) > g.Capacity {
		out = append(out, Problem{
			Rule: "capacity", Summary: "the group has more rules than its capacity",
			Detail: fmt.Sprintf("it has %d rules; its capacity is %d", len(g.Lines), g.Capacity),
			Fix:    "raise the capacity and give the group another name",
		})
	}
	return out
}

// checker collects the problems of one rule.
type checker struct {
	*memo
	g     Group
	line  Line
	found []Problem
}

func (c *checker) fail(rule, summary, detail, fix string) {
	c.found = append(c.found, Problem{Line: c.line.Number, Rule: rule, Summary: summary, Detail: detail, Fix: fix})
}

// maxSID is the highest id of a rule (measured with Suricata 7.0.10).
const maxSID = 4294967294

// sid checks that the rule has one id, which no rule before it has. AWS answers "sid not assigned" and "Duplicate signature" otherwise.
func (c *checker) sid(first map[int]int) {
	r := c.line.Rule
	values := 0
	for _, o := range r.Options {
		if o.Keyword == "sid" {
			values++
		}
	}
	sid, ok := r.SID()
	switch {
	case values == 0:
		c.fail("sid-missing", "a rule has no sid", "AWS rejects it with \"sid not assigned\"",
			"add sid:1000001; with a number that no other rule has")
	case values > 1:
		c.fail("sid-twice", "a rule has two sids", "", "keep one")
	case !ok || sid < 1 || sid > maxSID:
		value, _ := r.Get("sid")
		c.fail("sid-range", "a sid is out of range", fmt.Sprintf("got %.40q; allowed are 1 to %d", value, maxSID), "")
	case first[sid] != 0:
		c.fail("sid-twice", fmt.Sprintf("two rules have the sid %d", sid),
			fmt.Sprintf("line %d has it already; AWS rejects the group with \"Duplicate signature\"", first[sid]),
			"give one of them another number")
	default:
		first[sid] = max(c.line.Number, 1)
	}
	if rev, ok := r.Get("rev"); ok && (rev == "0" || strings.Trim(rev, "0123456789") != "") {
		c.fail("rev", "a rule has an invalid rev", fmt.Sprintf("got %.40q; allowed are numbers from 1", rev), "")
	}
}
