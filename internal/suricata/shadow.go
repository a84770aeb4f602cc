package suricata

import (
	"math/bits"
	"net/netip"
	"slices"
	"strings"

	"go4.org/netipx"

	"github.com/tierwall/tierwall/internal/traffic"
)

// Place is a rule of a policy: the index of its group in the order of priority, and that of its line in Group.Lines.
type Place struct{ Group, Line int }

// Shadow is a rule that can never decide anything, because rules before it match all that it matches.
type Shadow struct {
	Rule Place
	// By are the rules that together match all of it, in the order of evaluation.
	By []Place
	// Contradiction is true if one of them decides the opposite of what the rule says.
	Contradiction bool
	// Why says it in one sentence.
	Why string
}

// Shadows returns the rules of a policy in strict order that can never decide anything. The groups are in the order of
// their priority.
//
// The packets of a rule's header are a set over protocol, addresses, ports and place in the connection; earlier rules with
// nothing but a header take theirs from it, until nothing is left. Rules that look at more, or at addresses that only a
// deployment knows, are inside of what their header says: they can be shadowed, and shadow none.
func Shadows(groups []Group) []Shadow {
	var out []Shadow
	earlier := shadowers{near: map[area][]int{}}
	for gi, g := range groups {
		for li, line := range g.Lines {
			place := Place{gi, li}
			boxes, exact := g.boxes(line.Rule)
			if by := earlier.shadow(boxes); len(by) > 0 {
				out = append(out, describe(place, line.Rule, by))
			}
			if exact && line.Rule.Action.Decides() {
				for _, b := range boxes {
					earlier.add(shadower{b, place, line.Rule.Action})
				}
			}
		}
	}
	return out
}

// shadower is a box that an earlier rule decides whole.
type shadower struct {
	box
	place  Place
	action Action
}

func describe(place Place, r Rule, by []shadower) Shadow {
	s := Shadow{Rule: place, Why: "the rules before it decide all that it matches:"}
	for _, b := range by {
		if !slices.Contains(s.By, b.place) {
			s.By = append(s.By, b.place)
		}
		s.Contradiction = s.Contradiction || r.Action.Decides() && (b.action == Pass) != (r.Action == Pass)
	}
	return s
}

// box is a product of packets: of one protocol, between ranges of addresses and ports, in some places of a connection.
type box struct {
	protocol                     string
	source, destination          netipx.IPRange
	sourcePorts, destinationPort traffic.PortRange
	state                        state
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

// maxPieces bounds what a rule is cut into; one that is cut into more is taken not to be shadowed.
const maxPieces = 2000

// shadow returns the boxes that together cover all of boxes; none if they do not.
func (s *shadowers) shadow(boxes []box) []shadower {
	if len(boxes) == 0 || !s.holds(boxes[0].low()) || !s.holds(boxes[len(boxes)-1].high()) {
		return nil // Most rules have a packet of their own at a corner.
	}
	rest := boxes
	var by []shadower
	for i := range s.all {
		e := &s.all[i]
		if !slices.ContainsFunc(rest, func(b box) bool { return b.meets(&e.box) }) {
			continue
		}
		by = append(by, *e)
		var next []box
		for _, b := range rest {
			if b.meets(&e.box) {
				next = append(next, b.minus(e.box)...)
			} else {
				next = append(next, b)
			}
		}
		if rest = next; len(rest) == 0 {
			return by
		}
		if len(rest) > maxPieces {
			return nil
		}
	}
	return nil
}

// low is the box of one packet at the lower end of all dimensions, high that at the upper.
func (b box) low() box {
	return b.at(b.source.From(), b.destination.From(), b.sourcePorts.From, b.destinationPort.From, b.state&-b.state)
}

func (b box) high() box {
	return b.at(b.source.To(), b.destination.To(), b.sourcePorts.To, b.destinationPort.To, 1<<(bits.Len8(uint8(b.state))-1))
}

func (b box) at(from, to netip.Addr, sourcePort, port uint16, s state) box {
	return box{b.protocol, netipx.IPRangeFrom(from, from), netipx.IPRangeFrom(to, to), traffic.PortRange{From: sourcePort, To: sourcePort}, traffic.PortRange{From: port, To: port}, s}
}

func (b *box) meets(c *box) bool {
	return b.protocol == c.protocol && b.state&c.state != 0 &&
		b.destinationPort.From <= c.destinationPort.To && c.destinationPort.From <= b.destinationPort.To &&
		b.sourcePorts.From <= c.sourcePorts.To && c.sourcePorts.From <= b.sourcePorts.To &&
		b.destination.Overlaps(c.destination) && b.source.Overlaps(c.source)
}

// minus cuts c, which b meets, out of b: one dimension after the other.
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
	b.destination = within(b.destination, c.destination)
	for _, r := range outsideOf(b.source, c.source) {
		piece := b
		piece.source = r
		out = append(out, piece)
	}
	b.source = within(b.source, c.source)
	for _, r := range portsOutsideOf(b.destinationPort, c.destinationPort) {
		piece := b
		piece.destinationPort = r
		out = append(out, piece)
	}
	b.destinationPort = traffic.PortRange{From: max(b.destinationPort.From, c.destinationPort.From), To: min(b.destinationPort.To, c.destinationPort.To)}
	for _, r := range portsOutsideOf(b.sourcePorts, c.sourcePorts) {
		piece := b
		piece.sourcePorts = r
		out = append(out, piece)
	}
	return out
}

