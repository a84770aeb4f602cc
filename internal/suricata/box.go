package suricata

import (
	"math/bits"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"go4.org/netipx"

	"github.com/tierwall/tierwall/internal/traffic"
)

// box is a set of packets: those of one protocol, with each address and each port in one range, in some places of a connection.
type box struct {
	protocol                      string
	source, destination           netipx.IPRange
	sourcePorts, destinationPorts traffic.PortRange
	state                         state
}

// state is a set of places in a connection.
type state uint8

const (
	toServerNew state = 1 << iota
	toServerEstablished
	toClientNew
	toClientEstablished
	anyState state = 1<<iota - 1
)

// firstPacket returns the box of one packet: the one at the lower end of every range.
func (b box) firstPacket() box {
	return b.at(b.source.From(), b.destination.From(), b.sourcePorts.From, b.destinationPorts.From, b.state&-b.state)
}

// lastPacket returns the box of one packet: the one at the upper end of every range.
func (b box) lastPacket() box {
	return b.at(b.source.To(), b.destination.To(), b.sourcePorts.To, b.destinationPorts.To, 1<<(bits.Len8(uint8(b.state))-1))
}

// at returns the box of one packet of the same protocol.
func (b box) at(from, to netip.Addr, sourcePort, port uint16, s state) box {
	return box{b.protocol, netipx.IPRangeFrom(from, from), netipx.IPRangeFrom(to, to), traffic.PortRange{From: sourcePort, To: sourcePort},
		traffic.PortRange{From: port, To: port}, s}
}

// meets reports whether the two boxes have a packet in common.
func (b *box) meets(c *box) bool {
	return b.protocol == c.protocol && b.state&c.state != 0 &&
		b.destinationPorts.From <= c.destinationPorts.To && c.destinationPorts.From <= b.destinationPorts.To &&
		b.sourcePorts.From <= c.sourcePorts.To && c.sourcePorts.From <= b.sourcePorts.To &&
		b.destination.Overlaps(c.destination) && b.source.Overlaps(c.source)
}

// minus returns the packets of b that are not in c, which b meets. It cuts along one dimension after the other.
func (b box) minus(c box) []box {
	var out []box
	if outside := b.state &^ c.state; outside != 0 {
		piece := b
		piece.state = outside
		out = append(out, piece)
		b.state &= c.state
	}
	for _, r := range outsideOf(b.destination, c.destination) {
		piece := b
		piece.destination = r
		out = append(out, piece)
	}
	b.destination = intersection(b.destination, c.destination)
	for _, r := range outsideOf(b.source, c.source) {
		piece := b
		piece.source = r
		out = append(out, piece)
	}
	b.source = intersection(b.source, c.source)
	for _, r := range portsOutsideOf(b.destinationPorts, c.destinationPorts) {
		piece := b
		piece.destinationPorts = r
		out = append(out, piece)
	}
	b.destinationPorts = traffic.PortRange{
		From: max(b.destinationPorts.From, c.destinationPorts.From), To: min(b.destinationPorts.To, c.destinationPorts.To),
	}
	for _, r := range portsOutsideOf(b.sourcePorts, c.sourcePorts) {
		piece := b
		piece.sourcePorts = r
		out = append(out, piece)
	}
	return out
}

// portsOutsideOf returns the ports of a below and above b. The two overlap.
func portsOutsideOf(a, b traffic.PortRange) []traffic.PortRange {
	var out []traffic.PortRange
	if a.From < b.From {
		out = append(out, traffic.PortRange{From: a.From, To: b.From - 1})
	}
	if b.To < a.To {
		out = append(out, traffic.PortRange{From: b.To + 1, To: a.To})
	}
	return out
}

// outsideOf returns the parts of a below and above b. The two overlap.
func outsideOf(a, b netipx.IPRange) []netipx.IPRange {
	var out []netipx.IPRange
	if a.From().Less(b.From()) {
		out = append(out, netipx.IPRangeFrom(a.From(), b.From().Prev()))
	}
	if b.To().Less(a.To()) {
		out = append(out, netipx.IPRangeFrom(b.To().Next(), a.To()))
	}
	return out
}

// intersection returns the addresses that are in both ranges, which overlap.
func intersection(a, b netipx.IPRange) netipx.IPRange {
	from, to := a.From(), a.To()
	if from.Less(b.From()) {
		from = b.From()
	}
	if b.To().Less(to) {
		to = b.To()
	}
	return netipx.IPRangeFrom(from, to)
}

