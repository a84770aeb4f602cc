package suricatatest

// The forms of rules that internal/plan writes, and the kind that a real Suricata gives each. From and To are blocks; the internet as a
// destination is !Network. The default action is drop_established_app_layer_to_server with its alert. A strict default also needs the rules
// marked "strict". The options msg, metadata, sid and rev are left out.
//
//	TCP                pkt     pass tcp From any -> To Port (flow:to_server;)
//	  strict           pkt     pass tcp To Port -> From any (flow:to_client;)
//	UDP                pkt     pass udp From any -> To Port (flow:to_server;)
//	                   pkt     pass udp To Port -> From any (flow:to_client;)
//	ICMP               pkt     pass icmp From any -> To any (flow:to_server; itype:8;)
//	  with an answer   pkt     pass icmp To any -> From any (flow:to_client; itype:0;)   8 and 0, 13 and 14, 15 and 16, 17 and 18
//	all traffic        pkt     pass ip From any -> To any (flow:to_server;)
//	                   pkt     pass ip To any -> From any (flow:to_client;)              answers of TCP, UDP and ICMP
//	path MTU, always   pkt     pass icmp any any -> any any (itype:3; icode:4;)
//	  IPv6             pkt     pass icmp any any -> any any (itype:2; icode:0;)
//	name in TLS        app_tx  pass tls From any -> !Network Port (flow:to_server; tls.sni; content:"a.com"; startswith; nocase; endswith;)
//	  and subdomains   app_tx  pass tls From any -> !Network Port
//	                               (flow:to_server; tls.sni; dotprefix; content:".a.com"; nocase; endswith;)
//	names in HTTP      app_tx  drop http From any -> !Network 80
//	                               (flow:to_server,established; http.host; pcre:!"/^(a\.com|(.*\.)?b\.com)$/";)
//	                   app_tx  drop http From any -> !Network 80
//	                               (flow:to_server,established; http.start; content:"|0d 0a|"; pcre:!"/\r\nHost:[ \t]*[^ \t\r\n]/i";)
//	                   pkt     drop http2 From any -> !Network 80 (flow:to_server,established;)
//	                   pkt     pass tcp From any -> !Network 80 (flow:to_server,established; app-layer-protocol:http;)
//	undeclared         pkt     drop tcp any any -> any any (flow:to_server,established; stream_size:either,>,16384;)
//
// The rules about names in HTTP hold all names that a tier's subnets may ask for.
//
// No rule has only addresses (ip_only): such a rule decides a connection at its first packet, and rules about threats never see it. The
// verdict of a rule of kind pkt holds for the packet, so rules about threats see every packet. The verdict of a rule of kind app_tx holds
// for the connection, from the ClientHello on.

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
)

// rows returns conversations that each form of rule must pass or stop: both for either default, and names for the default that waits for
// names.
func rows() (both, names []row) {
	ip := netip.MustParseAddr
	both = []row{
		{c: TLS(from(edge), at(web+":443"), "web.internal", 1), passes: true},
		{c: TCP(from(web), at(app+":8080")), passes: true},
		{c: TCP(from(web), at(app+":8090")), passes: true},
		{c: TCP(from(web), at(app+":8091")), passes: false},
		{c: TCP(from(app), at(web+":8080")), passes: false},
		{c: TCP(netip.MustParseAddrPort(app+":8080"), at(web+":22")), passes: false}, // From the server's port.
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
		{c: TLS(from(app), at(db+":443"), "api.example.com", 1), passes: false}, // An allowed name, but a server inside the network.
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
		{c: Say(from(app), at(outside+":80"), "POST / HTTP/1.1\r\nHost: www.example.com\r\nContent-Length: 6\r\n\r\nbodyaa",
			"GET / HTTP/1.1\r\nHost: evil.net\r\n\r\n")},
		{c: Say(from(app), at(outside+":80"), // Two requests in one packet.
			"GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\nGET / HTTP/1.1\r\nHost: evil.net\r\n\r\n")},
		{c: Say(from(app), at(outside+":80"), "GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\nGET / HTTP/1.0\r\n\r\n")},
		{c: Say(from(app), at(outside+":80"), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\x00\x00\x00\x04\x00\x00\x00\x00\x00")}, // HTTP/2 without TLS.
		{c: Say(from(app), at(outside+":80"),
			"GET / HTTP/1.1\r\nHost: www.example.com\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"), passes: true},
		{c: Say(from(app), at(outside+":80"), // The URI asks for www.example.com, and takes precedence.
			"GET http://www.example.com/ HTTP/1.1\r\nHost: evil.net\r\n\r\n"), passes: true},
		{c: Say(from(app), at(outside+":80"), "GET / HTTP/1.1\r\nHost: www.example.com\r\nHost: evil.net\r\n\r\n"), passes: false},
		{c: Say(from(app), at(outside+":80"), "GET / HTTP/1.1\r\nUser-", "Agent: x\r\nHost: www.example.com\r\n\r\n"), passes: true},
		{c: Say(from(app), at(outside+":80"), "GET / HTTP/1.1\r\nUser-", "Agent: x\r\nHost: evil.net\r\n\r\n"), passes: false},
		{c: Say(from(app), at(outside+":80"), "CONNECT evil.net:443 HTTP/1.1\r\nHost: www.example.com\r\n\r\n"), passes: false},
	}
	return both, names
}

// TestForms checks what each form of rule passes and stops.
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

// TestObserve checks that in mode Observe everything passes, and that exactly the conversations that Enforce would drop are reported: by
// rules that alert, or by the default actions, which only alert.
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

// TestThreats checks that rules about threats, in a group before the plan's rules, see what the plan's rules pass: TCP, UDP and names.
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
		TCP(from(web), at(app+":8080")), UDP(from(app), at(db+":5000")),
		TLS(from(app), at(outside+":443"), "api.example.com", 3), HTTP(from(app), at(outside+":80"), "www.example.com"),
		TLS(from(edge), at(web+":443"), "web.internal", 1),
	) {
		assert.Equal(t, i+1, v.By, "%s: %s", v.Conversation, v)
	}
}
