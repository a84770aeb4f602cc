package networkfirewall

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
)

// Problem is one mistake in a policy, a rule group, logs or a TLS inspection configuration.
type Problem struct {
	Kind string // the kind of problem: "priority"
	// Severity is Error for what AWS rejects, Finding for what AWS accepts but opens the firewall or has no effect, and Warning for other
	// probable mistakes.
	Severity diag.Severity
	Where    string // the property: "FirewallPolicy.StatefulDefaultActions[1]"; empty for the whole resource
	// Group is the rule group that has the problem; nil if the policy or the logs have it.
	Group *Group
	// Rule is the number of a rule in its group, counted from 1; 0 if no single rule has the problem.
	Rule int
	// Members are indexes into the policy's members. The first is the member to change.
	Members []int
	// Subject distinguishes the problem from others of its kind in the same place; it may be empty.
	Subject string
	Summary string
	Detail  string // the value found and the values allowed
	Fix     string
	// Unknown is true if this is not a mistake: a value that only a deployment knows prevents a check.
	Unknown bool
}

// refused are kinds of problems that AWS accepts.
var refused = map[string]bool{
	"bidirectional": true, "mixed-families": true, "external-net": true, "default-missing": true, "default-unlogged": true,
}

// Refused reports whether those who write new rules should not get away with a problem, although AWS accepts it: a better way to write it
// always exists.
func (p Problem) Refused() bool { return refused[p.Kind] }

// problems collects problems.
type problems []Problem

func (p *problems) add(one Problem) { *p = append(*p, one) }

// fail records a problem that AWS rejects.
func (p *problems) fail(kind, where, summary, detail, fix string) {
	p.add(Problem{Kind: kind, Where: where, Summary: summary, Detail: detail, Fix: fix})
}

// report records a problem that AWS accepts.
func (p *problems) report(severity diag.Severity, kind, where, summary, detail, fix string) {
	p.add(Problem{Kind: kind, Severity: severity, Where: where, Summary: summary, Detail: detail, Fix: fix})
}

// capped keeps the first problems of each kind in each group, and one problem that says how many more there are.
func (p problems) capped() []Problem {
	type same struct {
		kind  string
		group *Group
	}
	count, more := map[same]int{}, map[same]int{} // more holds indexes into out
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
		out[i].Summary = fmt.Sprintf("%d more problems of this kind: %s", count[key]-maxProblems, out[i].Summary)
		out[i].Detail, out[i].Fix = "", ""
	}
	return out
}

// IsToken reports whether only a deployment knows a part of a text. Callers join texts, so a token of a list may stand anywhere; package
// webacl looks for one only at the beginning, because a regular expression may hold "#{".
func IsToken(text string) bool { return strings.Contains(text, "${") || strings.Contains(text, "#{") }
