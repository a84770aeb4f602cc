package suricatatest

// The forms of rules that internal/plan writes, and what a real Suricata says of each. "From" and "To" are blocks; of the internet they are
// !Network. The default is
// drop_established_app_layer_to_server with its alert; a strict one has the rules that are marked so as well.
//
//	what                      rules, without msg, metadata, sid and rev                                                            kind
//	TCP                       pass tcp From any -> To Port (flow:to_server;)                                                       pkt
//	  strict as well          pass tcp To Port -> From any (flow:to_client;)                                                       pkt
//	UDP                       pass udp From any -> To Port (flow:to_server;)                                                       pkt
//	                          pass udp To Port -> From any (flow:to_client;)                                                       pkt
//	ICMP                      pass icmp From any -> To any (flow:to_server; itype:8;)                                              pkt
//	  types that are answered pass icmp To any -> From any (flow:to_client; itype:0;)   8 by 0, 13 by 14, 15 by 16, 17 by 18       pkt
//	all traffic               pass ip From any -> To any (flow:to_server;)                                                         pkt
//	                          pass ip To any -> From any (flow:to_client;)       answers of TCP, UDP and ICMP                      pkt
//	path MTU, in each policy  pass icmp any any -> any any (itype:3; icode:4;)                                                     pkt
//	  IPv6                    pass icmp any any -> any any (itype:2; icode:0;)                                                     pkt
//	name in TLS               pass tls From any -> !Network Port (flow:to_server; tls.sni; content:"a.com"; startswith; nocase; endswith;)   app_tx
//	  and all below           pass tls From any -> !Network Port (flow:to_server; tls.sni; dotprefix; content:".a.com"; nocase; endswith;)   app_tx
//	names in HTTP, all that   drop http From any -> !Network 80 (flow:to_server,established; http.host; pcre:!"/^(a\.com|(.*\.)?b\.com)$/";)  app_tx
//	may be asked for from     drop http From any -> !Network 80 (flow:to_server,established; http.start; content:"|0d 0a|"; pcre:!"/\r\nHost:[ \t]*[^ \t\r\n]/i";)  app_tx
//	a tier's subnets          drop http2 From any -> !Network 80 (flow:to_server,established;)                                     pkt
//	                          pass tcp From any -> !Network 80 (flow:to_server,established; app-layer-protocol:http;)              pkt
//	what nobody declared      drop tcp any any -> any any (flow:to_server,established; stream_size:either,>,16384;)                pkt
//
// None is of addresses alone (ip_only): such a rule decides a connection at its first packet, and rules about threats never see it. A
// verdict of kind pkt is on the packet, so that threats are looked for in every one; app_tx is on the connection, from the ClientHello on.

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
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
		{c: TLS(from(edge), at(web+":443"), "web.internal", 1), passes: true},
		{c: TCP(from(web), at(app+":8080")), passes: true},
		{c: TCP(from(web), at(app+":8090")), passes: true},
		{c: TCP(from(web), at(app+":8091")), passes: false},
		{c: TCP(from(app), at(web+":8080")), passes: false},
		{c: TCP(netip.MustParseAddrPort(app+":8080"), at(web+":22")), passes: false}, // The server's port as a source.
		{c: UDP(from(web), at(app+":8080")), passes: false},
		{c: TCP(from(app), at(db+":3306")), passes: true},
		{c: TCP(from(web), at(db+":3306")), passes: false},
		{c: UDP(from(app), at(db+":5000")), passes: true},
		{c: UDP(from(app), at(db+":5001")), passes: false},
		{c: UDP(netip.MustParseAddrPort(db+":5000"), at(app+":53")), passes: false},
		{c: TCP(from(app), at(db+":5000")), passes: false},
		{c: Ping(ip(web), ip(app)), passes: true},
		{c: Ping(ip(app), ip("10.0.32.11")), passes: false},
		{c: Ping(ip(web), ip(db)), passes: false},
		{c: TCP(from(bastion), at(app+":22")), passes: true},
		{c: TCP(from("203.0.113.9"), at(bastion+":22")), passes: true},
		{c: TCP(from(outside), at(bastion+":22")), passes: false},
		{c: TLS(from(outside), at(edge+":443"), "shop.example.com", 1), passes: true},
		{c: TLS(from(outside), at(edge+":443"), "", 2), passes: true},
		{c: TCP(from(outside), at(edge+":80")), passes: false},
		{c: TCP(from(outside), at(web+":443")), passes: false},
		{c: TCP(from(app), at(outside+":25")), passes: false},
		{c: TooLarge(from(web), at(app+":8080"), ip(app)), passes: true},
		{c: TooLarge(from(outside), at(edge+":443"), ip("10.0.16.1")), passes: true},
	}
	names = []row{
		{c: TLS(from(app), at(outside+":443"), "api.example.com", 1), passes: true},
		{c: TLS(from(app), at(outside+":443"), "api.example.com", 2), passes: true},
		{c: TLS(from(app), at(outside+":443"), "api.example.com", 5), passes: true},
		{c: TLS(from(app), at(outside+":443"), "API.Example.COM", 1), passes: true},
		{c: TLS(from(app), at(outside+":443"), "other.example.com", 1), passes: false},
		{c: TLS(from(app), at(outside+":443"), "xapi.example.com", 1), passes: false},
		{c: TLS(from(app), at(outside+":443"), "api.example.com.evil.net", 1), passes: false},
		{c: TLS(from(app), at(outside+":443"), "a.api.example.com", 1), passes: false},
		{c: TLS(from(app), at(outside+":443"), "", 1), passes: false},
		{c: TLS(from(app), at(outside+":443"), "other.example.com", 3), passes: false},
		{c: TLS(from(app), at(outside+":8443"), "example.org", 1), passes: true},
		{c: TLS(from(app), at(outside+":8443"), "deep.in.example.org", 2), passes: true},
		{c: TLS(from(app), at(outside+":8443"), "badexample.org", 1), passes: false},
		{c: TLS(from(app), at(outside+":8443"), "api.example.com", 1), passes: false},
		{c: TLS(from(app), at(outside+":443"), "example.org", 1), passes: false},
		{c: TLS(from(web), at(outside+":443"), "api.example.com", 1), passes: false},
		{c: TLS(from(app), at(db+":443"), "api.example.com", 1), passes: false}, // A name claimed by who reaches inside.
		{c: TCP(from(app), at(outside+":443")), passes: false},
		{c: HTTP(from(app), at(outside+":443"), "api.example.com"), passes: false},
		{c: HTTP(from(app), at(outside+":80"), "www.example.com"), passes: true},
		{c: HTTP(from(app), at(outside+":80"), "WWW.Example.com"), passes: true},
		{c: HTTP(from(app), at(outside+":80"), "www.example.com", "a.example.net", "example.net"), passes: true},
		{c: HTTP(from(app), at(outside+":80"), "evil.net"), passes: false},
		{c: HTTP(from(app), at(outside+":80"), "www.example.com", "evil.net"), passes: false},
		{c: HTTP(from(app), at(outside+":80"), "www.example.com.evil.net"), passes: false},
		{c: HTTP(from(app), at(outside+":80"), "badexample.net"), passes: false},
		{c: HTTP(from(app), at(outside+":80"), "www.example.com:80"), passes: true},
		{c: HTTP(from(app), at(outside2+":8080"), "www.example.com"), passes: false},
		{c: TCP(from(app), at(outside+":80")), passes: false},
		{c: TLS(from(app), at(outside+":80"), "www.example.com", 1), passes: false},
		{c: Say(from(app), at(outside+":80"), "GET / HTTP/1.0\r\n\r\n"), passes: false}, // No host.
		{c: Say(from(app), at(outside+":80"), "GET / HTTP/1.1\r\nHost:\r\n\r\n"), passes: false},
		{c: Say(from(app), at(outside+":80"), "GET /something\r\n")}, // HTTP/0.9
		{c: Say(from(app), at(outside+":80"), "GET /some", "thing\r\n")},
		{c: Say(from(app), at(outside+":80"), "GET / NOTHING/1.1\r\nHost: evil.net\r\n\r\n")},
		{c: Say(from(app), at(outside+":80"), "GET / NOTHING/1.1\r\nA: b\r\n\r\n")},
		{c: Say(from(app), at(outside+":80"), "POST / HTTP/1.1\r\nHost: www.example.com\r\nContent-Length: 6\r\n\r\nbodyaa", "GET / HTTP/1.1\r\nHost: evil.net\r\n\r\n")},
		{c: Say(from(app), at(outside+":80"), "GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\nGET / HTTP/1.1\r\nHost: evil.net\r\n\r\n")}, // In one packet.
		{c: Say(from(app), at(outside+":80"), "GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\nGET / HTTP/1.0\r\n\r\n")},
		{c: Say(from(app), at(outside+":80"), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\x00\x00\x00\x04\x00\x00\x00\x00\x00")}, // HTTP/2 without TLS.
		{c: Say(from(app), at(outside+":80"), "GET / HTTP/1.1\r\nHost: www.example.com\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"), passes: true},
		{c: Say(from(app), at(outside+":80"), "GET http://www.example.com/ HTTP/1.1\r\nHost: evil.net\r\n\r\n"), passes: true}, // It is asked for www.example.com.
		{c: Say(from(app), at(outside+":80"), "GET / HTTP/1.1\r\nHost: www.example.com\r\nHost: evil.net\r\n\r\n"), passes: false},
		{c: Say(from(app), at(outside+":80"), "GET / HTTP/1.1\r\nUser-", "Agent: x\r\nHost: www.example.com\r\n\r\n"), passes: true},
		{c: Say(from(app), at(outside+":80"), "GET / HTTP/1.1\r\nUser-", "Agent: x\r\nHost: evil.net\r\n\r\n"), passes: false},
		{c: Say(from(app), at(outside+":80"), "CONNECT evil.net:443 HTTP/1.1\r\nHost: www.example.com\r\n\r\n"), passes: false},
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

// TestObserve: while inspection observes, everything passes, and exactly what would be dropped is reported: by rules that alert, or by the
// default actions, of which only those that alert are set.
func TestObserve(t *testing.T) {
	Available(t)
	_, enforced := policy(t, network(false, arch.Enforce))
	_, observed := policy(t, network(false, arch.Observe))
	observed.AlertOnly = true
	all, names := rows()
	all = append(all, names...)
	would := Judge(t, enforced, conversations(all)...)
	for i, v := range Judge(t, observed, conversations(all)...) {
		assert.True(t, v.Passed, "%s: %s", v.Conversation, v)
		assert.Equal(t, !would[i].Passed, len(v.Alerts) > 0 || v.Unmatched >= 0, "%s is reported", v.Conversation)
		if would[i].By != 0 {
			assert.Contains(t, v.Alerts, would[i].By, v.Conversation)
		}
	}
}

// TestThreats: a rule about threats sees what our rules pass, in TCP, UDP and to names, in a group before theirs.
func TestThreats(t *testing.T) {
	made, p := policy(t, network(false, arch.Enforce))
	threats := Group{Name: "Threats", Rules: strings.Join([]string{
		`drop tcp any any -> any any (flow:to_server,established; content:"nothing known"; sid:1;)`,
		`drop udp any any -> any any (content:"something"; sid:2;)`,
		`drop tls any any -> any any (tls.sni; content:"api.example.com"; sid:3;)`,
		`drop http any any -> any any (http.user_agent; content:"test"; sid:4;)`,
		`drop tls any any -> any any (flow:to_client; ssl_state:server_hello; sid:5;)`,
	}, "\n")}
	p.Groups, p.Rules = []Group{threats, {Name: "ours", Rules: p.Rules}}, ""
	require.NotEmpty(t, made.FirewallGroups)
	for i, v := range Judge(t, p,
		TCP(from(web), at(app+":8080")), UDP(from(app), at(db+":5000")), TLS(from(app), at(outside+":443"), "api.example.com", 3), HTTP(from(app), at(outside+":80"), "www.example.com"),
		TLS(from(edge), at(web+":443"), "web.internal", 1),
	) {
		assert.Equal(t, i+1, v.By, "%s: %s", v.Conversation, v)
	}
}
