package suricatatest

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// appLayer is the default that tierwall sets unless a user asks for another.
const appLayer = EstablishedAppLayerToServer

// Clients and a server. The rules below allow only port 8080 of the server.
const (
	client, client2 = "10.0.1.10", "10.0.1.11"
	server          = "10.0.11.10"
)

// Forms of a rule that passes connections from clients to the server's port 8080, and rules that drop other packets.
const (
	addressesOnly  = "pass tcp 10.0.1.0/24 any -> 10.0.11.0/24 8080 (sid:1;)"
	toServer       = "pass tcp 10.0.1.0/24 any -> 10.0.11.0/24 8080 (flow:to_server; sid:1;)"
	mirrored       = "pass tcp 10.0.11.0/24 8080 -> 10.0.1.0/24 any (flow:to_client; sid:2;)"
	established    = "pass tcp 10.0.1.0/24 any -> 10.0.11.0/24 8080 (flow:to_server,established; sid:1;)"
	anyPort        = "pass ip 10.0.1.0/24 any -> 10.0.11.0/24 any (sid:1;)"
	anyProtocol    = "pass ip 10.0.1.0/24 any -> 10.0.11.0/24 8080 (sid:1;)"
	bothDirections = "pass tcp 10.0.1.0/24 any <> 10.0.11.0/24 8080 (sid:1;)"

	dropAll               = "drop ip any any -> any any (sid:90;)"
	dropToServer          = "drop tcp any any -> any any (flow:to_server; sid:91;)\ndrop udp any any -> any any (flow:to_server; sid:92;)"
	dropUDP               = "drop udp any any -> any any (ttl:>0; sid:93;)"
	dropEstablished       = "drop tcp any any -> any any (flow:to_server,established; sid:94;)"
	dropEstablishedAnyWay = "drop tcp any any -> any any (flow:established; sid:95;)"
	dropTCP               = "drop tcp any any -> any any (sid:96;)"
	threat                = `drop http any any -> any any (http.host; content:"evil.example"; sid:80;)`
)

// whole is the value of Verdict.Dropped for a conversation that passes.
const whole = -1

// The places of packets in a conversation of TCP.
const (
	syn, synAck, firstData, serverAck, answered, fin = 0, 1, 3, 4, 6, 9
)

