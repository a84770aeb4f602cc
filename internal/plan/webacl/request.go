package webacl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/webacl"
)

// requests adds the rules about what clients may request.
func (b *builder) requests() {
	s := b.of.Serves
	if len(s.Hosts) > 0 {
		b.block("Hosts", hostsPriority, not(onHosts(s.Hosts)), "it serves "+strings.Join(s.Hosts, ", ")+" alone")
	}
	b.routes()
	if len(s.Admin) > 0 {
		b.admin()
	}
}

// routes adds the rule that blocks requests to no route. Paths that are declared for something else are served as well.
func (b *builder) routes() {
	pathsBy := map[string][]string{} // by methods
	for _, r := range b.of.Serves.Routes {
		methods := slices.Sorted(slices.Values(r.Methods))
		if slices.Contains(methods, "GET") {
			methods = append(methods, "HEAD")
			slices.Sort(methods)
		}
		key := strings.Join(slices.Compact(methods), "|")
		pathsBy[key] = append(pathsBy[key], r.Path)
	}
	var keys []string
	for key := range pathsBy {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	var served []webacl.Statement
	for _, key := range keys {
		paths := pathsBy[key]
		var all []webacl.Statement
		if !slices.Contains(paths, "/*") {
			all = append(all, b.onPaths(exactly, paths))
		}
		if key != "" {
			all = append(all, webacl.Statement{RegexMatchStatement: &webacl.RegexMatch{
				RegexString: "^(?:" + key + ")$", Inspected: on(webacl.Field{Method: &webacl.Empty{}}),
			}})
		}
		if len(all) == 0 {
			return // Any path with any method is served.
		}
		served = append(served, allOf(all))
	}
	if len(served) > 0 {
		s := b.of.Serves
		if closed := slices.Concat(s.Admin, s.Login); len(closed) > 0 {
			served = append(served, b.onPaths(below, closed))
		}
		if len(s.Uploads) > 0 {
			served = append(served, b.onPaths(exactly, s.Uploads))
		}
		b.block("Routes", routesPriority, b.orDetour(not(anyOf(served))), fmt.Sprintf("it serves %d routes and nothing else",
			len(b.of.Serves.Routes)))
	}
}

// admin adds the rule that keeps the paths of administrators to them.
func (b *builder) admin() {
	s := b.of.Serves
	paths, reason := b.orDetour(b.onPaths(below, s.Admin)), strings.Join(s.Admin, ", ")+" are closed"
	if set := b.set("AdminSources", statedBlocks(s.AdminSources)); set != nil {
		paths = allOf([]webacl.Statement{paths, not(*set)})
		var who []string
		for _, p := range s.AdminSources {
			who = append(who, p.String())
		}
		reason = strings.Join(s.Admin, ", ") + " are for " + strings.Join(who, ", ")
	}
	b.block("Admin", adminPriority, paths, reason)
}
