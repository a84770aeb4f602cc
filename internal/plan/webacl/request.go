package webacl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/webacl"
)

// requests adds the rules about what may be asked for.
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

// routes adds the rule that blocks what no route takes. Paths that are named for something else are served as well.
func (b *builder) routes() {
	byMethods := map[string][]string{} // paths
	for _, r := range b.of.Serves.Routes {
		methods := slices.Sorted(slices.Values(r.Methods))
		if slices.Contains(methods, "GET") {
			methods = append(methods, "HEAD")
			slices.Sort(methods)
		}
		key := strings.Join(slices.Compact(methods), "|")
		byMethods[key] = append(byMethods[key], r.Path)
	}
	var keys []string
	for key := range byMethods {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	var served []webacl.Statement
	for _, key := range keys {
		paths := byMethods[key]
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

// admin adds the rule that keeps all but administrators from their paths.
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
