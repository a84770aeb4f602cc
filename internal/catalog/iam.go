package catalog

import (
	"maps"
	"slices"
	"strings"
)

// Level is the access level of an action, one of AWS's five.
type Level byte

// These are the levels.
const (
	Read        Level = 'R'
	Write       Level = 'W'
	List        Level = 'L'
	Tagging     Level = 'T'
	Permissions Level = 'P' // the action changes permissions
)

// Action is an action of IAM.
type Action struct {
	Name  string // "s3:GetObject", in AWS's spelling
	Level Level
	// Resources are the types of resources that the action applies to, as keys of ResourceARN. If it is empty, a policy
	// must name "*".
	Resources []string
}

// Sources returns the names, versions and licences of the data from which the tables of actions and endpoints are
// generated.
func Sources() []string { return slices.Clone(loaded().Sources) }

// IAMPrefixes returns the prefixes of all actions, such as "s3", sorted.
func IAMPrefixes() []string { return slices.Sorted(maps.Keys(loaded().Services)) }

// ActionNamed returns the action with a name, in any case: "s3:getobject".
func ActionNamed(name string) (Action, bool) {
	prefix, short, ok := strings.Cut(name, ":")
	s := serviceOf(prefix)
	if !ok || s == nil {
		return Action{}, false
	}
	a, ok := s.actions[strings.ToLower(short)]
	return a, ok
}

// Actions returns, sorted by name, the actions that a pattern with * and ? matches: "s3:Get*", "*".
func Actions(pattern string) []Action {
	prefix, short, ok := strings.Cut(pattern, ":")
	if pattern == "*" {
		prefix, short, ok = "*", "*", true
	}
	if !ok {
		return nil
	}
	prefixes := []string{prefix}
	if strings.ContainsAny(prefix, "*?") {
		prefixes = slices.DeleteFunc(IAMPrefixes(), func(p string) bool { return !Glob(strings.ToLower(prefix), p) })
	}
	short = strings.ToLower(short)
	var out []Action
	for _, p := range prefixes {
		s := serviceOf(p)
		if s == nil {
			continue
		}
		for lower, a := range s.actions {
			if Glob(short, lower) {
				out = append(out, a)
			}
		}
	}
	slices.SortFunc(out, func(a, b Action) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// ResourceARN returns the format of the ARNs of a resource type: "arn:${Partition}:s3:::${BucketName}".
func ResourceARN(prefix, resource string) (string, bool) {
	s := serviceOf(prefix)
	if s == nil {
		return "", false
	}
	form, ok := s.resources[resource]
	return form, ok
}

// NearestAction returns the action whose name is most similar to a misspelt one, or "" if none is similar.
func NearestAction(name string) string {
	prefix, short, _ := strings.Cut(strings.ToLower(name), ":")
	s := serviceOf(prefix)
	if s == nil {
		if p := Nearest(prefix, IAMPrefixes()); p != "" {
			s = serviceOf(p)
		}
	}
	if s == nil {
		return ""
	}
	if found := Nearest(short, slices.Collect(maps.Keys(s.actions))); found != "" {
		return s.actions[found].Name
	}
	return ""
}
