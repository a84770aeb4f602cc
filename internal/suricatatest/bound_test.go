package suricatatest

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
)

// stretched returns a connection on which the client sends a first text, and then both ends send segments of 1,000 bytes.
func stretched(client, server netip.AddrPort, first string, fromClient, fromServer int) Conversation {
	b := newTCP(fmt.Sprintf("%.12q, then %d segments, and %d back, %s -> %s", first, fromClient, fromServer, client, server), client, server)
	segment := []byte(strings.Repeat("x", 1000))
	if first != "" {
		b.request([]byte(first))
	}
	for i := range max(fromClient, fromServer) {
		if i < fromClient {
			b.request(segment)
		}
		if i < fromServer {
			b.answer(segment)
		}
	}
	return b.close()
}

// longHello returns the beginning of a ClientHello that fills a record of maximum length.
func longHello() string {
	hello := clientHello("evil.example", true)
	hello[3], hello[4] = 0x40, 0
	hello[6], hello[7], hello[8] = 0, 0x3f, 0xfc
	return string(hello)
}

// TestBound measures how much of an undeclared connection passes if its application never becomes known: at most what the plan states, and
// without the plan's limit, everything. Suricata itself stops an unfinished HTTP request after 18,000 bytes.
func TestBound(t *testing.T) {
	const segments = 40
	_, limited := policy(t, network(false, arch.Enforce))
	open := limited
	open.Rules = without(t, limited.Rules, "stream_size")
	tests := []struct {
		what    string
		c       Conversation
		endless bool // without the limit
	}{
		{"no protocol, only from the client", stretched(from(app), at(outside+":443"), "", segments, 0), true},
		{"no protocol, only from the server", stretched(from(app), at(outside+":443"), "", 0, segments), true},
		{"no protocol, from both", stretched(from(app), at(outside+":443"), "", segments, segments), false},
		{"a ClientHello without an end", stretched(from(app), at(outside+":443"), longHello(), segments, 0), false},
		{"a ClientHello without an end, answered", stretched(from(app), at(outside+":443"), longHello(), segments, segments), false},
		{"half a word of HTTP", stretched(from(app), at(outside+":80"), "GE", segments, 0), true},
		{"a request without an end", stretched(from(app), at(outside+":80"), "GET / HTTP/1.1\r\nX: ", segments, 0), false},
		{"a request without an end, on another port", stretched(from(app), at(outside+":9999"), "GET / HTTP/1.1\r\nX: ", segments, 0), false},
		{"between tiers", stretched(from(web), at(db+":9999"), "", segments, 0), true},
	}
	var all []Conversation
	for _, test := range tests {
		all = append(all, test.c)
	}
	before := Judge(t, open, all...)
	for i, v := range Judge(t, limited, all...) {
		require.False(t, v.Passed, tests[i].what)
		client, server := tests[i].c.bytesBefore(v.Dropped)
		most := plan.UndecidedBytes + 1500 // Suricata evaluates whole packets.
		if strings.HasPrefix(tests[i].what, "a request") {
			most = 18000 + 1500
		}
		assert.LessOrEqual(t, max(client, server), most, tests[i].what)
		assert.Equal(t, tests[i].endless, before[i].Passed, "%s: without the limit %s", tests[i].what, before[i])
		t.Logf("%s: %d bytes of the client and %d of the server pass; without the limit it %s", tests[i].what, client, server, before[i])
	}
}

// TestBoundOfDeclared checks that declared connections have no limit.
func TestBoundOfDeclared(t *testing.T) {
	const segments = 40
	_, p := policy(t, network(false, arch.Enforce))
	for _, v := range Judge(t, p,
		stretched(from(web), at(app+":8080"), "", segments, 0),
		stretched(from(web), at(app+":8080"), "", 0, segments),
		stretched(from(app), at(outside+":443"), string(clientHello("api.example.com", false)), segments, segments),
		stretched(from(app), at(outside+":80"), "POST / HTTP/1.1\r\nHost: www.example.com\r\nContent-Length: 40000\r\n\r\n", segments, 0),
	) {
		assert.True(t, v.Passed, "%s: %s", v.Conversation, v)
	}
}

// without removes the rules with a word.
func without(t *testing.T, rules, word string) string {
	t.Helper()
	var out []string
	for line := range strings.SplitSeq(rules, "\n") {
		if !strings.Contains(line, word) {
			out = append(out, line)
		}
	}
	require.NotEqual(t, strings.Count(rules, "\n")+1, len(out))
	return strings.Join(out, "\n")
}

// bytesBefore returns how many bytes each end has sent before a packet.
func (c Conversation) bytesBefore(packet int) (client, server int) {
	const headers = 14 + 20 + 20
	for _, p := range c.packets[:packet] {
		if p.toServer {
			client += len(p.data) - headers
		} else {
			server += len(p.data) - headers
		}
	}
	return client, server
}
