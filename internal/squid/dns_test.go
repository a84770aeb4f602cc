package squid

import (
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// nameserver is a DNS server with a fixed table, which remembers what it was asked.
type nameserver struct {
	address string
	table   map[string][]string // names to their addresses
	mu      sync.Mutex
	asked   []string
}

// serveDNS starts the server on port 53 of an address, because Squid can ask no other port.
func serveDNS(t *testing.T, address string, table map[string][]string) *nameserver {
	t.Helper()
	conn, err := net.ListenPacket("udp", address+":53")
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	s := &nameserver{address: address, table: table}
	go func() {
		packet := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(packet)
			if err != nil {
				return
			}
			if n > 12 {
				_, _ = conn.WriteTo(s.answer(packet[:n]), from)
			}
		}
	}()
	return s
}

// questions returns the names that were asked.
func (s *nameserver) questions() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.asked...)
}

// answer answers the question of a DNS query (RFC 1035, 4.1), of type A or AAAA.
func (s *nameserver) answer(query []byte) []byte {
	var labels []string
	at := 12
	for query[at] != 0 {
		length := int(query[at])
		labels = append(labels, string(query[at+1:at+1+length]))
		at += 1 + length
	}
	kind := query[at+2]
	name := strings.ToLower(strings.Join(labels, "."))
	s.mu.Lock()
	s.asked = append(s.asked, name)
	s.mu.Unlock()
	out := append([]byte{}, query[:at+5]...)
	out[2], out[3] = 0x81, 0x80 // an answer, with recursion
	copy(out[6:12], []byte{0, 0, 0, 0, 0, 0})
	if _, known := s.table[name]; !known {
		out[3] = 0x83 // no such name
	}
	for _, text := range s.table[name] {
		ip := net.ParseIP(text)
		data, family := []byte(ip.To4()), byte(1)
		if data == nil {
			data, family = ip, 28
		}
		if family != kind {
			continue
		}
		out[7]++
		out = append(out, 0xc0, 12, 0, family, 0, 1, 0, 0, 0, 1, 0, byte(len(data))) // valid for one second
		out = append(out, data...)
	}
	return out
}
