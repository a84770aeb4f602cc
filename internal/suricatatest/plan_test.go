package suricatatest

import (
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
)

func domain(name string) arch.Peer {
	return arch.Peer{Kind: arch.Domain, Operand: arch.Operand{Text: name}}
}

func block(text string) arch.Peer {
	return arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: text}}
}

func flow(from, to arch.Peer, service string) arch.Flow {
	return arch.Flow{From: from, To: to, Service: service}
}

// architectures are hand-made ones, by the path that is inspected.
func architectures() map[string]arch.Architecture {
	edgeTier, webTier, appTier, dbTier := tier(arch.Edge, "Edge"), tier(arch.Web, "Web"), tier(arch.App, "App"), tier(arch.Data, "DB")
	internet := arch.Peer{Kind: arch.Internet}
	inspected := func(paths arch.Paths, strict bool, flows ...arch.Flow) arch.Architecture {
		return arch.Architecture{
			Network: arch.Network{Path: "Shop/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a", "eu-west-1b"}, Inspection: &arch.Inspection{Paths: paths, Strict: strict}},
			Tiers:   []arch.Tier{{ID: "Edge", Kind: arch.Edge}, {ID: "Web", Kind: arch.Web}, {ID: "App", Kind: arch.App}, {ID: "Jobs", Kind: arch.App, SharesWith: "App"}, {ID: "DB", Kind: arch.Data}},
			Flows:   flows,
		}
	}
	eastWest := []arch.Flow{flow(webTier, appTier, "tcp/8080"), flow(webTier, appTier, "ping"), flow(appTier, dbTier, "mysql"), flow(appTier, dbTier, "udp/5000"), flow(appTier, dbTier, "icmp/13")}
	ingress := []arch.Flow{flow(internet, edgeTier, "https"), flow(block("203.0.113.0/24"), edgeTier, "tcp/8443")}
	egress := []arch.Flow{flow(appTier, domain("api.example.com"), "https"), flow(appTier, domain(".example.org"), "https"), flow(appTier, domain(".example.org"), "tcp/8443"),
		flow(appTier, domain("www.example.com"), "http"), flow(appTier, domain(".example.net"), "http"),
		flow(webTier, block("198.51.100.0/24"), "http"), flow(webTier, domain("www.example.com"), "http"), flow(webTier, internet, "udp/123")}
	return map[string]arch.Architecture{
		"between tiers":         inspected(arch.EastWestPath, false, eastWest...),
		"between tiers, strict": inspected(arch.EastWestPath, true, eastWest...),
		"from the internet":     inspected(arch.IngressPath, false, ingress...),
		"to the internet":       inspected(arch.EgressPath, false, egress...),
		"every way":             inspected(arch.EastWestPath|arch.IngressPath|arch.EgressPath, false, slices.Concat(eastWest, ingress, egress)...),
	}
}

