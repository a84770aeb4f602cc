// Package replay has a real Suricata judge the rules of a plan, in every mode of inspection. It replays conversations between all
// ends of a network. Each must pass if an inspected flow declares it, and must not pass otherwise. The package is only for tests.
package replay

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/address"
	"github.com/tierwall/tierwall/internal/suricatatest"
)

// end is a host whose packets the firewall sees.
type end struct {
	tier    string // empty outside the network
	address string
}

// probe is something that a client may try.
type probe struct {
	ports arch.Ports
	names []string // the names that it requests, in TLS, or one after the other in HTTP
	http  bool
	apart int // the distance of the client's address from the others, for ICMP
	make  func(client, server netip.AddrPort) suricatatest.Conversation
}

func ports(protocol arch.Protocol, port int) arch.Ports {
	return arch.Ports{Protocol: protocol, From: port, To: port}
}

func tcpProbe(port int) probe { return probe{ports: ports(arch.TCP, port), make: suricatatest.TCP} }

func udpProbe(port int) probe { return probe{ports: ports(arch.UDP, port), make: suricatatest.UDP} }

func icmpProbe(kind, answer uint8, apart int) probe {
	return probe{apart: apart, ports: arch.Ports{Protocol: arch.ICMP, From: int(kind), To: 0},
		make: func(client, server netip.AddrPort) suricatatest.Conversation {
			return suricatatest.ICMP(client.Addr(), server.Addr(), kind, 0).Answered(answer)
		}}
}

func tlsProbe(port int, name string, segments int) probe {
	return probe{ports: ports(arch.TCP, port), names: []string{name}, make: func(client, server netip.AddrPort) suricatatest.Conversation {
		return suricatatest.TLS(client, server, name, segments)
	}}
}

func httpProbe(hosts ...string) probe {
	return probe{ports: ports(arch.TCP, 80), names: hosts, http: true, make: func(client, server netip.AddrPort) suricatatest.Conversation {
		return suricatatest.HTTP(client, server, hosts...)
	}}
}

// noHost requests a page without naming a host.
func noHost(client, server netip.AddrPort) suricatatest.Conversation {
	return suricatatest.Say(client, server, "GET / HTTP/1.0\r\n\r\n")
}

