package iam

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Minimise returns a shorter policy that decides every request in the same way. It merges statements that differ only in their actions,
// only in their resources or only in the principals that a condition names, and it removes statements that others cover. The order of the
// result does not depend on the order of p. Deny statements come first and stay unchanged.
func (p Policy) Minimise() Policy {
	var denies, allows []Statement
	for _, s := range p.Statements {
		s = s.tidy()
		if s.Effect == Allow && !s.NotAction && !s.NotResource {
			allows = append(allows, s)
		} else {
			denies = append(denies, s)
		}
	}
	best, size := Policy{}, -1
	for _, order := range mergeOrders {
		merged := uncovered(mergeAll(allows, order))
		slices.SortStableFunc(merged, compareStatements)
		candidate := Policy{Version: p.Version, Statements: slices.Concat(denies, merged)}
		if n, _ := candidate.Size(); size < 0 || n < size {
			best, size = candidate, n
		}
	}
	return best
}

// merge joins statements that have the same key.
type merge struct {
	key  func(s *Statement) string
	join func(into, s *Statement)
}

var (
	byActions = merge{
		func(s *Statement) string { return list(s.Resources) + s.callers() },
		func(into, s *Statement) { into.Actions = union(into.Actions, s.Actions) },
	}
	byResources = merge{
		func(s *Statement) string { return list(s.Actions) + s.callers() },
		func(into, s *Statement) { into.Resources = union(into.Resources, s.Resources) },
	}
	byRoles = merge{
		func(s *Statement) string { return list(s.Actions) + list(s.Resources) + s.otherCallers() },
		func(into, s *Statement) {
			if i, j := into.principalCondition(), s.principalCondition(); i >= 0 && j >= 0 {
				into.Conditions[i].Values = union(into.Conditions[i].Values, s.Conditions[j].Values)
			}
		},
	}
	mergeOrders = [][]merge{
		{byRoles, byActions, byResources}, {byRoles, byResources, byActions}, {byActions, byRoles, byResources},
		{byActions, byResources, byRoles}, {byResources, byRoles, byActions}, {byResources, byActions, byRoles},
	}
)

// mergeAll merges until nothing changes. The statements are tidy and stay tidy, because tidying may make two of them equal.
func mergeAll(statements []Statement, order []merge) []Statement {
	out := make([]Statement, len(statements))
	for i, s := range statements {
		out[i] = s.clone()
		for j := range out[i].Conditions {
			out[i].Conditions[j].Values = slices.Clone(s.Conditions[j].Values)
		}
	}
	slices.SortStableFunc(out, compareStatements)
	for before := -1; before != len(out); {
		before = len(out)
		for _, m := range order {
			out = m.apply(out)
		}
		for i := range out {
			if len(out) < before {
				out[i] = out[i].tidy()
			}
		}
	}
	return out
}

func (m merge) apply(statements []Statement) []Statement {
	first := make(map[string]int, len(statements))
	out := statements[:0]
	for i := range statements {
		s := statements[i]
		key := m.key(&s)
		if at, ok := first[key]; ok {
			m.join(&out[at], &s)
			continue
		}
		first[key] = len(out)
		out = append(out, s)
	}
	return out
}

// principalCondition returns the index of the condition that names principals one by one, or -1.
func (s *Statement) principalCondition() int {
	return slices.IndexFunc(s.Conditions, func(c Condition) bool {
		return strings.EqualFold(c.Key, PrincipalArn) && (c.Operator == "ArnEquals" || c.Operator == "StringEquals")
	})
}

// callers returns a key for everything that a statement says about callers.
func (s *Statement) callers() string { return s.callersWithout(-1) }

// callersWithout returns the key of callers without the values of condition i.
func (s *Statement) callersWithout(i int) string {
	var b strings.Builder
	b.WriteString(s.Sid)
	for _, n := range s.Principal.Names {
		b.WriteString("|" + n.Kind + " " + n.Name)
	}
	fmt.Fprintf(&b, "|%t%t", s.Principal.Not, s.Principal.Missing)
	for j, c := range s.Conditions {
		b.WriteString("|" + c.Operator + " " + c.Key)
		for _, v := range c.Values {
			if j != i {
				b.WriteString("\n" + v)
			}
		}
	}
	return b.String()
}

