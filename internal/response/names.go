package response

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The size of the rule group of names, which cannot be changed after it is made. AWS counts two rules for each name, for TLS and HTTP, and
// three for the list (suricata.DomainList.Capacity).
const (
	NameCapacity = 10_000
	MaxNames     = (NameCapacity - 3) / 2
)

// PlaceholderName is what the rule group holds if it should be empty: AWS takes no empty list, and nobody can have a name in the domain
// invalid (RFC 2606).
const PlaceholderName = "placeholder.invalid"

// NameGuard holds the names that are never blocked.
type NameGuard []guardedName

type guardedName struct{ name, why string }

// specialNames are never blocked: domains in which AWS's services have their endpoints (AWS General Reference, "AWS service endpoints"),
// and domains that are not of the internet (IANA, "Special-Use Domain Names").
var specialNames = NameGuard{
	{".amazonaws.com", "AWS"}, {".amazonaws.com.cn", "AWS"}, {".amazonaws.eu", "AWS"}, {".api.aws", "AWS"}, {".on.aws", "AWS"},
	{".ecr.aws", "AWS"}, {".aws.amazon.com", "AWS"}, {".api.amazonwebservices.com.cn", "AWS"}, {".api.amazonwebservices.eu", "AWS"},
	{".internal", "private names"}, {".local", "private names"}, {".arpa", "infrastructure"},
}

// NewNameGuard returns the guard of a configuration.
func NewNameGuard(c Config) NameGuard {
	var g NameGuard
	for _, name := range c.Names {
		g = append(g, guardedName{name, "your network names it"})
	}
	for _, name := range c.AllowedNames {
		g = append(g, guardedName{name, "an allowed name"})
	}
	return append(g, specialNames...)
}

// Why says why a name is never blocked. It is empty if the name may be blocked. A name with a leading dot may not if anything below it is
// needed.
func (g NameGuard) Why(name string) string {
	for _, e := range g {
		if includes(name, e.name) || includes(e.name, name) {
			return fmt.Sprintf("%s meets %s: %s", name, e.name, e.why)
		}
	}
	return ""
}

// includes reports whether a name, perhaps with a leading dot, stands for the host of another one as well.
func includes(a, b string) bool {
	host := strings.TrimPrefix(b, ".")
	return strings.TrimPrefix(a, ".") == host || strings.HasPrefix(a, ".") && strings.HasSuffix(host, a)
}

// FeedNames are the names of a feed.
type FeedNames struct {
	Name  string
	Names []string
}

// NameProjection is what the rule group must hold.
type NameProjection struct {
	// Names are sorted, and none stands for another as well. There is at least one.
	Names []string
	// LeftOut are the feeds that do not fit. A feed is in the group as a whole or not at all.
	LeftOut []string
}

// ProjectNames computes what the rule group must hold: at most size names, and none that the guard protects.
func ProjectNames(feeds []FeedNames, g NameGuard, size int) NameProjection {
	var p NameProjection
	for _, f := range feeds {
		var free []string
		for _, name := range f.Names {
			if g.Why(name) == "" {
				free = append(free, name)
			}
		}
		if with := joinNames(p.Names, free); len(with) <= size {
			p.Names = with
		} else {
			p.LeftOut = append(p.LeftOut, f.Name)
		}
	}
	if len(p.Names) == 0 {
		p.Names = []string{PlaceholderName}
	}
	return p
}

// joinNames returns the fewest names that stand for two lists.
func joinNames(a, b []string) []string {
	all := map[string]bool{}
	for _, name := range slices.Concat(a, b) {
		all[name] = true
	}
	maps.DeleteFunc(all, func(name string, _ bool) bool { return isBelow(name, all) })
	return slices.Sorted(maps.Keys(all))
}

// isBelow reports whether names have one with a leading dot that stands for a name as well.
func isBelow(name string, names map[string]bool) bool {
	host, wide := strings.CutPrefix(name, ".")
	if !wide && names["."+host] {
		return true
	}
	for i, c := range host {
		if c == '.' && names[host[i:]] {
			return true
		}
	}
	return false
}
