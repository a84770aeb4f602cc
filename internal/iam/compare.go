package iam

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
)

// covers reports whether a statement certainly matches everything that another one matches. It may return false if that is harder to see.
func covers(outer, inner Statement) bool {
	return coversPrincipal(outer.Principal, inner.Principal) && coversActions(outer, inner) && coversResources(outer, inner) &&
		!slices.ContainsFunc(outer.Conditions, func(c Condition) bool { return !implied(c, inner.Conditions) })
}

func coversPrincipal(outer, inner Principal) bool {
	if outer.IsEverybody() || outer.Missing && inner.Missing {
		return true
	}
	if outer.Missing || inner.Missing || outer.Not || inner.Not {
		return false
	}
	return !slices.ContainsFunc(inner.Names, func(n PrincipalName) bool { return !slices.Contains(outer.Names, n) })
}

func coversActions(outer, inner Statement) bool {
	if outer.NotAction || inner.NotAction {
		return outer.NotAction == inner.NotAction && slices.Equal(outer.Actions, inner.Actions)
	}
	return !slices.ContainsFunc(inner.Actions, func(a string) bool { return !coversAction(outer.Actions, a) })
}

// coversAction reports whether patterns match all actions that a pattern matches: by their letters or, together, by the actions that exist.
func coversAction(patterns []string, action string) bool {
	lower := strings.ToLower(action)
	for _, p := range patterns {
		if contains(strings.ToLower(p), lower) {
			return true
		}
	}
	found := catalog.Actions(action)
	return len(found) > 0 && hasWildcard(action) && !slices.ContainsFunc(found, func(a catalog.Action) bool {
		return !slices.ContainsFunc(patterns, func(p string) bool { return catalog.Glob(strings.ToLower(p), strings.ToLower(a.Name)) })
	})
}

func coversResources(outer, inner Statement) bool {
	if outer.NotResource || inner.NotResource {
		return outer.NotResource == inner.NotResource && slices.Equal(outer.Resources, inner.Resources)
	}
	return !slices.ContainsFunc(inner.Resources, func(r string) bool { return !coversResource(outer.Resources, r) })
}

func coversResource(patterns []string, arn string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return contains(p, arn) })
}

// implied reports whether conditions hold only if c holds.
func implied(c Condition, by []Condition) bool {
	return slices.ContainsFunc(by, func(b Condition) bool { return implies(b, c) })
}

// implies reports whether b holds only if c holds. It compares operators that accept one of several values: b must have fewer values.
func implies(b, c Condition) bool {
	if !strings.EqualFold(b.Key, c.Key) {
		return false
	}
	x, ok := operatorOf(b.Operator)
	y, also := operatorOf(c.Operator)
	if !ok || !also || x.set != y.set || x.negated != y.negated || x.exists && !y.exists {
		return false
	}
	equals := x.base == "StringEquals" && (y.base == "StringLike" || y.base == "ArnLike")
	if x.base != y.base && !equals {
		return false
	}
	if x.negated { // A negated condition is stricter with more values.
		b, c = c, b
	}
	return !slices.ContainsFunc(b.Values, func(v string) bool {
		return !slices.ContainsFunc(c.Values, func(w string) bool {
			return w == v || (y.base == "StringLike" || y.base == "ArnLike") && !x.negated && isKnown(v) && contains(w, v)
		})
	})
}

// Access is the right of some principals to call an action on a resource.
type Access struct {
	Action     string // "s3:GetObject"
	Resource   string // an ARN pattern
	Principal  Principal
	Conditions []Condition
	Statement  int // the statement of the policy that allows it
}

// Beyond returns what the policy may allow but the other policy does not certainly allow, by action and resource. It may include what a
// statement of the policy denies.
func (p Policy) Beyond(other Policy) []Access {
	var out []Access
	for i, s := range p.Statements {
		if s.Effect != Allow {
			continue
		}
		for _, single := range single(s) {
			if other.allows(single) {
				continue
			}
			out = append(out, Access{single.Actions[0], single.Resources[0], single.Principal, single.Conditions, i})
		}
	}
	slices.SortStableFunc(out, func(a, b Access) int {
		return cmp.Or(strings.Compare(a.Action, b.Action), strings.Compare(a.Resource, b.Resource))
	})
	return out
}

// allows reports whether the policy certainly allows everything that a statement of one action and one resource allows.
func (p Policy) allows(s Statement) bool {
	allowed := slices.ContainsFunc(p.Statements, func(o Statement) bool { return o.Effect == Allow && covers(o, s) }) || p.allowsTogether(s)
	return allowed && !slices.ContainsFunc(p.Statements, func(o Statement) bool { return o.Effect == Deny && mayMeet(o, s) })
}

// allowsTogether reports whether, for each value of one of the conditions, some statement allows it, for example for each role.
func (p Policy) allowsTogether(s Statement) bool {
	for i, c := range s.Conditions {
		o, ok := operatorOf(c.Operator)
		if !ok || o.negated || o.set == "ForAllValues" || len(c.Values) < 2 {
			continue
		}
		if !slices.ContainsFunc(c.Values, func(v string) bool {
			one := s.clone()
			one.Conditions[i].Values = []string{v}
			return !slices.ContainsFunc(p.Statements, func(o Statement) bool { return o.Effect == Allow && covers(o, one) })
		}) {
			return true
		}
	}
	return false
}

// mayMeet reports whether a request may match both statements.
func mayMeet(a, b Statement) bool {
	actions := a.NotAction || b.NotAction || slices.ContainsFunc(a.Actions, func(x string) bool {
		return slices.ContainsFunc(b.Actions, func(y string) bool { return overlaps(strings.ToLower(x), strings.ToLower(y)) })
	})
	return actions && (a.NotResource || b.NotResource || slices.ContainsFunc(a.Resources, func(x string) bool {
		return slices.ContainsFunc(b.Resources, func(y string) bool { return overlaps(x, y) })
	}))
}

// single splits a statement into statements of one action and one resource, without actions that act on none of the resources. It replaces
// patterns of actions by the actions that they match.
func single(s Statement) []Statement {
	var out []Statement
	actions := s.Actions
	if s.NotAction {
		actions = []string{"*"}
	}
	resources := s.Resources
	if s.NotResource {
		resources = []string{"*"}
	}
	for _, pattern := range actions {
		names := []string{pattern}
		if found := catalog.Actions(pattern); len(found) > 0 && pattern != "*" {
			names = names[:0]
			for _, a := range found {
				names = append(names, a.Name)
			}
		}
		for _, name := range names {
			for _, r := range resources {
				if a, ok := catalog.ActionNamed(name); ok && r != "*" && !IsFor(a, r) {
					continue // It never matches.
				}
				one := s.clone()
				one.Actions, one.NotAction, one.Resources, one.NotResource = []string{name}, false, []string{r}, false
				out = append(out, one)
			}
		}
	}
	return out
}