// http2 speaks HTTP/2, which no flow to a name declares.
func http2(client, server netip.AddrPort) suricatatest.Conversation {
	return suricatatest.Say(client, server, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\x00\x00\x00\x04\x00\x00\x00\x00\x00")
}

// usual probes are tried between any two ends. Those with names are tried only to the outside.
var usual = []probe{
	tcpProbe(443), tcpProbe(80), tcpProbe(8005), tcpProbe(8080), tcpProbe(8443), tcpProbe(3306), tcpProbe(9), udpProbe(53), udpProbe(123),
	udpProbe(5000), udpProbe(8080),
	icmpProbe(8, 0, 1), icmpProbe(13, 14, 2),
	tlsProbe(443, "api.example.com", 2), tlsProbe(443, "www.example.com", 1), tlsProbe(443, "in.example.org", 1),
	tlsProbe(443, "a.api.example.com", 3), tlsProbe(443, "badexample.org", 1),
	tlsProbe(8443, "example.org", 3), tlsProbe(8443, "a.example.net", 1), tlsProbe(8443, "api.example.com", 1),
	tlsProbe(80, "www.example.com", 1),
	httpProbe("www.example.com"), httpProbe("feeds.example.com"), httpProbe("www.example.com", "example.net"),
	httpProbe("in.example.org", "api.example.com"), httpProbe("www.example.com", "evil.example"),
	{ports: ports(arch.TCP, 80), names: []string{""}, http: true, make: noHost},
	{ports: ports(arch.TCP, 80), names: []string{""}, http: true, make: http2},
}

// probesOf returns the usual probes, and one or more for each declared flow.
func probesOf(p *plan.Plan) []probe {
	out := slices.Clone(usual)
	add := func(q probe) {
		if !slices.ContainsFunc(out, func(o probe) bool { return o.ports == q.ports && slices.Equal(o.names, q.names) && o.http == q.http }) {
			out = append(out, q)
		}
	}
	for _, f := range p.Model.Flows {
		for _, declared := range f.Ports {
			name := strings.TrimPrefix(f.To.Text, ".")
			switch {
			case f.To.Kind == arch.Domain && declared.IsHTTP():
				add(httpProbe(name))
			case f.To.Kind == arch.Domain:
				add(tlsProbe(declared.From, name, 1))
				add(tlsProbe(declared.From, name+".evil.example", 3))
			case declared.Protocol == arch.TCP:
				add(tcpProbe(declared.From))
			case declared.Protocol == arch.UDP:
				add(udpProbe(declared.From))
			}
		}
	}
	return out
}

// Row is a conversation, and whether it must pass.
type Row struct {
	Conversation suricatatest.Conversation
	Passes       bool
	By           string // the flow that declares it, if known
}

// reserved is how many addresses at the beginning of a subnet AWS keeps for itself.
const reserved = 4

// The ends outside the network.
const outside, outside2 = "198.51.100.7", "203.0.113.9"

// rowMaker makes conversations, each with a client port of its own.
type rowMaker struct {
	p    *plan.Plan
	port uint16
	rows []Row
}

// Rows are conversations between all ends of a network, and whether they must pass.
func Rows(p *plan.Plan) []Row {
	m := rowMaker{p: p, port: 20000}
	ends := endsOf(p)
	probes := probesOf(p)
	for _, client := range ends {
		for _, server := range ends {
			if client == server || client.tier == "" && server.tier == "" {
				continue
			}
			for _, q := range probes {
				if q.names == nil || server.tier == "" {
					m.probe(client, server, q)
				}
			}
		}
	}
	return m.rows
}

// endsOf are two hosts outside, and one in each tier. Tiers in the same subnets have hosts of their own.
func endsOf(p *plan.Plan) []end {
	ends := []end{{"", outside}, {"", outside2}}
	for _, t := range p.Model.Tiers {
		if t.Imported != nil || t.SharesWith != "" {
			continue
		}
		e := end{t.ID, ""}
		for n := reserved; e.address == "" || slices.ContainsFunc(ends, func(o end) bool { return o.address == e.address }); n += 3 {
			e.address = apart(p.Subnets[t.ID][0].Prefix.Addr().String(), n).Addr().String()
		}
		ends = append(ends, e)
	}
	return ends
}

// from is a client with a port that no other conversation uses.
func (m *rowMaker) from(address string) netip.AddrPort {
	if m.port++; m.port < 20000 {
		m.port = 20000
	}
	return netip.AddrPortFrom(netip.MustParseAddr(address), m.port)
}

// probe adds the row of a probe, and rows of what an attacker could make of it if it passes.
func (m *rowMaker) probe(client, server end, q probe) {
	c := q.make(m.from(client.address), netip.AddrPortFrom(netip.MustParseAddr(server.address), uint16(q.ports.From)))
	by := covering(m.p, c, q)
	if q.ports.Protocol == arch.ICMP {
		c = q.make(apart(client.address, q.apart), apart(server.address, 0))
	}
	m.rows = append(m.rows, Row{c, by != "", by})
	if by == "" || q.ports.Protocol != arch.TCP {
		return
	}
	// From the server's port to another port of the client.
	stolen := suricatatest.TCP(netip.AddrPortFrom(c.Server.Addr(), c.Server.Port()), netip.AddrPortFrom(c.Client.Addr(), 7))
	if covering(m.p, stolen, probe{ports: arch.Ports{Protocol: arch.TCP, From: 7, To: 7}}) == "" && !taken(m.rows, stolen) {
		m.rows = append(m.rows, Row{Conversation: stolen})
	}
	if q.names == nil {
		m.rows = append(m.rows, Row{Conversation: suricatatest.TooLarge(m.from(client.address), c.Server, netip.MustParseAddr(outside)),
			Passes: true})
	}
}

// Conversations are the conversations of rows.
func Conversations(rows []Row) []suricatatest.Conversation {
	out := make([]suricatatest.Conversation, len(rows))
	for i, r := range rows {
		out[i] = r.Conversation
	}
	return out
}

// apart is the n-th address after another one, in the same subnet: two pings between the same addresses would be one flow.
func apart(address string, n int) netip.AddrPort {
	a := netip.MustParseAddr(address)
	for range n {
		a = a.Next()
	}
	return netip.AddrPortFrom(a, 0)
}

// taken reports whether a row is about the same addresses and ports, in either direction.
func taken(rows []Row, c suricatatest.Conversation) bool {
	return slices.ContainsFunc(rows, func(r Row) bool {
		o := r.Conversation
		return o.Client == c.Client && o.Server == c.Server || o.Client == c.Server && o.Server == c.Client
	})
}

// covering is an inspected flow that declares a conversation; empty if there is none. The flow is found by the addresses that its
// rules name, which tiers may share. A conversation about several names may need several flows; the last one is returned.
func covering(p *plan.Plan, c suricatatest.Conversation, q probe) string {
	if by := coveringName(p, c, q, ""); by != "" || len(q.names) == 0 {
		return by // The flow allows any name.
	}
	by := ""
	for _, name := range q.names {
		if by = coveringName(p, c, q, name); by == "" {
			return ""
		}
	}
	return by
}

// coveringName is covering for one name; empty for flows that allow any name.
func coveringName(p *plan.Plan, c suricatatest.Conversation, q probe, name string) string {
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

// holds reports whether a peer has an address or, outside the network, a name.
func holds(p *plan.Plan, peer arch.Peer, a netip.Addr, name string) bool {
	switch peer.Kind {
	case arch.Internet, arch.PrefixList: // For a list, rules let every address outside through; the plan states that as a widening.
		return !p.Model.Prefix.Contains(a)
	case arch.CIDR:
		return netip.MustParsePrefix(peer.Text).Contains(a)
	case arch.Domain:
		below := strings.HasPrefix(peer.Text, ".") && strings.HasSuffix("."+name, peer.Text)
		return name != "" && !p.Model.Prefix.Contains(a) && (peer.Text == name || below)
	}
	return slices.ContainsFunc(p.Subnets[peer.Text], func(s address.Subnet) bool { return s.Prefix.Contains(a) })
}