// otherCallers returns the key of callers without the principals that a condition names one by one.
func (s *Statement) otherCallers() string {
	i := s.principalCondition()
	if i < 0 {
		return s.callers() + "|"
	}
	return s.callersWithout(i)
}

// list returns a key for a list of texts.
func list(texts []string) string { return strings.Join(texts, "\n") + "\n\n" }

// union returns the texts of two lists, sorted and without duplicates.
func union(a, b []string) []string {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}

// tidy sorts a statement's lists and removes items that others cover.
func (s Statement) tidy() Statement {
	s = s.clone()
	if !s.NotAction {
		s.Actions = outermost(s.Actions, func(p, q string) bool { return contains(strings.ToLower(p), strings.ToLower(q)) })
	}
	if !s.NotResource {
		s.Resources = outermost(s.Resources, contains)
	}
	for i, c := range s.Conditions {
		s.Conditions[i].Values = union(c.Values, nil)
	}
	slices.SortStableFunc(s.Conditions, func(a, b Condition) int {
		return cmp.Or(strings.Compare(a.Operator, b.Operator), strings.Compare(a.Key, b.Key))
	})
	slices.SortFunc(s.Principal.Names, comparePrincipals)
	return s
}

// outermost sorts patterns and removes those that another one contains. Only patterns with wildcards contain others.
func outermost(patterns []string, contains func(outer, inner string) bool) []string {
	all := union(patterns, nil)
	var wild []string
	for _, p := range all {
		if hasWildcard(p) {
			wild = append(wild, p)
		}
	}
	return slices.DeleteFunc(all, func(q string) bool {
		return slices.ContainsFunc(wild, func(p string) bool { return p != q && contains(p, q) && (!contains(q, p) || p < q) })
	})
}

// uncovered removes statements that another one covers. Of equal statements the first stays.
func uncovered(statements []Statement) []Statement {
	hints := make([]hint, len(statements))
	for i, s := range statements {
		hints[i] = hint{slices.ContainsFunc(s.Actions, hasWildcard), slices.ContainsFunc(s.Resources, hasWildcard)}
	}
	gone := make([]bool, len(statements))
	for i := range statements {
		for j := range statements {
			if i == j || gone[j] || !hints[j].mayCover(&statements[j], &statements[i]) {
				continue
			}
			if covers(statements[j], statements[i]) && (j < i || !covers(statements[i], statements[j])) {
				gone[i] = true
				break
			}
		}
	}
	var out []Statement
	for i, s := range statements {
		if !gone[i] {
			out = append(out, s)
		}
	}
	return out
}

// hint says whether a statement's actions and resources have wildcards.
type hint struct{ actions, resources bool }

// mayCover quickly rules out most pairs: without wildcards, a statement covers another one only if it has the first action and resource of
// the other and no more conditions.
func (h hint) mayCover(outer, inner *Statement) bool {
	has := func(wild bool, patterns []string, first string) bool {
		_, found := slices.BinarySearch(patterns, first)
		return found || wild
	}
	return has(h.actions, outer.Actions, inner.Actions[0]) && len(outer.Conditions) <= len(inner.Conditions) &&
		has(h.resources, outer.Resources, inner.Resources[0])
}

func compareStatements(a, b Statement) int {
	return cmp.Or(strings.Compare(a.Sid, b.Sid), slices.Compare(a.Actions, b.Actions), slices.Compare(a.Resources, b.Resources),
		slices.CompareFunc(a.Conditions, b.Conditions, compareConditions),
		slices.CompareFunc(a.Principal.Names, b.Principal.Names, comparePrincipals))
}

func compareConditions(a, b Condition) int {
	return cmp.Or(strings.Compare(a.Operator, b.Operator), strings.Compare(a.Key, b.Key), slices.Compare(a.Values, b.Values))
}

func comparePrincipals(a, b PrincipalName) int {
	return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.Name, b.Name))
}
