package suricatatest

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/suricata"
)

// ports gives every conversation a client port of its own.
var nextPort uint16 = 40000

func from(ip string) netip.AddrPort {
	nextPort++
	return netip.AddrPortFrom(netip.MustParseAddr(ip), nextPort)
}

func at(text string) netip.AddrPort { return netip.MustParseAddrPort(text) }

// Hosts of the network below, and outside.
const (
	web, app, db, bastion, edge = "10.0.32.10", "10.0.48.10", "10.0.64.10", "10.0.80.10", "10.0.16.10"
	outside, outside2           = "198.51.100.7", "198.51.100.8"
)

func tier(kind arch.Kind, id string) arch.Peer { return arch.TierPeer(kind, id) }

// network is inspected on all paths.
func network(strict bool, mode arch.Mode) arch.Architecture {
	webTier, appTier, dbTier := tier(arch.Web, "Web"), tier(arch.App, "App"), tier(arch.Data, "DB")
	a := arch.Architecture{
		Network: arch.Network{Path: "Shop/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a", "eu-west-1b"},
			Inspection: &arch.Inspection{Paths: arch.EgressPath | arch.IngressPath | arch.EastWestPath, Strict: strict, Mode: mode}},
		Tiers: []arch.Tier{{ID: "Edge", Kind: arch.Edge}, {ID: "Web", Kind: arch.Web}, {ID: "App", Kind: arch.App}, {ID: "DB", Kind: arch.Data}, {ID: "Bastion", Kind: arch.Bastion}},
		Flows: []arch.Flow{
			{From: arch.Peer{Kind: arch.Internet}, To: tier(arch.Edge, "Edge"), Service: "https"},
			{From: tier(arch.Edge, "Edge"), To: webTier, Service: "https"},
			{From: webTier, To: appTier, Service: "tcp/8080-8090", Reason: "requests; \"all\" of them"},
			{From: appTier, To: dbTier, Service: "mysql"},
			{From: appTier, To: dbTier, Service: "udp/5000"},
			{From: webTier, To: appTier, Service: "ping"},
			{From: tier(arch.Bastion, "Bastion"), To: appTier, Service: "ssh"},
			{From: arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: "203.0.113.0/24"}}, To: tier(arch.Bastion, "Bastion"), Service: "ssh"},
		},
	}
	if !strict {
		for name, service := range map[string]string{"api.example.com": "https", ".example.org": "tcp/8443", "www.example.com": "http", ".example.net": "http"} {
			a.Flows = append(a.Flows, arch.Flow{From: appTier, To: arch.Peer{Kind: arch.Domain, Operand: arch.Operand{Text: name}}, Service: service})
		}
	}
	return a
}

func policy(t testing.TB, a arch.Architecture) (*plan.Plan, Policy) {
	t.Helper()
	p, diags := plan.Make(a, plantest.Today)
	require.NotNil(t, p, diags.String())
	var groups []string
	for _, g := range p.FirewallGroups {
		text, variables := p.Text(g)
		require.Empty(t, variables)
		groups = append(groups, text)
	}
	out := Policy{Rules: strings.Join(groups, "\n"), Default: EstablishedAppLayerToServer, HomeNet: []string{"10.0.0.0/16"}}
	if a.Network.Inspection.Strict {
		out.Default = Strict
	}
	return p, out
}

// row is a conversation and whether it is to pass.
type row struct {
	c      Conversation
	passes bool
}

func conversations(rows []row) []Conversation {
	out := make([]Conversation, len(rows))
	for i, r := range rows {
		out[i] = r.c
	}
	return out
}