// TestArchitectures: of hand-made architectures, every inspected flow passes, all answers included, and nothing else does; without any
// one of the rules what changes is about that rule.
func TestArchitectures(t *testing.T) {
	for name, a := range architectures() {
		p, all := policy(t, a)
		rows := expected(p)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i, v := range Judge(t, all, conversations(rows)...) {
				assert.Equal(t, rows[i].passes, v.Passed, "%s: %s", v.Conversation, v)
			}
			for _, f := range p.Model.Flows {
				assert.Equal(t, f.Path.Kind == arch.Inspected, slices.ContainsFunc(rows, func(r row) bool { return r.passes && r.by == f.SubjectString() }), f.SubjectString())
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

// TestRandomArchitectures: of random architectures that are inspected on all paths, every inspected flow passes, and nothing else does.
func TestRandomArchitectures(t *testing.T) {
	Available(t)
	judged, passed := 0, 0
	for seed := range 24 {
		a := randomArchitecture(seed)
		p, diags := plan.Make(a, plantest.Today)
		require.NotNil(t, p, "seed %d: %s", seed, diags)
		rows := expected(p)
		if len(rows) == 0 {
			continue
		}
		_, all := policy(t, a)
		if seed < 4 {
			kinds(t, p, all)
		}
		for i, v := range Judge(t, all, conversations(rows)...) {
			judged++
			if v.Passed {
				passed++
			}
			assert.Equal(t, rows[i].passes, v.Passed, "seed %d: %s: %s", seed, v.Conversation, v)
		}
		if t.Failed() {
			t.Fatal(all.Rules)
		}
	}
	assert.Greater(t, judged, 5000)
	assert.Greater(t, passed, 200)
	t.Logf("%d conversations, of which %d pass", judged, passed)
}

// randomArchitecture is inspected on all paths. Under the default that waits for names, tiers have flows to some.
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

// needed: without any one of the rules exactly conversations that it is about change their verdict.
func needed(t *testing.T, p *plan.Plan, policy Policy, rows []row) {
	lines := strings.Split(policy.Rules, "\n")
	for i, rule := range rulesOf(p) {
		if rule.Match == plan.Undecided { // TestBound is about it.
			continue
		}
		t.Run("without "+p.Message(rule), func(t *testing.T) {
			t.Parallel()
			without := policy
			without.Rules = strings.Join(slices.Delete(slices.Clone(lines), i, i+1), "\n")
			changed := 0
			for j, v := range Judge(t, without, conversations(rows)...) {
				if v.Passed != rows[j].passes {
					changed++
					assert.True(t, concerns(p, rule, rows[j].c), "it changes %s", v.Conversation)
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
func concerns(p *plan.Plan, r plan.FirewallRule, c Conversation) bool {
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

// kinds: each form is of the kind that we mean, as a real Suricata and our own reading of rules say, and nothing is wrong with it.
func kinds(t *testing.T, p *plan.Plan, policy Policy) {
	t.Helper()
	lines, problems := suricata.ParseText(policy.Rules)
	require.Empty(t, problems)
	assert.Empty(t, suricata.Check(suricata.Group{StrictOrder: true, Lines: lines}))
	found := Kinds(t, policy)
	for i, rule := range rulesOf(p) {
		want := suricata.Packet
		if rule.Match == plan.TLSName || rule.Match == plan.OtherHTTPHost || rule.Match == plan.NoHTTPHost {
			want = suricata.AppTx
		}
		assert.Equal(t, want, found[i], lines[i].Text)
		assert.Equal(t, want, lines[i].Rule.Kind(), lines[i].Text)
	}
}

// end is somebody whose packets the firewall sees.
type end struct {
	tier    string // empty outside of the network
	address string
}

// probe is something that a client may try.
type probe struct {
	ports arch.Ports
	names []string // it asks for, in TLS, or one after the other in HTTP
	http  bool
	make  func(client, server netip.AddrPort) Conversation
}

func ports(protocol arch.Protocol, port int) arch.Ports {
	return arch.Ports{Protocol: protocol, From: port, To: port}
}

func tcpProbe(port int) probe { return probe{ports: ports(arch.TCP, port), make: TCP} }

func udpProbe(port int) probe { return probe{ports: ports(arch.UDP, port), make: UDP} }

func icmpProbe(kind, answer uint8) probe {
	return probe{ports: arch.Ports{Protocol: arch.ICMP, From: int(kind), To: 0}, make: func(client, server netip.AddrPort) Conversation {
		return ICMP(client.Addr(), server.Addr(), kind, 0).Answered(answer)
	}}
}

func tlsProbe(port int, name string, segments int) probe {
	return probe{ports: ports(arch.TCP, port), names: []string{name}, make: func(client, server netip.AddrPort) Conversation { return TLS(client, server, name, segments) }}
}

func httpProbe(hosts ...string) probe {
	return probe{ports: ports(arch.TCP, 80), names: hosts, http: true, make: func(client, server netip.AddrPort) Conversation { return HTTP(client, server, hosts...) }}
}

// noHost asks for a page and says of which host neither.
func noHost(client, server netip.AddrPort) Conversation {
	return Say(client, server, "GET / HTTP/1.0\r\n\r\n")
}

// http2 speaks HTTP/2, which no flow to a name declares.
func http2(client, server netip.AddrPort) Conversation {
	return Say(client, server, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\x00\x00\x00\x04\x00\x00\x00\x00\x00")
}

// probes are tried between any two ends; those with names to the outside alone.
var probes = []probe{
	tcpProbe(443), tcpProbe(80), tcpProbe(8005), tcpProbe(8080), tcpProbe(8443), tcpProbe(3306), tcpProbe(9), udpProbe(53), udpProbe(123), udpProbe(5000), udpProbe(8080),
	icmpProbe(8, 0), icmpProbe(13, 14),
	tlsProbe(443, "api.example.com", 2), tlsProbe(443, "www.example.com", 1), tlsProbe(443, "in.example.org", 1), tlsProbe(443, "a.api.example.com", 3), tlsProbe(443, "badexample.org", 1),
	tlsProbe(8443, "example.org", 3), tlsProbe(8443, "a.example.net", 1), tlsProbe(8443, "api.example.com", 1), tlsProbe(80, "www.example.com", 1),
	httpProbe("www.example.com"), httpProbe("feeds.example.com"), httpProbe("www.example.com", "example.net"), httpProbe("in.example.org", "api.example.com"), httpProbe("www.example.com", "evil.example"),
	{ports: ports(arch.TCP, 80), names: []string{""}, http: true, make: noHost},
	{ports: ports(arch.TCP, 80), names: []string{""}, http: true, make: http2},
}

// expected makes conversations between all ends and says which are to pass.
func expected(p *plan.Plan) []row {
	ends := []end{{"", outside}, {"", "203.0.113.9"}}
	for _, t := range p.Model.Tiers {
		if t.Imported == nil && t.SharesWith == "" {
			ends = append(ends, end{t.ID, p.Subnets[t.ID][0].Prefix.Addr().Next().Next().Next().Next().String()})
		}
	}
	var out []row
	spare := netip.MustParseAddr(ends[0].address)
	add := func(r row) { out = append(out, r) }
	for _, client := range ends {
		for _, server := range ends {
			if client == server || client.tier == "" && server.tier == "" {
				continue
			}
			for _, q := range probes {
				if q.names != nil && server.tier != "" {
					continue
				}
				c := q.make(from(client.address), at(fmt.Sprintf("%s:%d", server.address, q.ports.From)))
				by := covering(p, c, q)
				if q.ports.Protocol == arch.ICMP {
					c = q.make(apart(client.address, len(out)), apart(server.address, 0))
				}
				add(row{c: c, passes: by != "", by: by})
				if by != "" && q.ports.Protocol == arch.TCP { // The server's port as a source, to a port of the client's.
					stolen := probe{ports: arch.Ports{Protocol: arch.TCP, From: 7, To: 7}}
					c := TCP(netip.AddrPortFrom(c.Server.Addr(), c.Server.Port()), netip.AddrPortFrom(c.Client.Addr(), 7))
					if covering(p, c, stolen) == "" && !taken(out, c) {
						add(row{c: c})
					}
				}
				if by != "" && q.names == nil && q.ports.Protocol == arch.TCP {
					add(row{c: TooLarge(from(client.address), c.Server, spare), passes: true})
				}
			}
		}
	}
	return out
}

// apart is another address of the same subnet: two pings between two addresses would be one flow.
func apart(address string, n int) netip.AddrPort {
	bytes := netip.MustParseAddr(address).As4()
	bytes[3] = byte(4 + n%200)
	return netip.AddrPortFrom(netip.AddrFrom4(bytes), 0)
}

func taken(rows []row, c Conversation) bool {
	return slices.ContainsFunc(rows, func(r row) bool { return r.c.flowKey() == c.flowKey() })
}

// covering is an inspected flow that declares a conversation, by the addresses that its rules name, which tiers may share; empty if there
// is none. A conversation about several names may need several.
func covering(p *plan.Plan, c Conversation, q probe) string {
	if by := coveringName(p, c, q, ""); by != "" || len(q.names) == 0 {
		return by // Whatever it asks for.
	}
	by := ""
	for _, name := range q.names {
		if by = coveringName(p, c, q, name); by == "" {
			return ""
		}
	}
	return by
}

func coveringName(p *plan.Plan, c Conversation, q probe, name string) string {
	for _, f := range p.Model.Flows {
		if f.Path.Kind != arch.Inspected || !holds(p, f.From, c.Client.Addr(), name) || !holds(p, f.To, c.Server.Addr(), name) {
			continue
		}
		for _, declared := range f.Ports {
			if declared.Contains(q.ports) && (f.To.Kind != arch.Domain || declared.IsHTTP() == q.http) {
				return f.SubjectString()
			}
		}
	}
	return ""
}

// holds reports whether a peer has an address, or outside of the network a name.
func holds(p *plan.Plan, peer arch.Peer, a netip.Addr, name string) bool {
	switch peer.Kind {
	case arch.Internet:
		return !p.Model.Prefix.Contains(a)
	case arch.PrefixList: // It is stated as a widening.
		return true
	case arch.CIDR:
		return netip.MustParsePrefix(peer.Text).Contains(a)
	case arch.Domain:
		below := strings.HasPrefix(peer.Text, ".") && strings.HasSuffix("."+name, peer.Text)
		return name != "" && !p.Model.Prefix.Contains(a) && (peer.Text == name || below)
	}
	return slices.ContainsFunc(p.Subnets[peer.Text], func(s plan.Subnet) bool { return s.Prefix.Contains(a) })
}
