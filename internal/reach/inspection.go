package reach

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/traffic"
)

// matches reports whether one of the names covers what is asked for: all of a domain is covered by the domain alone.
func matches(names []string, asked string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		return name == asked || strings.HasPrefix(name, ".") && (strings.HasSuffix(asked, name) || asked == name[1:])
	})
}

// phase is a moment of a connection: packets of one end that rules are asked for.
type phase struct {
	toServer bool
	// established says that both ends have been heard of. Of TCP nothing is said before: rules about what applications say wait for it.
	established bool
	// begun says that what the client says is not complete: of a ClientHello in several segments, the first. Nothing is said by name.
	begun bool
}

// The phases that decide whether data can be exchanged. The packet that completes TCP's handshake is to rules what its first one is.
var (
	opening    = phase{toServer: true}
	acceptance = phase{}
	request    = phase{toServer: true, established: true}
	answer     = phase{established: true}

	beginning       = phase{toServer: true, established: true, begun: true}
	acknowledgement = phase{established: true, begun: true}
)

// carries returns the connections that the firewall lets a client and a server have: how they are opened, what the client sends and what
// the server answers must pass. A rule whose verdict is that on the connection spares the others from being asked.
func (f *firewall) carries(client, server party) traffic.Carried {
	switch {
	case f.unsure != "":
		return traffic.Unknown()
	case f.closed:
		return traffic.Carried{}
	case f.open:
		return traffic.Unrestricted()
	}
	var heard traffic.Set // where the firewall waits until a name is said
	if server.domain() != "" {
		heard = f.decide(beginning, client, server, heard).Sure.Intersect(f.decide(acknowledgement, client, server, heard).Sure)
	}
	opened := f.decide(opening, client, server, heard)
	if opened.Maybe.IsEmpty() {
		return traffic.Carried{}
	}
	accepted, asked, answered := f.decide(acceptance, client, server, heard), f.decide(request, client, server, heard), f.decide(answer, client, server, heard)
	talk := asked.whole.Union(asked.Intersect(orUnanswered(answered.Carried)))
	out := opened.whole.Union(opened.Intersect(accepted.whole.Union(orUnanswered(accepted.Carried).Intersect(talk))))
	out.Maybe = out.Maybe.Union(opened.Maybe.Intersect(traffic.OneWay()))
	return out
}

// orUnanswered adds what needs no answer: messages of ICMP that ask for nothing.
func orUnanswered(c traffic.Carried) traffic.Carried {
	return c.Union(traffic.Surely(traffic.Unanswered()))
}

// decision is what becomes of packets in a phase.
type decision struct {
	traffic.Carried
	whole traffic.Carried // what passes by rules whose verdict is that on the connection
}

// decide evaluates the rules for the packets of a phase. What surely passes does so for all clients, with ports from 1024 up; what
// possibly passes for some client, with any port. heard is where names are heard for sure.
func (f *firewall) decide(p phase, client, server party, heard traffic.Set) decision {
	from, to := client, server
	if !p.toServer {
		from, to = server, client
	}
	d := decider{name: server.domain(), heard: heard, open: traffic.Unrestricted(), pending: traffic.Everything()}
	for i := range f.rules {
		r := &f.rules[i]
		part := r.there
		if !p.toServer {
			part = r.back
		}
		match := min(r.sources.holds(from), r.destinations.holds(to))
		if services := r.during(p).Intersect(part.traffic); match != no && !services.IsEmpty() {
			d.rule(r, match, services, part.clients)
		}
	}
	rest := f.defaults.passes(p)
	d.Carried = d.Union(traffic.Carried{Sure: d.open.Sure.Intersect(rest), Maybe: d.open.Maybe.Intersect(rest)})
	return d.decision
}

// decider applies rules one after the other.
type decider struct {
	decision
	name  string          // what the client asks for
	heard traffic.Set     // where it surely is heard
	open  traffic.Carried // what no rule has decided: surely, and possibly
	// pending is what none has stopped for sure. Of rules that pass, one about the connection may count although one about packets comes
	// first: Suricata asks for addresses alone before everything else (measured).
	pending traffic.Set
	hosted  traffic.Set // where HTTP passes for some hosts only, and not for the one asked for
	single  traffic.Set // what some rule may have passed packet by packet
}