// swapped returns the boxes of the opposite direction, in any place of a connection.
func swapped(boxes []box) []box {
	out := make([]box, len(boxes))
	for i, b := range boxes {
		out[i] = box{b.protocol, b.destination, b.source, b.destinationPorts, b.sourcePorts, anyState}
	}
	return out
}

// boxes returns the packets that a rule's header describes. exact reports whether the rule decides every one of them. A rule about which
// nothing is known has no boxes.
func (g Group) boxes(r Rule) (out []box, exact bool) {
	sources, err1 := g.Addresses(r.Source)
	destinations, err2 := g.Addresses(r.Destination)
	sourcePorts, err3 := g.Ports(r.SourcePort)
	ports, err4 := g.Ports(r.DestinationPort)
	if err1 != nil || err2 != nil || err3 != nil || err4 != nil {
		return nil, false
	}
	exact = r.headerOnly() && !r.Bidirectional // The other direction of a bidirectional rule is left out.
	if len(sources.Unknown) > 0 {
		sources, exact = everyAddress(), false
	}
	if len(destinations.Unknown) > 0 {
		destinations, exact = everyAddress(), false
	}
	states := r.states()
	for _, protocol := range r.transports() {
		for _, from := range sources.Set.Ranges() {
			for _, to := range destinations.Set.Ranges() {
				if from.From().Is4() != to.From().Is4() {
					continue // No packet has addresses of two families.
				}
				for _, sourcePort := range sourcePorts.Ranges() {
					for _, port := range ports.Ranges() {
						out = append(out, box{protocol, from, to, sourcePort, port, states})
					}
				}
			}
		}
	}
	if len(out) > maxPieces || states == 0 {
		return nil, false
	}
	return out, exact
}

// everyAddress stands for addresses that only a deployment knows: they may be any.
var everyAddress = sync.OnceValue(func() Addresses {
	var b netipx.IPSetBuilder
	b.AddPrefix(everyIPv4)
	b.AddPrefix(everyIPv6)
	set, err := b.IPSet()
	if err != nil {
		panic(err) // Two constants always build a set.
	}
	return Addresses{Set: set}
})

// headerOnly reports whether a rule matches every packet that its header and its place in the connection describe.
func (r Rule) headerOnly() bool {
	for _, o := range r.Options {
		if o.Keyword != "flow" && !slices.Contains(descriptiveKeywords, o.Keyword) {
			return false
		}
		partOfFlow := strings.Contains(o.Value, "_") && (strings.Contains(o.Value, "stream") || strings.Contains(o.Value, "frag"))
		if o.Keyword == "flow" && partOfFlow || strings.Contains(o.Value, "stateless") {
			return false
		}
	}
	return slices.Contains(lowProtocols, r.Protocol) && !strings.HasSuffix(r.Protocol, "-stream") && !strings.HasSuffix(r.Protocol, "-pkt")
}

// overUDP lists the application protocols that use UDP, or both UDP and TCP.
var overUDP = map[string][]string{
	"dns": {"tcp", "udp"}, "krb5": {"tcp", "udp"}, "tftp": {"udp"}, "ntp": {"udp"}, "dhcp": {"udp"}, "quic": {"udp"},
}

// transports returns the protocols that carry the rule's protocol. "other" stands for everything except TCP, UDP and ICMP.
func (r Rule) transports() []string {
	switch p := strings.TrimSuffix(strings.TrimSuffix(r.Protocol, "-pkt"), "-stream"); {
	case p == "ip":
		return []string{"tcp", "udp", "icmp", "other"}
	case p == "tcp" || p == "udp" || p == "icmp":
		return []string{p}
	case overUDP[p] != nil:
		return overUDP[p]
	}
	return []string{"tcp"}
}

// states returns the places in a connection that a rule applies to.
func (r Rule) states() state {
	s := anyState
	value, _ := r.Get("flow")
	for word := range strings.SplitSeq(value, ",") {
		switch strings.TrimSpace(word) {
		case "to_server", "from_client":
			s &= toServerNew | toServerEstablished
		case "to_client", "from_server":
			s &= toClientNew | toClientEstablished
		case "established":
			s &= toServerEstablished | toClientEstablished
		case "not_established":
			s &= toServerNew | toClientNew
		}
	}
	return s
}
