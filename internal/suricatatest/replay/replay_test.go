package replay

import (
	"flag"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/suricata"
	"github.com/tierwall/tierwall/internal/suricatatest"
)

func policy(t testing.TB, a arch.Architecture) (*plan.Plan, suricatatest.Policy) {
	t.Helper()
	p := plantest.Make(t, a)
	return p, Policy(t, p)
}

func domain(name string) arch.Peer {
	return arch.Peer{Kind: arch.Domain, Operand: arch.Operand{Text: name}}
}

var block, flow, internet = plantest.Block, plantest.Flow, plantest.Internet

// architectures are made by hand, by the path that is inspected.
func architectures() map[string]arch.Architecture {
	edgeTier, webTier := arch.TierPeer(arch.Edge, "Edge"), arch.TierPeer(arch.Web, "Web")
	appTier, dbTier := arch.TierPeer(arch.App, "App"), arch.TierPeer(arch.Data, "DB")
	inspected := func(paths arch.Paths, strict bool, flows ...arch.Flow) arch.Architecture {
		return arch.Architecture{
			Network: arch.Network{Path: "Shop/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a", "eu-west-1b"},
				Inspection: &arch.Inspection{Paths: paths, Strict: strict}},
			Tiers: []arch.Tier{{ID: "Edge", Kind: arch.Edge}, {ID: "Web", Kind: arch.Web}, {ID: "App", Kind: arch.App},
				{ID: "Jobs", Kind: arch.App, SharesWith: "App"}, {ID: "DB", Kind: arch.Data}},
			Flows: flows,
		}
	}
	eastWest := []arch.Flow{flow(webTier, appTier, "tcp/8080"), flow(webTier, appTier, "ping"), flow(appTier, dbTier, "mysql"),
		flow(appTier, dbTier, "udp/5000"), flow(appTier, dbTier, "icmp/13")}
	ingress := []arch.Flow{flow(internet, edgeTier, "https"), flow(block("203.0.113.0/24"), edgeTier, "tcp/8443")}
	egress := []arch.Flow{flow(appTier, domain("api.example.com"), "https"), flow(appTier, domain(".example.org"), "https"),
		flow(appTier, domain(".example.org"), "tcp/8443"),
		flow(appTier, domain("www.example.com"), "http"), flow(appTier, domain(".example.net"), "http"),
		flow(webTier, block("198.51.100.0/24"), "http"), flow(webTier, domain("www.example.com"), "http"), flow(webTier, internet, "udp/123")}
	return map[string]arch.Architecture{
		"between tiers":         inspected(arch.EastWestPath, false, eastWest...),
		"between tiers, strict": inspected(arch.EastWestPath, true, eastWest...),
		"from the internet":     inspected(arch.IngressPath, false, ingress...),
		"to the internet":       inspected(arch.EgressPath, false, egress...),
		"every way": inspected(arch.EastWestPath|arch.IngressPath|arch.EgressPath, false,
			slices.Concat(eastWest, ingress, egress)...),
	}
}

var (
	everyRule = flag.Bool("rules", false, "leave out each rule of architectures made by hand, one at a time; without, one of each form")
	seeds     = flag.Int("seeds", 12, "random architectures whose rules Suricata judges")
)

// TestArchitectures: in architectures made by hand every inspected flow passes with all answers, and nothing else does. Without one
// of the rules, only conversations that the rule is about change.
func TestArchitectures(t *testing.T) {
	for name, a := range architectures() {
		p, all := policy(t, a)
		rows := Rows(p)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i, v := range suricatatest.Judge(t, all, Conversations(rows)...) {
				assert.Equal(t, rows[i].Passes, v.Passed, "%s: %s", v.Conversation, v)
			}
			for _, f := range p.Model.Flows {
				assert.Equal(t, f.Path.Kind == arch.Inspected,
					slices.ContainsFunc(rows, func(r Row) bool { return r.Passes && r.By == f.SubjectString() }), f.SubjectString())
			}
			kinds(t, p, all)
			if name != "every way" { // It has the rules of the others.
				needed(t, p, all, rows)
			}
			if t.Failed() {
				t.Log(all.Rules)
			}
		})
	}
}

// TestModes: in Enforce exactly the declared conversations pass; in Prepare and Observe all pass, and exactly the rest is reported.
func TestModes(t *testing.T) {
	suricatatest.Available(t)
	for name, a := range architectures() {
		t.Run(name, func(t *testing.T) {
			judged, passing := Modes(t, a)
			assert.Greater(t, judged, 100)
			assert.Positive(t, passing)
		})
	}
}

