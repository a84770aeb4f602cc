package webacl_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/webacl"
	"github.com/tierwall/tierwall/internal/webacl/check"
)

// protections draws what tiers serve.
func protections(t *rapid.T) arch.Protection {
	some := func(label string, from ...string) []string {
		return rapid.SliceOfNDistinct(rapid.SampledFrom(from), 0, len(from), rapid.ID[string]).Draw(t, label)
	}
	paths := []string{"/", "/a", "/b*", "/c/d", "/x.y~z"}
	p := arch.Protection{
		Mode:          arch.Mode(rapid.IntRange(0, 1).Draw(t, "mode")),
		ClientAddress: rapid.SampledFrom([]string{"", "X-Forwarded-For"}).Draw(t, "address"),
		RateLimit:     rapid.SampledFrom([]int{0, -1, 10, 5000}).Draw(t, "limit"), Countries: some("countries", "DE", "FR"),
		Serves: arch.Serves{Hosts: some("hosts", "a.example.com", ".example.org"), Admin: some("admin", paths...),
			Login: some("login", paths...), Uploads: some("uploads", paths...),
			SQL: arch.SQL(rapid.IntRange(0, 2).Draw(t, "sql"))},
		Extras: arch.Extras{AnonymousIP: rapid.Bool().Draw(t, "anonymous"), BotControl: rapid.Bool().Draw(t, "bots"),
			AntiDDoS: rapid.Bool().Draw(t, "floods")},
	}
	if rapid.Bool().Draw(t, "origin") {
		p.Origin = &arch.Origin{Header: "X-Origin", Secrets: rapid.IntRange(1, 2).Draw(t, "secrets")}
	}
	for _, path := range some("routes", paths...) {
		p.Serves.Routes = append(p.Serves.Routes, arch.Route{Path: path, Methods: some("methods", "GET", "POST")})
	}
	for _, name := range some("rates", "Search", "Orders", "Photos") {
		p.RateLimits = append(p.RateLimits, arch.Rate{Name: name, Limit: 10, Paths: some("limited", paths...)})
	}
	p.Serves.Technologies = rapid.SliceOfDistinct(rapid.SampledFrom([]arch.Technology{arch.Linux, arch.Windows, arch.PHP, arch.WordPress,
		arch.Java}), rapid.ID[arch.Technology]).Draw(t, "technologies")
	for _, block := range some("blocked", "203.0.113.0/24", "2001:db8::/32") {
		p.BlockedSources = append(p.BlockedSources, arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: block}})
	}
	if len(p.Serves.Admin) > 0 && rapid.Bool().Draw(t, "admins") {
		p.Serves.AdminSources = []arch.Peer{{Kind: arch.CIDR, Operand: arch.Operand{Text: "198.51.100.0/24"}}}
	}
	return p
}

// TestRandomWebACLs: AWS accepts the web ACL of anything that a tier serves, and the number of a rule does not depend on others.
func TestRandomWebACLs(t *testing.T) {
	t.Parallel()
	numbers := map[string]int{} // by the name of the rule
	rules := 0
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.SampledFrom([]arch.Peer{{Kind: arch.Internet}, {Kind: arch.CIDR, Operand: arch.Operand{Text: "192.0.2.0/24"}}}).Draw(t,
			"from")
		p, _ := plantest.MakeBoth(t, shopServing(protections(t), from))
		a, ok := p.WebACL("Edge")
		require.True(t, ok)
		acl := webacl.ACL{Scope: webacl.Regional, DefaultAction: &webacl.DefaultAction{Allow: &webacl.AllowAction{}},
			VisibilityConfig: &webacl.Visibility{MetricName: "m"}}
		for _, r := range a.Rules {
			acl.Rules = append(acl.Rules, r.Rule)
			if n, known := numbers[r.Name]; known {
				require.Equal(t, n, r.Priority, r.Name)
			}
			numbers[r.Name] = r.Priority
			rules++
		}
		for _, problem := range check.ACL(acl, webacl.References{}, 0) {
			require.True(t, problem.Warning, fmt.Sprint(problem))
		}
	})
	require.Positive(t, rules)
}