// rule applies one rule that is about the traffic of some clients.
func (d *decider) rule(r *inspectionRule, match certainty, services traffic.Set, clients clientPorts) {
	certain := match == yes && r.exact
	switch r.about {
	case named:
		if d.name == "" || !matches(r.names, d.name) {
			return // Who names nobody, or somebody else, is not meant.
		}
	case otherHosts:
		if matches(r.names, d.name) {
			return
		}
		d.hosted = d.hosted.Union(services)
	case withoutHost:
		if d.name != "" {
			return // Who asks for a name says it.
		}
	case onlyHTTP:
		services = services.Minus(d.hosted)
	}
	var certainly traffic.Set // of it, what the rule is about whoever sends it
	switch {
	case certain:
		certainly = services
	case match == yes && r.pass && (r.about == named || r.about == onlyHTTP && d.name != ""):
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

// pass adds traffic that passes, some of it certainly.
func (d *decider) pass(r *inspectionRule, services, certain traffic.Set) {
	passes := traffic.Carried{Sure: d.open.Sure.Intersect(certain), Maybe: d.open.Maybe.Intersect(services)}
	d.Carried = d.Union(passes)
	if !r.whole {
		d.single = d.single.Union(services.Minus(certain))
		return
	}
	d.whole = d.whole.Union(traffic.Carried{Sure: passes.Sure.Minus(d.single), Maybe: d.pending.Intersect(services)})
}

// spoken is where clients that ask for a name speak the protocol of the rule: HTTP on its port, and TLS on all others.
func (r *inspectionRule) spoken() traffic.Set {
	if strings.HasPrefix(r.rule.Protocol, "http") || r.about == onlyHTTP {
		return httpPort
	}
	return traffic.Protocol(traffic.TCP).Minus(httpPort)
}

var httpPort = traffic.Ports(traffic.TCP, 80, 80)

// passes are the packets that pass if no rule decides them. The established kinds stop what clients say on TCP connections, one of them what
// servers say as well, and all of other protocols.
func (d defaults) passes(p phase) traffic.Set {
	switch {
	case !d.drops:
		return traffic.Everything()
	case d.kind == "strict", p == request, p == beginning && d.kind == "established", p == answer && d.kind == "established_app_layer":
		return traffic.Set{}
	}
	return traffic.Protocol(traffic.TCP)
}

// inspect returns what the firewalls on a path let through between a client and a server, and says of a middlebox that is none of
// them that it is not known.
func (t *Topology) inspect(p path, client, server party) traffic.Carried {
	out := traffic.Unrestricted()
	for i, m := range p.middleboxes {
		e, ok := t.endpoints[m]
		if !ok {
			return traffic.Unknown()
		}
		clients := p.clients(i, client)
		if len(clients) == 0 {
			return traffic.Unknown()
		}
		f := t.firewall(e.firewall)
		passes := f.carries(clients[0], server)
		for _, c := range clients[1:] { // The NAT gateway has one of these addresses.
			carried := f.carries(c, server)
			passes = traffic.Carried{Sure: passes.Sure.Intersect(carried.Sure), Maybe: passes.Maybe.Union(carried.Maybe)}
		}
		out = out.Intersect(passes)
	}
	return out
}

// clients are whom a middlebox takes packets to be from: beyond a NAT gateway, that.
func (p path) clients(middlebox int, client party) []party {
	if p.native == nil || middlebox < p.before {
		return []party{client}
	}
	var out []party
	for _, c := range p.native.Cells {
		if !c.Is6() {
			out = append(out, party{place{subnet: p.native, cell: c, inside: true}, client.vpc})
		}
	}
	return out
}

// blocks are those that the firewall's rules name, for cutting addresses where they begin and end.
func (f *firewall) blocks() []Block {
	var out []Block
	for _, r := range f.rules {
		for _, set := range []addressSet{r.sources, r.destinations} {
			for _, p := range set.known.Prefixes() {
				out = append(out, Block{Prefix: p})
			}
			out = append(out, slices.Concat(set.plus, set.minus)...)
		}
	}
	return out
}
