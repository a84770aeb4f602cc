package reach

import (
	"slices"
	"strings"
)

// matches reports whether one of the names covers what is asked for: all of a domain is covered by the domain alone.
func matches(names []string, asked string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		return name == asked || strings.HasPrefix(name, ".") && (strings.HasSuffix(asked, name) || asked == name[1:])
	})
}

// carries returns the connections that the firewall lets a client and a server have: what the client sends must pass, and what the
// server answers.
func (f *firewall) carries(client, server party) Carried {
	switch {
	case f.unsure != "":
		return unknown
	case f.closed:
		return Carried{}
	case f.open:
		return all
	}
	there := f.decide(client, server, server.domain(), true)
	back := f.decide(server, client, server.domain(), false)
	replies := back.union(there.whole)
	return Carried{there.Sure.Intersect(replies.Sure), there.Maybe.Intersect(replies.Maybe.Union(oneWay))}
}

// decision is what becomes of packets in one direction.
type decision struct {
	Carried
	whole Carried // what passes by rules whose verdict is that on the connection
}

// decide evaluates the rules for the packets that one end sends the other. name is what the client asks for.
func (f *firewall) decide(from, to party, name string, toServer bool) decision {
	var d decision
	open, openSurely := Everything(), Everything()
	var hosted Traffic // where HTTP passes for some hosts only, and not for the one asked for
	for i := range f.rules {
		r := &f.rules[i]
		if toServer && !r.toServer || !toServer && !r.toClient || r.established && f.defaults.drops && f.defaults.kind == "strict" {
			continue
		}
		match := min(r.sources.holds(from), r.destinations.holds(to))
		traffic := r.there
		if !toServer {
			traffic = answers(r.back)
		}
		if match == no || traffic.IsEmpty() {
			continue
		}
		certain := match == yes && r.exact
		switch r.about {
		case named:
			if name == "" || !matches(r.names, name) {
				continue // Who names nobody, or somebody else, is not meant.
			}
			certain = match == yes
		case otherHosts:
			if !matches(r.names, name) {
				hosted = hosted.Union(traffic)
			}
			continue
		case withoutHost:
			continue // Who asks for a name says it; who does not is no client of a declared flow.
		case onlyHTTP:
			traffic = traffic.Minus(hosted)
			certain = match == yes && name != "" && r.pass
		}
		if r.pass {
			passes := Carried{Maybe: open.Intersect(traffic)}
			if certain {
				passes.Sure = openSurely.Intersect(traffic)
			}
			d.Carried = d.union(passes)
			if r.whole {
				d.whole = d.whole.union(passes)
			}
		}
		if certain || !r.pass {
			openSurely = openSurely.Minus(traffic)
		}
		if certain {
			open = open.Minus(traffic)
		}
	}
	rest := f.defaults.passes(toServer)
	d.Carried = d.union(Carried{openSurely.Intersect(rest), open.Intersect(rest)})
	return d
}

// answers turns what servers send into the services it answers.
func answers(back Traffic) Traffic {
	out := back
	for _, echo := range []struct{ protocol, request, reply int }{{ICMP, 8, 0}, {ICMPv6, 128, 129}} {
		request := ICMPTypes(echo.protocol, echo.request, -1)
		out = out.Minus(request)
		if back.Contains(ICMPTypes(echo.protocol, echo.reply, 0)) {
			out = out.Union(request)
		}
	}
	return out
}

// passes are the packets that pass if no rule decides them. Of the established kinds, what servers send on TCP connections passes.
func (d defaults) passes(toServer bool) Traffic {
	switch {
	case !d.drops:
		return Everything()
	case !toServer && (d.kind == "established" || d.kind == "established_app_layer_to_server"):
		return Protocol(TCP)
	}
	return Traffic{}
}

// inspect returns what the firewalls on a path let through between a client and a server, and says of a middlebox that is none of
// them that it is not known.
func (t *Topology) inspect(p path, client, server party) Carried {
	out := all
	for _, m := range p.middleboxes {
		e, ok := t.endpoints[m]
		if !ok {
			return unknown
		}
		out = out.intersect(t.firewall(e.firewall).carries(client, server))
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
