package squid

import (
	"net/netip"

	"golang.org/x/net/dns/dnsmessage"

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
	t.Cleanup(func() { _ = conn.Close() })
	s := &nameserver{address: address, table: table}
	go func() {
		packet := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(packet)
			if err != nil {
				return
			}
			_, _ = conn.WriteTo(s.answer(packet[:n]), from)
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

// set replaces the addresses of a name.
func (s *nameserver) set(name string, addresses ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.table[name] = addresses
}

// answer answers a question for addresses. The answer is valid for one second.
func (s *nameserver) answer(query []byte) []byte {
	var m dnsmessage.Message
	if m.Unpack(query) != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	name := strings.TrimSuffix(strings.ToLower(q.Name.String()), ".")
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, name)
	m.Response, m.Additionals = true, nil
	if _, known := s.table[name]; !known {
		m.RCode = dnsmessage.RCodeNameError
	}
	for _, text := range s.table[name] {
		header := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1}
		ip := netip.MustParseAddr(text)
		switch {
		case ip.Is4() && q.Type == dnsmessage.TypeA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AResource{A: ip.As4()}})
		case ip.Is6() && q.Type == dnsmessage.TypeAAAA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AAAAResource{AAAA: ip.As16()}})
		}
	}
	packed, _ := m.Pack() // Everything in m comes from a message that was read, and from the table.
	return packed
}