// TestMatrix checks how much of a conversation passes, for each form of pass rule and each way to drop the rest. The forms of rules that
// the plan writes rely on this behaviour.
func TestMatrix(t *testing.T) {
	ways := map[string]Conversation{
		"allowed":      TCP(from(client), at(server+":8080")),
		"other port":   TCP(from(client), at(server+":22")),
		"udp":          UDP(from(client), at(server+":8080")),
		"reversed":     TCP(from(server), at(client+":8080")),
		"spoofed port": TCP(at(server+":8080"), at(client2+":22")),
		"http":         HTTP(from(client), at(server+":80"), "good.example"),
		"evil":         HTTP(from(client), at(server+":8080"), "evil.example"),
		"one-sided":    OneSided(TCP(from(client), at(server+":8080"))),
		"blocked half": OneSided(TCP(from(client), at(server+":22"))),
		"banner":       Banner(from(client), at(server+":8080")),
	}
	tests := []struct {
		name    string
		rules   []string
		Default Default
		dropped map[string]int // by way: the first packet that is dropped, or whole
	}{
		{"addresses only, rest dropped", []string{addressesOnly, dropAll}, None,
			map[string]int{"allowed": whole, "other port": syn, "udp": 0, "reversed": syn, "spoofed port": syn}},
		{"addresses only, strict", []string{addressesOnly}, Strict,
			map[string]int{"allowed": whole, "other port": syn, "udp": 0, "reversed": syn, "spoofed port": syn}},
		{"to_server, rest dropped", []string{toServer, dropAll}, None, map[string]int{"allowed": synAck, "other port": syn}},
		{"to_server, strict", []string{toServer}, Strict, map[string]int{"allowed": synAck, "other port": syn}},
		{"to_server with its mirror, rest dropped", []string{toServer, mirrored, dropAll}, None,
			map[string]int{"allowed": whole, "other port": syn, "udp": 0, "reversed": syn, "spoofed port": syn}},
		{"to_server with its mirror, strict", []string{toServer, mirrored}, Strict,
			map[string]int{"allowed": whole, "other port": syn, "udp": 0, "reversed": syn, "spoofed port": syn}},
		{"to_server, rest dropped to_server", []string{toServer, dropToServer}, None,
			map[string]int{"allowed": whole, "other port": syn, "udp": 0, "reversed": syn, "spoofed port": syn}},
		{"to_server, drop_established", []string{toServer}, Established, // A scanner sees an open port.
			map[string]int{"allowed": whole, "banner": whole, "other port": firstData, "http": firstData, "udp": 0,
				"reversed": firstData, "spoofed port": firstData}},
		// Suricata is sure that a protocol is unknown once both ends have sent data.
		{"to_server, app_layer_to_server", []string{toServer}, appLayer,
			map[string]int{"allowed": whole, "banner": whole, "other port": answered, "http": firstData, "udp": 0,
				"reversed": answered, "spoofed port": answered}},
		{"to_server, app_layer", []string{toServer}, EstablishedAppLayer, map[string]int{"allowed": 5, "banner": 3}},
		{"to_server, rest of established dropped", []string{toServer, dropEstablishedAnyWay}, None, map[string]int{"allowed": serverAck}},
		{"to_server and established, strict for tcp", []string{established, dropTCP}, None, map[string]int{"allowed": syn}},
		{"addresses only, rest of established dropped", []string{addressesOnly, dropEstablishedAnyWay}, None,
			map[string]int{"allowed": whole, "other port": firstData}},
		{"ip without a port", []string{anyPort}, Strict, map[string]int{"allowed": whole, "other port": whole, "udp": whole, "reversed": syn}},
		{"ip with a port", []string{anyProtocol}, Strict, map[string]int{"allowed": whole, "other port": syn, "udp": whole, "reversed": syn}},
		{"both directions", []string{bothDirections}, Strict, // The spoofed port is a hole.
			map[string]int{"allowed": whole, "other port": syn, "spoofed port": whole}},
		{"udp to_server, rest of udp dropped", []string{strings.ReplaceAll(toServer, "tcp", "udp"), dropUDP}, None, map[string]int{"udp": 1}},
		{"udp to_server, rest dropped to_server", []string{strings.ReplaceAll(toServer, "tcp", "udp"), dropToServer}, None,
			map[string]int{"udp": whole}},
		{"udp addresses only, strict", []string{strings.ReplaceAll(addressesOnly, "tcp", "udp")}, Strict, map[string]int{"udp": whole}},
		{"threat before addresses only", []string{threat, addressesOnly}, appLayer, map[string]int{"evil": whole}},
		{"threat before to_server", []string{threat, toServer}, appLayer, map[string]int{"evil": firstData, "allowed": whole}},
		// A connection of which the firewall sees one side is never established.
		{"one side alone, established", []string{toServer}, Established, map[string]int{"one-sided": whole, "blocked half": whole}},
		{"one side alone, app_layer_to_server", []string{toServer}, appLayer, map[string]int{"one-sided": whole, "blocked half": whole}},
		{"one side alone, strict", []string{toServer, mirrored}, Strict, map[string]int{"one-sided": whole, "blocked half": syn}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var names []string
			var conversations []Conversation
			for name := range test.dropped {
				names, conversations = append(names, name), append(conversations, ways[name])
			}
			p := Policy{Rules: strings.Join(test.rules, "\n"), Default: test.Default}
			for i, v := range agree(t, p, conversations) {
				assert.Equal(t, test.dropped[names[i]], v.Dropped, "%s: %s", names[i], v)
			}
		})
	}
}

// TestNamesInTLS checks that an allowed name passes the connection, and that any other name is stopped at the packet that completes it.
func TestNamesInTLS(t *testing.T) {
	p := Policy{Rules: `pass tls any any -> any 443 (tls.sni; content:"api.example.com"; startswith; nocase; endswith; sid:1;)`}
	good := TLS(from(client), at("198.51.100.1:443"), "api.example.com", 1)
	split := TLS(from(client), at("198.51.100.1:443"), "api.example.com", 3)
	bad := TLS(from(client), at("198.51.100.1:443"), "evil.example", 1)
	for d, want := range map[Default][]int{
		Established: {whole, firstData, firstData}, // It does not wait for the rest of a large ClientHello.
		appLayer:    {whole, whole, firstData},
	} {
		p.Default = d
		for i, v := range agree(t, p, []Conversation{good, split, bad}) {
			assert.Equal(t, want[i], v.Dropped, "%s: %s: %s", d, v.Conversation, v)
		}
	}
}

// TestMidstream checks what happens to connections whose beginning the firewall has not seen. With CONTINUE they pass, because no rule sees
// them as established, until Suricata drops their end as an error.
func TestMidstream(t *testing.T) {
	late := []Conversation{Midstream(TCP(from(client), at(server+":8080"))), Midstream(TCP(from(client), at(server+":22")))}
	for exception, want := range map[StreamException][]int{
		MidstreamDrop: {0, 0}, MidstreamReject: {0, 0}, MidstreamContinue: {fin - handshake, fin - handshake},
	} {
		p := Policy{Rules: toServer, Default: appLayer, Midstream: exception}
		for i, v := range agree(t, p, late) {
			assert.Equal(t, want[i], v.Dropped, "%s: %s", exception.policy(), v)
			if want[i] == 0 {
				assert.Equal(t, ByMidstream, v.Reason)
			}
		}
	}
}