// rows are what each form of rule lets through and stops; names are those about domains, under the default that waits for them.
func rows() (both, names []row) {
	ip := netip.MustParseAddr
	both = []row{ // under either default
		{TLS(from(edge), at(web+":443"), "web.internal", 1), true},
		{TCP(from(web), at(app+":8080")), true},
		{TCP(from(web), at(app+":8090")), true},
		{TCP(from(web), at(app+":8091")), false},
		{TCP(from(app), at(web+":8080")), false},
		{TCP(netip.MustParseAddrPort(app+":8080"), at(web+":22")), false}, // The server's port as a source.
		{UDP(from(web), at(app+":8080")), false},
		{TCP(from(app), at(db+":3306")), true},
		{TCP(from(web), at(db+":3306")), false},
		{UDP(from(app), at(db+":5000")), true},
		{UDP(from(app), at(db+":5001")), false},
		{UDP(netip.MustParseAddrPort(db+":5000"), at(app+":53")), false},
		{TCP(from(app), at(db+":5000")), false},
		{Ping(ip(web), ip(app)), true},
		{Ping(ip(app), ip("10.0.32.11")), false},
		{Ping(ip(web), ip(db)), false},
		{TCP(from(bastion), at(app+":22")), true},
		{TCP(from("203.0.113.9"), at(bastion+":22")), true},
		{TCP(from(outside), at(bastion+":22")), false},
		{TLS(from(outside), at(edge+":443"), "shop.example.com", 1), true},
		{TLS(from(outside), at(edge+":443"), "", 2), true},
		{TCP(from(outside), at(edge+":80")), false},
		{TCP(from(outside), at(web+":443")), false},
		{TCP(from(app), at(outside+":25")), false},
		{TooLarge(from(web), at(app+":8080"), ip(app)), true},
		{TooLarge(from(outside), at(edge+":443"), ip("10.0.16.1")), true},
	}
	names = []row{
		{TLS(from(app), at(outside+":443"), "api.example.com", 1), true},
		{TLS(from(app), at(outside+":443"), "api.example.com", 2), true},
		{TLS(from(app), at(outside+":443"), "api.example.com", 5), true},
		{TLS(from(app), at(outside+":443"), "API.Example.COM", 1), true},
		{TLS(from(app), at(outside+":443"), "other.example.com", 1), false},
		{TLS(from(app), at(outside+":443"), "xapi.example.com", 1), false},
		{TLS(from(app), at(outside+":443"), "api.example.com.evil.net", 1), false},
		{TLS(from(app), at(outside+":443"), "a.api.example.com", 1), false},
		{TLS(from(app), at(outside+":443"), "", 1), false},
		{TLS(from(app), at(outside+":443"), "other.example.com", 3), false},
		{TLS(from(app), at(outside+":8443"), "example.org", 1), true},
		{TLS(from(app), at(outside+":8443"), "deep.in.example.org", 2), true},
		{TLS(from(app), at(outside+":8443"), "badexample.org", 1), false},
		{TLS(from(app), at(outside+":8443"), "api.example.com", 1), false},
		{TLS(from(app), at(outside+":443"), "example.org", 1), false},
		{TLS(from(web), at(outside+":443"), "api.example.com", 1), false},
		{TLS(from(app), at(db+":443"), "api.example.com", 1), false}, // A name claimed by who reaches inside.
		{TCP(from(app), at(outside+":443")), false},
		{HTTP(from(app), at(outside+":443"), "api.example.com"), false},
		{HTTP(from(app), at(outside+":80"), "www.example.com"), true},
		{HTTP(from(app), at(outside+":80"), "WWW.Example.com"), true},
		{HTTP(from(app), at(outside+":80"), "www.example.com", "a.example.net", "example.net"), true},
		{HTTP(from(app), at(outside+":80"), "evil.net"), false},
		{HTTP(from(app), at(outside+":80"), "www.example.com", "evil.net"), false},
		{HTTP(from(app), at(outside+":80"), "www.example.com.evil.net"), false},
		{HTTP(from(app), at(outside+":80"), "badexample.net"), false},
		{HTTP(from(app), at(outside+":80"), "www.example.com:80"), true},
		{HTTP(from(app), at(outside2+":8080"), "www.example.com"), false},
		{TCP(from(app), at(outside+":80")), false},
		{TLS(from(app), at(outside+":80"), "www.example.com", 1), false},
		{Say(from(app), at(outside+":80"), "GET / HTTP/1.0\r\n\r\n"), false}, // No host.
		{Say(from(app), at(outside+":80"), "GET / HTTP/1.1\r\nHost:\r\n\r\n"), false},
		{Say(from(app), at(outside+":80"), "GET http://www.example.com/ HTTP/1.1\r\nHost: evil.net\r\n\r\n"), true}, // It is asked for www.example.com.
		{Say(from(app), at(outside+":80"), "GET / HTTP/1.1\r\nHost: www.example.com\r\nHost: evil.net\r\n\r\n"), false},
		{Say(from(app), at(outside+":80"), "GET / HTTP/1.1\r\nUser-", "Agent: x\r\nHost: www.example.com\r\n\r\n"), true},
		{Say(from(app), at(outside+":80"), "GET / HTTP/1.1\r\nUser-", "Agent: x\r\nHost: evil.net\r\n\r\n"), false},
		{Say(from(app), at(outside+":80"), "CONNECT evil.net:443 HTTP/1.1\r\nHost: www.example.com\r\n\r\n"), false},
	}
	return both, names
}

func TestForms(t *testing.T) {
	Available(t)
	for name, strict := range map[string]bool{"to server": false, "strict": true} {
		t.Run(name, func(t *testing.T) {
			all, names := rows()
			if !strict {
				all = append(all, names...)
			}
			_, p := policy(t, network(strict, arch.Enforce))
			for i, v := range Judge(t, p, conversations(all)...) {
				assert.Equal(t, all[i].passes, v.Passed, "%s: %s", all[i].c.Name, v)
			}
			if t.Failed() {
				t.Log(p.Rules)
			}
		})
	}
}