// TestRandomArchitectures: in random architectures that are inspected on all paths, every inspected flow passes, and nothing else does.
func TestRandomArchitectures(t *testing.T) {
	suricatatest.Available(t)
	judged, passed := 0, 0
	for seed := range *seeds {
		a := randomArchitecture(seed)
		p := plantest.Make(t, a)
		rows := Rows(p)
		if len(rows) == 0 {
			continue
		}
		_, all := policy(t, a)
		if seed < 4 {
			kinds(t, p, all)
		}
		for i, v := range suricatatest.Judge(t, all, Conversations(rows)...) {
			judged++
			if v.Passed {
				passed++
			}
			assert.Equal(t, rows[i].Passes, v.Passed, "seed %d: %s: %s", seed, v.Conversation, v)
		}
		if t.Failed() {
			t.Fatal(all.Rules)
		}
	}
	assert.Greater(t, judged, 5000)
	assert.Greater(t, passed, 10**seeds-40)
	t.Logf("%d conversations, of which %d pass", judged, passed)
}

// randomArchitecture is inspected on all paths. Unless inspection is strict, tiers have flows to names.
func randomArchitecture(seed int) arch.Architecture {
	a := rapid.Custom(plantest.Architectures).Example(seed)
	strict := seed%2 == 0
	a.Network.IPv6 = false
	a.Network.Inspection = &arch.Inspection{Paths: arch.EgressPath | arch.IngressPath | arch.EastWestPath, Strict: strict}
	a.Flows = slices.DeleteFunc(a.Flows, func(f arch.Flow) bool { return f.To.Kind == arch.Domain })
	services := []string{"https", "http", "tcp/8443"}
	for i, name := range []string{"api.example.com", ".example.org", "www.example.com", ".example.net"} {
		for j, t := range a.Tiers {
			b := a
			b.Flows = append(slices.Clone(a.Flows), flow(arch.TierPeer(t.Kind, t.ID), domain(name), services[(i+j+seed)%len(services)]))
			if p, _ := plan.Make(b, plantest.Today); !strict && p != nil {
				a = b
			}
		}
	}
	return a
}

// needed checks that without one of the rules, only conversations that the rule is about change their verdict, and at least one. It takes
// one rule of each form, or all with -rules.
func needed(t *testing.T, p *plan.Plan, policy suricatatest.Policy, rows []Row) {
	lines, seen := strings.Split(policy.Rules, "\n"), map[string]bool{}
	for i, rule := range rulesOf(p) {
		if rule.Match == plan.Undecided { // TestBound tests it.
			continue
		}
		form := fmt.Sprint(rule.Match, rule.Ports.Protocol)
		if seen[form] && !*everyRule {
			continue
		}
		seen[form] = true
		t.Run("without "+p.Message(rule), func(t *testing.T) {
			t.Parallel()
			without := policy
			without.Rules = strings.Join(slices.Delete(slices.Clone(lines), i, i+1), "\n")
			changed := 0
			for j, v := range suricatatest.Judge(t, without, Conversations(rows)...) {
				if v.Passed != rows[j].Passes {
					changed++
					assert.True(t, concerns(p, rule, rows[j].Conversation), "it changes %s", v.Conversation)
				}
			}
			assert.Positive(t, changed, "it changes nothing")
		})
	}
}

func rulesOf(p *plan.Plan) []plan.FirewallRule {
	var out []plan.FirewallRule
	for _, g := range p.FirewallGroups {
		out = append(out, g.Rules...)
	}
	return out
}

// concerns reports whether a rule is about a conversation, by its addresses and the server's port.
func concerns(p *plan.Plan, r plan.FirewallRule, c suricatatest.Conversation) bool {
	if r.Match == plan.PathMTU {
		return strings.HasPrefix(c.Name, "path MTU")
	}
	in := func(blocks []arch.Peer, a netip.AddrPort) bool {
		return len(blocks) == 0 || slices.ContainsFunc(blocks, func(b arch.Peer) bool { return netip.MustParsePrefix(b.Text).Contains(a.Addr()) })
	}
	port := int(c.Server.Port())
	within := port == 0 || r.Ports.From <= port && port <= r.Ports.To
	outside := func(asked bool, a netip.AddrPort) bool { return !asked || !p.Model.Prefix.Contains(a.Addr()) }
	return in(r.From, c.Client) && in(r.To, c.Server) && within && outside(r.FromOutside, c.Client) && outside(r.ToOutside, c.Server)
}

// kinds checks that each rule has the intended kind, for a real Suricata and for package suricata, and that nothing is wrong with it.
func kinds(t *testing.T, p *plan.Plan, policy suricatatest.Policy) {
	t.Helper()
	lines, problems := suricata.ParseText(policy.Rules)
	require.Empty(t, problems)
	assert.Empty(t, suricata.Check(suricata.Group{StrictOrder: true, Lines: lines}))
	found := suricatatest.Kinds(t, policy)
	for i, rule := range rulesOf(p) {
		want := suricata.Packet
		if rule.Match == plan.TLSName || rule.Match == plan.OtherHTTPHost || rule.Match == plan.NoHTTPHost {
			want = suricata.AppTx
		}
		assert.Equal(t, want, found[i], lines[i].Text)
		assert.Equal(t, want, lines[i].Rule.Kind(), lines[i].Text)
	}
}
