package webacl

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/webacl"
)

// defaultWindow is how many seconds AWS counts requests for unless a rule says otherwise.
const defaultWindow = 300

// limits adds the limits of how many requests an address may send.
func (b *builder) limits() {
	rate := func(name string, priority, limit, window int, scope *webacl.Statement, reason string) {
		s := webacl.RateBased{Limit: limit, EvaluationWindowSec: cmp.Or(window, defaultWindow), AggregateKeyType: "IP", ScopeDownStatement: scope}
		if b.of.ClientAddress != "" {
			s.AggregateKeyType, s.ForwardedIPConfig = "FORWARDED_IP", b.forwarded("MATCH")
		}
		b.block(name, priority, webacl.Statement{RateBasedStatement: &s}, reason)
	}
	if limit := b.of.RateLimit; limit >= 0 {
		limit = cmp.Or(limit, arch.DefaultRateLimit)
		rate("RateLimit", limitPriority, limit, 0, nil, fmt.Sprintf("no address sends more than %d requests in 5 minutes", limit))
	}
	if paths := b.of.Serves.Login; len(paths) > 0 {
		limit := cmp.Or(b.of.Serves.LoginLimit, arch.DefaultLoginLimit)
		rate("Login", loginPriority, limit, 0, new(b.onPaths(below, paths)),
			fmt.Sprintf("no address tries more than %d passwords in 5 minutes", limit))
	}
	taken := map[int]bool{}
	byName := func(x, y arch.Rate) int { return strings.Compare(x.Name, y.Name) }
	for _, r := range slices.SortedFunc(slices.Values(b.of.RateLimits), byName) {
		var scope *webacl.Statement
		if len(r.Paths) > 0 {
			scope = new(b.onPaths(exactly, r.Paths))
		}
		rate("Rate"+r.Name, ratePriority(r.Name, taken), r.Limit, r.Window, scope, fmt.Sprintf(
			"no address sends more than %d requests in %d seconds to %s", r.Limit, cmp.Or(r.Window, defaultWindow), anyPath(r.Paths)))
	}
}

func anyPath(paths []string) string {
	if len(paths) == 0 {
		return "any path"
	}
	return strings.Join(paths, ", ")
}

// ratePriority is the number of a limit with a name: a hash of the name, so that other limits do not move it.
func ratePriority(name string, taken map[int]bool) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name)) // A hash takes everything.
	n := int(h.Sum32() % ratePriorities)
	for taken[n] && len(taken) < ratePriorities {
		n = (n + 1) % ratePriorities
	}
	taken[n] = true
	return firstRatePriority + n
}
