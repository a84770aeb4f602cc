package dnsfirewall

import (
	"cmp"
	"slices"
)

// Decision is what becomes of a query.
type Decision struct {
	Action Action
	// Group and Rule are what decides. Rule is nil if no rule matches, or if Group holds rules that are not known.
	Group *Group
	Rule  *Rule
	// Why says why it is not known that the rule matches; empty for a decision that is certain to be reached if none before it applies.
	Why string
}

// Answer is what becomes of a query, as far as it is known.
type Answer struct {
	// Decision is what happens if none of Doubts applies.
	Decision
	// Doubts are the decisions of rules that come first and may match, in their order.
	Doubts []Decision
}

// Evaluate says what the groups of a VPC do with a query for a name. queryType is a type as rules have it, "A".
func Evaluate(groups []Group, name, queryType string) Answer {
	name = Canonical(name)
	var out Answer
	for _, g := range ordered(groups) {
		if g.Unknown != "" {
			out.Doubts = append(out.Doubts, Decision{Group: g, Why: g.Unknown})
		}
		for _, r := range inOrder(g.Rules) {
			how, why := r.match(name, queryType)
			d := Decision{Action: r.Action, Group: g, Rule: r, Why: why}
			if how == matches && g.Perhaps == "" {
				out.Decision = d
				return out
			}
			if how != noMatch {
				d.Why = cmp.Or(why, g.Perhaps)
				out.Doubts = append(out.Doubts, d)
			}
		}
	}
	out.Action = Allow
	return out
}

// ordered returns the groups by their priorities.
func ordered(groups []Group) []*Group {
	var out []*Group
	for i := range groups {
		out = append(out, &groups[i])
	}
	slices.SortStableFunc(out, func(a, b *Group) int { return cmp.Compare(a.Priority, b.Priority) })
	return out
}

// inOrder returns rules by their priorities.
func inOrder(rules []Rule) []*Rule {
	var out []*Rule
	for i := range rules {
		out = append(out, &rules[i])
	}
	slices.SortStableFunc(out, func(a, b *Rule) int { return cmp.Compare(a.Priority, b.Priority) })
	return out
}

// match says whether the rule matches a query, and why that is not known.
func (r *Rule) match(name, queryType string) (how match, why string) {
	if r.Type != "" && r.Type != queryType {
		return noMatch, ""
	}
	how, why = r.matchName(name)
	if how == matches && r.Unknown != "" {
		return mayMatch, r.Unknown
	}
	return how, why
}

// matchName says whether the rule's list or threat matches a name, and why that is not known.
func (r *Rule) matchName(name string) (how match, why string) {
	if r.Threat != "" {
		return mayMatch, "AWS decides at the time of the query whether it is a threat (" + string(r.Threat) + ")"
	}
	if r.List == nil {
		return mayMatch, cmp.Or(r.Unknown, "the rule has no list of domains")
	}
	for _, d := range r.List.Domains {
		switch matchDomain(d, name) {
		case matches:
			return matches, ""
		case mayMatch:
			how, why = mayMatch, "whether "+d+" matches is known only at deployment"
		}
	}
	if r.List.Unknown != "" {
		return mayMatch, r.List.Unknown
	}
	return how, why
}

// Certain returns the action if every decision that may be reached has the same, and false otherwise. Threats are left out if
// exceptThreats is set.
func (a Answer) Certain(exceptThreats bool) (Action, bool) {
	for _, d := range a.Doubts {
		if exceptThreats && d.Rule != nil && d.Rule.Threat != "" {
			continue
		}
		if d.Action != a.Action {
			return "", false
		}
	}
	return a.Action, a.Action != ""
}

// FollowsRedirection reports whether the groups also look at the names that CNAME records lead on to. It is true unless the rule that
// decides trusts them.
func (a Answer) FollowsRedirection() bool { return a.Rule == nil || !a.Rule.TrustRedirection }
