package networkfirewall

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
)

// Problem is something that is wrong with a policy, a rule group or logs.
type Problem struct {
	Kind string // names the kind of problem: "priority"
	// Severity is Error for what AWS refuses, Finding for what it takes and what opens the firewall or has no effect, and Warning for the
	// rest.
	Severity diag.Severity
	Where    string // the property: "FirewallPolicy.StatefulDefaultActions[1]"; empty for the whole
	// Group is the rule group that the problem is in; nil for a problem of the policy or the logs themselves.
	Group *Group
	// Rule is the number of a rule in its group, counted from 1; 0 for none.
	Rule int
	// Members are indexes into the policy's members, the one to change first.
	Members []int
	// Subject tells the problem from others of its kind in the same place; it may be empty.
	Subject string
	Summary string
	Detail  string // got and allowed
	Fix     string
	// Unknown says that it is no mistake: a value that only a deployment knows keeps something from being checked.
	Unknown bool
}

// problems collects problems.
type problems []Problem

func (p *problems) add(one Problem) { *p = append(*p, one) }

// fail records something that AWS refuses.
func (p *problems) fail(kind, where, summary, detail, fix string) {
	p.add(Problem{Kind: kind, Where: where, Summary: summary, Detail: detail, Fix: fix})
}

// report records something that AWS takes.
func (p *problems) report(severity diag.Severity, kind, where, summary, detail, fix string) {
	p.add(Problem{Kind: kind, Severity: severity, Where: where, Summary: summary, Detail: detail, Fix: fix})
}

// capped keeps the first problems of each kind in each group, and says how many more there are.
func (p problems) capped() []Problem {
	type same struct {
		kind  string
		group *Group
	}
	count, more := map[same]int{}, map[same]int{} // more are places in out
	var out []Problem
	for _, one := range p {
		key := same{one.Kind, one.Group}
		count[key]++
		switch n := count[key]; {
		case n <= maxProblems:
			out = append(out, one)
		case n == maxProblems+1:
			more[key] = len(out)
			one.Rule, one.Subject = 0, "more"
			out = append(out, one)
		}
	}
	for key, i := range more {
		out[i].Summary, out[i].Detail, out[i].Fix = fmt.Sprintf("%d more of this kind: %s", count[key]-maxProblems, out[i].Summary), "", ""
	}
	return out
}

// IsToken reports whether a part of a text is known only at deployment.
func IsToken(text string) bool { return strings.Contains(text, "${") || strings.Contains(text, "#{") }
