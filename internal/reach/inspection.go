package reach

import (
	"github.com/tierwall/tierwall/internal/reach/inspect"
	"github.com/tierwall/tierwall/internal/traffic"
)

// partyAt returns whoever is at a place, as a firewall sees packets that are sent in a VPC.
func partyAt(p place, v *VPC) inspect.Party {
	return inspect.Party{Cell: p.cell, List: p.list, IgnoreUnresolved: p.ignoreUnresolved, VPC: v.blocksOf()}
}

// inspect returns the traffic between a client and a server that the middleboxes on a path let through. It is unknown what a middlebox
// lets through that is not a firewall of the templates.
func (t *Topology) inspect(p path, client, server inspect.Party) traffic.Carried {
	return t.inspectAs(p, client, server, (*inspect.Firewall).Carries)
}

// inspectAs returns what the middleboxes on a path let through, by a question to each firewall.
func (t *Topology) inspectAs(
	p path, client, server inspect.Party, ask func(f *inspect.Firewall, client, server inspect.Party) traffic.Carried,
) traffic.Carried {
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
		passes := ask(f, clients[0], server)
		for _, c := range clients[1:] { // The NAT gateway has one of these addresses.
			carried := ask(f, c, server)
			passes = traffic.Carried{Sure: passes.Sure.Intersect(carried.Sure), Maybe: passes.Maybe.Union(carried.Maybe)}
		}
		out = out.Intersect(passes)
	}
	return out
}

// clients returns the parties that a middlebox may take for the client. Beyond a NAT gateway the packets have one of its addresses.
func (p path) clients(middlebox int, client inspect.Party) []inspect.Party {
	if p.nat == nil || middlebox < p.beforeNAT {
		return []inspect.Party{client}
	}
	var out []inspect.Party
	for _, c := range p.nat.Cells {
		if !c.Is6() {
			out = append(out, inspect.Party{Cell: c, VPC: client.VPC})
		}
	}
	return out
}
