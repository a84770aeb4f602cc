package usagetest

import (
	"net/netip"

	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/traffic"
)

// record is one record of a log, or of an hour that the logs lack.
type record struct {
	iface            *iface
	missing          bool
	source, target   netip.Addr
	sourcePort       uint16
	targetPort       uint16
	protocol         uint8
	packets, bytes   int64
	start, end       int64
	flags            uint8
	reject           bool
	status           string
	egress           bool
	atOpener, isBack bool
}

// connection is what one side opens to another.
type connection struct {
	client, server *iface // nil is outside
	from, to       netip.Addr
	protocol       uint8
	port, local    uint16
	reject         bool
	at             int64
	windows        int
}

var outsiders = []string{"203.0.113.7", "192.168.7.9", "8.8.8.8", "172.31.3.4"}

// drawConnection draws one connection, mostly of a declared flow, and its records.
func (w *World) drawConnection(t *rapid.T) {
	c := connection{
		local:   uint16(rapid.IntRange(32768, 65535).Draw(t, "local port")),
		at:      begin + rapid.Int64Range(0, hours*3600-600).Draw(t, "at"),
		windows: rapid.IntRange(1, 3).Draw(t, "windows"), reject: rapid.IntRange(0, 4).Draw(t, "rejected") == 0,
	}
	ok := false
	if flows := w.Network.Model.Flows; len(flows) > 0 && rapid.IntRange(0, 3).Draw(t, "declared") > 0 {
		f := rapid.SampledFrom(flows).Draw(t, "flow")
		p := rapid.SampledFrom(f.Ports).Draw(t, "ports")
		ok = c.choose(t, p) && w.end(t, f.From, &c.client, &c.from) && w.end(t, f.To, &c.server, &c.to)
	} else {
		protocols := []arch.Protocol{arch.TCP, arch.UDP, arch.ICMP}
		anything := arch.Ports{Protocol: rapid.SampledFrom(protocols).Draw(t, "protocol"), From: 1, To: 30000}
		ok = c.choose(t, anything) && w.end(t, arch.Peer{}, &c.client, &c.from) && w.end(t, arch.Peer{}, &c.server, &c.to)
	}
	if ok && c.from != c.to && (c.client != nil || c.server != nil) {
		w.carry(c)
	}
}

// choose chooses a protocol and a port.
func (c *connection) choose(t *rapid.T, p arch.Ports) bool {
	switch p.Protocol {
	case arch.TCP, arch.UDP:
		c.protocol = uint8(p.Protocol.Number())
		c.port = uint16(rapid.IntRange(p.From, p.To).Draw(t, "port"))
	case arch.ICMP:
		c.protocol, c.local = traffic.ICMP, 0
	case arch.All:
		c.protocol, c.port = traffic.TCP, uint16(rapid.IntRange(1, 30000).Draw(t, "any port"))
	default:
		return false
	}
	return true
}

// end chooses an interface or an outside address of a peer; of anybody for the zero peer.
func (w *World) end(t *rapid.T, p arch.Peer, i **iface, addr *netip.Addr) bool {
	var of []*iface
	for _, candidate := range w.interfaces {
		if p.Kind == 0 || p.Kind.IsTier() && p.Text == candidate.tier {
			of = append(of, candidate)
		}
	}
	prefix, isBlock := p.Prefix()
	switch {
	case isBlock && !prefix.Addr().Is4():
		return false
	case isBlock:
		*addr = prefix.Addr().Next().Next()
	case p.Kind.IsTier() && len(of) == 0:
		return false
	case p.Kind.IsTier() || p.Kind == 0 && len(of) > 0 && rapid.IntRange(0, 3).Draw(t, "inside") > 0:
		*i = rapid.SampledFrom(of).Draw(t, "interface")
		*addr = (*i).addr
	default:
		*addr = netip.MustParseAddr(rapid.SampledFrom(outsiders).Draw(t, "outsider"))
	}
	return true
}

// carry adds the records of a connection: at both ends, at the firewall endpoint between them, and at the NAT gateway. A connection is
// rejected where it arrives, or where it starts if it goes outside.
func (w *World) carry(c connection) {
	for window := range c.windows {
		at := c.at + int64(window)*60
		forth := record{
			source: c.from, target: c.to, sourcePort: c.local, targetPort: c.port, protocol: c.protocol, packets: 3, bytes: 100 + int64(c.local),
			start: at, end: at + 30, reject: c.reject, status: "OK",
		}
		back := forth
		back.source, back.target, back.sourcePort, back.targetPort = c.to, c.from, c.port, c.local
		back.isBack, back.bytes = true, 1000
		if c.protocol == traffic.TCP && window == 0 {
			forth.flags, back.flags = 2, 18
		}
		left := forth
		left.reject = c.reject && c.server == nil
		w.at(c.client, left, true, true)
		w.at(c.server, forth, false, false)
		if c.reject {
			continue // Nothing comes back.
		}
		w.at(c.client, back, false, true)
		w.at(c.server, back, true, false)
		if c.client != nil && c.server != nil {
			w.at(w.firewall, forth, true, false)
			w.at(w.firewall, back, true, false)
		}
		if c.client != nil && c.server == nil {
			w.translate(forth, back)
		}
	}
}

// at adds a record at an interface, if there is one.
func (w *World) at(i *iface, r record, egress, atOpener bool) {
	if i == nil {
		return
	}
	r.iface, r.egress, r.atOpener = i, egress, atOpener
	w.add(r)
}

// translate adds the four records of a NAT gateway.
func (w *World) translate(forth, back record) {
	if w.nat == nil {
		return
	}
	inner, outer := forth, forth
	inner.target = w.nat.addr
	outer.source = w.nat.addr
	innerBack, outerBack := back, back
	innerBack.source = w.nat.addr
	outerBack.target = w.nat.addr
	w.at(w.nat, inner, false, false)
	w.at(w.nat, outer, true, false)
	w.at(w.nat, outerBack, false, false)
	w.at(w.nat, innerBack, true, false)
}
