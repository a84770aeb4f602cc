package traffic

// Replies go to the port from which the client called. Clients choose it from 1024 up: load balancers, NAT gateways and Lambda use all of
// these ports, Linux and Windows some (VPC User Guide, "Ephemeral ports").
const (
	FirstReplyPort = 1024
	LastReplyPort  = LastPort
)

// oneWay is everything but TCP, which carries nothing until both ends have replied.
var oneWay = everything.Minus(Protocol(TCP))

// OneWay returns what can be sent although no reply comes back: everything but TCP.
func OneWay() Set { return oneWay }

// Answered returns the services whose replies pass, given what passes on the way back. If replies pass to some of the clients' ports only,
// the service may work. Services without connections may be sent although no reply comes back.
func Answered(replies Carried) Carried {
	if replies.IsUnrestricted() {
		return replies
	}
	return Carried{answered(replies.Sure, Set.Contains), answered(replies.Maybe, Set.Overlaps).Union(oneWay)}
}

// answered returns the services for which enough of the replies pass.
func answered(replies Set, enough func(Set, Set) bool) Set {
	var out Set
	for _, s := range replies.spans { // Replies of protocols without ports are of the same protocol.
		first, last := int(s.from>>16), int(s.to>>16)
		for p := first; p <= last; p++ {
			if !HasPorts(p) && !IsICMP(p) && enough(replies, Protocol(p)) {
				out = out.Union(Protocol(p))
			}
		}
	}
	for _, p := range []int{TCP, UDP} {
		if enough(replies, Ports(p, FirstReplyPort, LastReplyPort)) {
			out = out.Union(Protocol(p))
		}
	}
	out = out.Union(unanswered)
	for _, e := range exchanges {
		if enough(replies, ICMPTypes(e.Protocol, e.Answer, 0)) {
			out = out.Union(ICMPTypes(e.Protocol, e.Request, -1))
		}
	}
	return out
}

// Replies returns the traffic that must pass the other way for all services of the set to work. It is empty if nothing answers them.
func (t Set) Replies() Set {
	var out Builder
	for _, s := range t.spans {
		for p := int(s.from >> 16); p <= int(s.to>>16); p++ {
			switch {
			case HasPorts(p):
				out.Add(Ports(p, FirstReplyPort, LastReplyPort))
			case !IsICMP(p): // Replies of protocols without ports are of the same protocol.
				out.Add(Protocol(p))
			}
		}
	}
	for _, e := range exchanges {
		if t.Overlaps(ICMPTypes(e.Protocol, e.Request, -1)) {
			out.Add(ICMPTypes(e.Protocol, e.Answer, 0))
		}
	}
	return out.Set()
}

// Requests turns packets that servers send, by their source ports, into the services that they answer: an ICMP answer becomes its request.
func Requests(sent Set) Set {
	out := sent
	for _, e := range exchanges {
		request := ICMPTypes(e.Protocol, e.Request, -1)
		out = out.Minus(request)
		if sent.Contains(ICMPTypes(e.Protocol, e.Answer, 0)) {
			out = out.Union(request)
		}
	}
	return out
}