// TestObserve: while inspection observes, everything passes once the default alerts alone, and what would be dropped is reported.
func TestObserve(t *testing.T) {
	Available(t)
	_, p := policy(t, network(false, arch.Observe))
	p.Default = None
	all, names := rows()
	all = append(all, names...)
	reported := 0
	for i, v := range Judge(t, p, conversations(all)...) {
		assert.True(t, v.Passed, "%s: %s", all[i].c.Name, v)
		reported += len(v.Alerts)
	}
	assert.Positive(t, reported)
}

// TestEveryRuleIsNeeded: without any one of the rules, exactly conversations of its flow change their verdict.
func TestEveryRuleIsNeeded(t *testing.T) {
	Available(t)
	for name, strict := range map[string]bool{"to server": false, "strict": true} {
		t.Run(name, func(t *testing.T) {
			all, names := rows()
			if !strict {
				all = append(all, names...)
			}
			made, p := policy(t, network(strict, arch.Enforce))
			lines := strings.Split(p.Rules, "\n")
			i := 0
			for _, g := range made.FirewallGroups {
				for _, rule := range g.Rules {
					without := p
					without.Rules = strings.Join(slices.Delete(slices.Clone(lines), i, i+1), "\n")
					changed := 0
					for j, v := range Judge(t, without, conversations(all)...) {
						if v.Passed != all[j].passes {
							changed++
							assert.True(t, concerns(made, rule, all[j].c), "%s changes %s", made.Message(rule), all[j].c.Name)
						}
					}
					assert.Positive(t, changed, "nothing changes without %s", made.Message(rule))
					i++
				}
			}
		})
	}
}

// concerns reports whether a rule is about a conversation, by its addresses and the server's port.
func concerns(p *plan.Plan, r plan.FirewallRule, c Conversation) bool {
	if r.Match == plan.PathMTU {
		return strings.HasPrefix(c.Name, "path MTU")
	}
	in := func(blocks []arch.Peer, a netip.AddrPort) bool {
		return len(blocks) == 0 || slices.ContainsFunc(blocks, func(b arch.Peer) bool { return netip.MustParsePrefix(b.Text).Contains(a.Addr()) })
	}
	port := int(c.Server.Port())
	ports := port == 0 || r.Ports.From <= port && port <= r.Ports.To
	return in(r.From, c.Client) && in(r.To, c.Server) && ports && (!r.Outside || !p.Model.Prefix.Contains(c.Server.Addr()))
}

// TestKinds: each form is of the kind that we mean, as a real Suricata says by what it matches, and as its analysis says.
func TestKinds(t *testing.T) {
	made, p := policy(t, network(false, arch.Enforce))
	lines, problems := suricata.ParseText(p.Rules)
	require.Empty(t, problems)
	assert.Empty(t, suricata.Check(suricata.Group{StrictOrder: true, Lines: lines}))
	assert.Empty(t, suricata.Shadows([]suricata.Group{{Lines: lines}}))
	i := 0
	for _, g := range made.FirewallGroups {
		for _, rule := range g.Rules {
			want := suricata.Packet
			if rule.Match == plan.TLSName || rule.Match == plan.OtherHTTPHost || rule.Match == plan.NoHTTPHost {
				want = suricata.AppTx
			}
			assert.Equal(t, want, lines[i].Rule.Kind(), lines[i].Text)
			i++
		}
	}
}

// TestOriginalRules: the rules of the document's Example 2, in strict order as their priorities say, with the strict default of its
// policy. They pass what clients send to the servers, and as IP-only rules the answers with it; between the groups they pass
// nothing that a rule before drops, and what comes back over a path that begins elsewhere is dropped.
func TestOriginalRules(t *testing.T) {
	Available(t)
	const original = `pass tcp any any -> 10.0.1.0/24 443 (sid:1;)
pass tcp any any -> 10.0.1.0/24 80 (sid:2;)
drop tcp any any -> 10.0.1.0/24 any (sid:3;)
pass tcp 10.0.1.0/24 any -> 10.0.11.0/24 8080 (sid:10;)
drop tcp any any -> 10.0.11.0/24 any (sid:11;)`
	p := Policy{Rules: original, Default: Strict, HomeNet: []string{"10.0.0.0/16"}}
	all := []row{
		{TLS(from(outside), at("10.0.1.10:443"), "shop.example.com", 1), true},
		{HTTP(from(outside), at("10.0.1.10:80"), "shop.example.com"), true},
		{TCP(from(outside), at("10.0.1.10:22")), false},
		{TCP(from("10.0.1.10"), at("10.0.11.10:8080")), true},
		{TCP(from("10.0.1.10"), at("10.0.11.10:22")), false},
		{TCP(from(outside), at("10.0.11.10:8080")), false},
		{UDP(from(outside), at("10.0.1.10:443")), false},
		{TooLarge(from(outside), at("10.0.1.10:443"), netip.MustParseAddr("10.0.1.1")), false}, // Its large packets are lost for ever.
	}
	for i, v := range Judge(t, p, conversations(all)...) {
		assert.Equal(t, all[i].passes, v.Passed, "%s: %s", all[i].c.Name, v)
	}
}