// outsideOf returns the parts of a before and after b, which overlap.
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

// portsOutsideOf returns the ports of a before and after b. The two ranges overlap.
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

func within(a, b netipx.IPRange) netipx.IPRange {
	from, to := a.From(), a.To()
	if from.Less(b.From()) {
		from = b.From()
	}
	if b.To().Less(to) {
		to = b.To()
	}
	return netipx.IPRangeFrom(from, to)
}

// boxes returns the packets that a rule's header names, and whether the rule decides all of them. No boxes are of a rule of
// which nothing can be said.
func (g Group) boxes(r Rule) (out []box, exact bool) {
	sources, err1 := g.Addresses(r.Source)
	destinations, err2 := g.Addresses(r.Destination)
	sourcePorts, err3 := g.Ports(r.SourcePort)
	ports, err4 := g.Ports(r.DestinationPort)
	if err1 != nil || err2 != nil || err3 != nil || err4 != nil {
		return nil, false
	}
	if len(sources.Unknown)+len(destinations.Unknown) > 0 { // Then it may be about any address.
		if len(sources.Unknown) > 0 {
			sources = everyAddress
		}
		if len(destinations.Unknown) > 0 {
			destinations = everyAddress
		}
	} else {
		exact = r.headerOnly()
	}
	for _, protocol := range r.lowProtocols() {
		for _, from := range sources.Set.Ranges() {
			for _, to := range destinations.Set.Ranges() {
				if from.From().Is4() != to.From().Is4() {
					continue // No packet has addresses of two families.
				}
				for _, sourcePort := range sourcePorts.Ranges() {
					for _, port := range ports.Ranges() {
						out = append(out, box{protocol, from, to, sourcePort, port, r.states()})
					}
				}
			}
		}
	}
	if len(out) > maxPieces || r.states() == 0 {
		return nil, false
	}
	if r.Bidirectional {
		exact = false // Its other direction is left out, so it shadows nothing.
	}
	return out, exact
}

var everyAddress = func() Addresses {
	var b netipx.IPSetBuilder
	b.AddPrefix(everything)
	b.AddPrefix(everySix)
	set, err := b.IPSet()
	if err != nil {
		panic(err) // Of two constants.
	}
	return Addresses{Set: set}
}()

// headerOnly reports whether a rule matches all packets of its header and place in the connection.
func (r Rule) headerOnly() bool {
	for _, o := range r.Options {
		if o.Keyword != "flow" && !slices.Contains(remarks, o.Keyword) {
			return false
		}
		if o.Keyword == "flow" && strings.ContainsAny(o.Value, "_") && (strings.Contains(o.Value, "stream") || strings.Contains(o.Value, "frag")) || strings.Contains(o.Value, "stateless") {
			return false
		}
	}
	return slices.Contains(lowProtocols, r.Protocol) && !strings.HasSuffix(r.Protocol, "-stream") && !strings.HasSuffix(r.Protocol, "-pkt")
}

// overUDP are application protocols that use UDP, or UDP and TCP.
var overUDP = map[string][]string{"dns": {"tcp", "udp"}, "krb5": {"tcp", "udp"}, "tftp": {"udp"}, "ntp": {"udp"}, "dhcp": {"udp"}, "quic": {"udp"}}

// lowProtocols are those that carry the rule's protocol. Others than TCP, UDP and ICMP are one.
func (r Rule) lowProtocols() []string {
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

// states are the places in a connection that a rule is about.
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