// TestHazards checks rules that look right but are not: about errors for packets that are too large, pings, and requests after the first
// one.
func TestHazards(t *testing.T) {
	ip := netip.MustParseAddr
	const echo = "pass icmp 10.0.1.0/24 any -> 10.0.11.0/24 any (itype:8; flow:to_server; sid:3;)"
	const reply = "pass icmp 10.0.11.0/24 any -> 10.0.1.0/24 any (itype:0; flow:to_client; sid:4;)"
	const toServer6 = "pass tcp 2001:db8:1::/64 any -> 2001:db8:2::/64 8080 (flow:to_server; sid:1;)"
	const echo6Rule = "pass icmp 2001:db8:1::/64 any -> 2001:db8:2::/64 any (itype:128; flow:to_server; sid:3;)"
	const reply6Rule = "pass icmp 2001:db8:2::/64 any -> 2001:db8:1::/64 any (itype:129; flow:to_client; sid:4;)"
	const oneHost = `pass http any any -> any 80 (http.host; content:"good.example"; startswith; endswith; sid:1;)`
	const otherHosts = `drop http any any -> any 80 (http.host; content:!"good.example"; sid:2;)`
	tests := []struct {
		name    string
		rules   []string
		Default Default
		c       Conversation
		dropped int
	}{
		{"path MTU, no rule", []string{toServer, mirrored}, Strict, TooLarge(from(client), at(server+":8080"), ip("10.0.2.1")), 5},
		{"path MTU, no rule", []string{toServer}, appLayer, TooLarge(from(client), at(server+":8080"), ip("10.0.2.1")), 5},
		{"path MTU, passed", []string{toServer, mirrored, "pass icmp any any -> any any (itype:3; icode:4; sid:5;)"}, Strict,
			TooLarge(from(client), at(server+":8080"), ip("10.0.2.1")), whole},
		{"path MTU, addresses only", []string{addressesOnly}, Strict, TooLarge(from(client), at(server+":8080"), ip(server)), 5},
		{"ping to_server", []string{echo}, appLayer, Ping(ip(client), ip(server)), 1},
		{"ping, mirrored", []string{echo, reply}, appLayer, Ping(ip(client), ip(server)), whole},
		{"ping, mirrored", []string{echo, reply}, Strict, Ping(ip(client), ip(server)), whole},
		{"ping back", []string{echo, reply}, Strict, Ping(ip(server), ip(client)), 0},
		{"ping, addresses only", []string{"pass icmp 10.0.1.0/24 any -> 10.0.11.0/24 any (sid:3;)"}, Strict, Ping(ip(client), ip(server)), whole},
		{"path MTU in IPv6, no rule", []string{toServer6}, appLayer,
			TooLarge(from("2001:db8:1::10"), at("[2001:db8:2::10]:8080"), ip("2001:db8::1")), 5},
		{"path MTU in IPv6, passed", []string{toServer6, "pass icmp any any -> any any (itype:2; icode:0; sid:5;)"}, appLayer,
			TooLarge(from("2001:db8:1::10"), at("[2001:db8:2::10]:8080"), ip("2001:db8::1")), whole},
		{"ping in IPv6", []string{echo6Rule, reply6Rule}, Strict, Ping(ip("2001:db8:1::10"), ip("2001:db8:2::10")), whole},
		{"ping back in IPv6", []string{echo6Rule, reply6Rule}, Strict, Ping(ip("2001:db8:2::10"), ip("2001:db8:1::10")), 0},
		{"keep-alive", []string{oneHost}, appLayer, // The second request passes: a hole.
			HTTP(from(client), at(server+":80"), "good.example", "evil.example"), whole},
		{"keep-alive, others dropped first", []string{otherHosts, oneHost}, appLayer,
			HTTP(from(client), at(server+":80"), "good.example", "evil.example"), whole},
		{"keep-alive, others dropped first, passed by the packet",
			[]string{otherHosts, "pass tcp any any -> any 80 (flow:to_server; sid:1;)"}, appLayer,
			HTTP(from(client), at(server+":80"), "good.example", "evil.example"), 7},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v := agree(t, Policy{Rules: strings.Join(test.rules, "\n"), Default: test.Default}, []Conversation{test.c})[0]
			assert.Equal(t, test.dropped, v.Dropped, "%s: %s", v.Conversation, v)
		})
	}
}
