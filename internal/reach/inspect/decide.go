package inspect

import (
	"strings"

	"github.com/tierwall/tierwall/internal/reach/address"
	"github.com/tierwall/tierwall/internal/traffic"
)

// phase is a moment of a connection: the packets of one end for which rules are evaluated.
type phase struct {
	toServer bool
	// established says that both ends have sent packets. On TCP nothing is said before that, so rules about what applications say wait for
	// it.
	established bool
	// begun says that the client has begun to speak but not finished, such as after the first segment of a ClientHello. No name is said yet.
	begun bool
}

// The phases that decide whether data can be exchanged. For rules, the packet that completes TCP's handshake is like the first packet.
var (
	opening    = phase{toServer: true}
	acceptance = phase{}
	request    = phase{toServer: true, established: true}
	answer     = phase{established: true}

	beginning       = phase{toServer: true, established: true, begun: true}
	acknowledgement = phase{established: true, begun: true}
)

// Carries returns the connections that the firewall lets a client and a server have. The packets that open the connection, those of the
// client's request and those of the server's answer must all pass. If a rule decides about the whole connection, no other rule is
// evaluated after it.
func (f *Firewall) Carries(client, server Party) traffic.Carried {
	switch {
	case f.Unsure != "":
		return traffic.Unknown()
	case f.Closed:
		return traffic.Carried{}
	case f.Open:
		return traffic.Unrestricted()
	}
	var heard traffic.Set // where the firewall waits for a name
	if server.domain() != "" {
		heard = f.decide(beginning, client, server, heard).Sure.Intersect(f.decide(acknowledgement, client, server, heard).Sure)
	}
	opened := f.decide(opening, client, server, heard)
	if opened.Maybe.IsEmpty() {
		return traffic.Carried{}
	}
	accepted := f.decide(acceptance, client, server, heard)
	asked := f.decide(request, client, server, heard)
	answered := f.decide(answer, client, server, heard)
	talk := asked.whole.Union(asked.Intersect(orUnanswered(answered.Carried)))
	out := opened.whole.Union(opened.Intersect(accepted.whole.Union(orUnanswered(accepted.Carried).Intersect(talk))))
	out.Maybe = out.Maybe.Union(opened.Maybe.Intersect(traffic.OneWay()))
	return out
}

// Sends returns what Carries does, and as sure also the messages that a client can send although the firewall stops the answers.
func (f *Firewall) Sends(client, server Party) traffic.Carried {
	out := f.Carries(client, server)
	if f.Unsure == "" && !f.Closed {
		out.Sure = out.Sure.Union(f.decide(opening, client, server, traffic.Set{}).Sure.Intersect(traffic.OneWay()))
	}
	return out
}

// orUnanswered adds messages that need no answer: ICMP messages that ask for nothing.
func orUnanswered(c traffic.Carried) traffic.Carried {
	return c.Union(traffic.Surely(traffic.Unanswered()))
}

// decision is what happens to packets in a phase.
type decision struct {
	traffic.Carried
	whole traffic.Carried // what passes by rules that decide about the whole connection
}

// decide evaluates the rules for the packets of a phase. What surely passes does so for all clients with ports from 1024 up, or for the
// client's one port. What possibly passes does so for some client, with any port. heard is the traffic for which the firewall surely
// hears a name.
func (f *Firewall) decide(p phase, client, server Party, heard traffic.Set) decision {
	from, to := client, server
	if !p.toServer {
		from, to = server, client
	}
	d := decider{name: server.domain(), heard: heard, open: traffic.Unrestricted(), pending: traffic.Everything()}
	for i := range f.Rules {
		r := &f.Rules[i]
		part := r.there
		if !p.toServer {
			part = r.back
		}
		match := min(r.sources.holds(from), r.destinations.holds(to))
		services, clients := r.during(p).Intersect(part.traffic), part.about(client)
		if match != address.No && clients != noClientPorts && !services.IsEmpty() {
			d.rule(r, match, services, clients)
		}
	}
	rest := f.Defaults.passes(p)
	d.Carried = d.Union(traffic.Carried{Sure: d.open.Sure.Intersect(rest), Maybe: d.open.Maybe.Intersect(rest)})
	return d.decision
}

// decider evaluates rules one after the other.
type decider struct {
	decision
	name  string          // what the client asks for
	heard traffic.Set     // where it surely is heard
	open  traffic.Carried // what no rule has decided: surely, and possibly
	// pending is the traffic that no rule has surely stopped. A rule that passes connections may count although a rule about packets comes
	// first, because Suricata evaluates rules about addresses alone before all others (measured).
	pending traffic.Set
	hosted  traffic.Set // where HTTP passes for some hosts only, and not for this one
	single  traffic.Set // what a rule may have passed packet by packet
}

// rule evaluates one rule for the traffic of some clients.
func (d *decider) rule(r *Rule, match address.Certainty, services traffic.Set, clients clientPorts) {
	certain := match == address.Yes && r.exact
	switch r.about {
	case named:
		if d.name == "" || !address.Covers(r.names, d.name) {
			return // The rule is about other names.
		}
	case otherHosts:
		if address.Covers(r.names, d.name) {
			return
		}
		d.hosted = d.hosted.Union(services)
	case withoutHost:
		if d.name != "" {
			return // The client says the name.
		}
	case onlyHTTP:
		services = services.Minus(d.hosted)
	}
	var certainly traffic.Set // the traffic for which the rule surely counts
	switch {
	case certain:
		certainly = services
	case match == address.Yes && r.pass && (r.about == named || r.about == onlyHTTP && d.name != ""):
		certainly = services.Intersect(r.spoken()).Intersect(d.heard)
	}
	var usual, every traffic.Set
	if clients >= usualPorts {
		usual = certainly
	}
	if clients == allClientPorts {
		every = certainly
	}
	if r.pass {
		d.pass(r, services, usual)
	} else {
		d.pending = d.pending.Minus(every)
		if clients > lowPorts {
			usual = services
		}
	}
	d.open = traffic.Carried{Sure: d.open.Sure.Minus(usual), Maybe: d.open.Maybe.Minus(every)}
}

// pass adds traffic that passes; some of it surely does.
func (d *decider) pass(r *Rule, services, certain traffic.Set) {
	passes := traffic.Carried{Sure: d.open.Sure.Intersect(certain), Maybe: d.open.Maybe.Intersect(services)}
	d.Carried = d.Union(passes)
	if !r.whole {
		d.single = d.single.Union(services.Minus(certain))
		return
	}
	d.whole = d.whole.Union(traffic.Carried{Sure: passes.Sure.Minus(d.single), Maybe: d.pending.Intersect(services)})
}

// spoken returns the traffic on which clients that ask for a name speak the protocol of the rule: HTTP on its port, and TLS on all
// others.
func (r *Rule) spoken() traffic.Set {
	if strings.HasPrefix(r.rule.Protocol, "http") || r.about == onlyHTTP {
		return httpPort
	}
	return traffic.Protocol(traffic.TCP).Minus(httpPort)
}

var httpPort = traffic.Ports(traffic.TCP, 80, 80)
