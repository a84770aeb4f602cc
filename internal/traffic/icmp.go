package traffic

import "slices"

// Exchange is a type of ICMP message that asks for something, and the type that answers it. Answers have code 0.
type Exchange struct{ Protocol, Request, Answer int }

// exchanges are from IANA's "ICMP Parameters" and "ICMPv6 Parameters": echo, timestamp, information and address mask. A router forwards no
// other type of message that is answered.
var exchanges = []Exchange{{ICMP, 8, 0}, {ICMP, 13, 14}, {ICMP, 15, 16}, {ICMP, 17, 18}, {ICMPv6, 128, 129}}

// Exchanges returns all exchanges, by protocol and request.
func Exchanges() []Exchange { return slices.Clone(exchanges) }

// Routers send these messages for packets that are too large for the path, so that senders make smaller ones (path MTU discovery, RFC 1191
// and RFC 8201).
const (
	Unreachable         = 3 // the type for IPv4
	FragmentationNeeded = 4 // its code
	PacketTooBig        = 2 // the type for IPv6, with any code
)

// Answer returns the type of message that answers one of the given type. It reports false if nothing does.
func Answer(protocol, request int) (int, bool) {
	for _, e := range exchanges {
		if e.Protocol == protocol && e.Request == request {
			return e.Answer, true
		}
	}
	return 0, false
}

// unanswered are the ICMP messages that nothing answers.
var unanswered = func() Set {
	out := Protocol(ICMP).Union(Protocol(ICMPv6))
	for _, e := range exchanges {
		out = out.Minus(ICMPTypes(e.Protocol, e.Request, -1))
	}
	return out
}()

// Unanswered returns the ICMP messages that nothing answers.
func Unanswered() Set { return unanswered }
