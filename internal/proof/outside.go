package proof

import (
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// outside compares what each tier of the network exchanges with addresses, wherever they are.
func (n *network) outside() {
	for _, p := range n.parties {
		if len(p.tiers) == 0 || p.imported {
			continue
		}
		parts := n.top.Outsides(p.real, n.named(p))
		n.toward(p, parts, true)
		n.toward(p, parts, false)
	}
}

// toward compares one direction: connections that the party opens, or that are opened to it. Parts of the outside with
// the same difference are one finding.
func (n *network) toward(p *party, parts []reach.Outside, out bool) {
	world := regions{}
	pair := Pair{Network: n.name(), From: p.name, To: "addresses", Declared: n.declaredOutside(p, out)}
	if !out {
		pair.From, pair.To = pair.To, pair.From
	}
	for _, part := range parts {
		if part.IsName() && !out {
			continue
		}
		for _, spot := range n.spotsOutside(p) {
			if spot.Cell.Is6() != part.Cell.Is6() {
				continue
			}
			pair.Carried = pair.Carried.Union(n.compareOutside(&world, p, spot, part, out))
		}
	}
	for _, r := range world.found {
		where := reach.DescribeParts(r.parts)
		c := comparison{n: n, from: p.name, to: where, at: n.atOutside(p, out), why: p.why}
		if !out {
			c.from, c.to = where, p.name
		}
		c.add(r.from, r.to, map[Verdict]traffic.Set{r.verdict: r.traffic})
		pair.Verdict = max(pair.Verdict, c.finish())
	}
	if !pair.Declared.IsEmpty() || !pair.Carried.IsEmpty() || pair.Verdict != Exact {
		n.report.Pairs = append(n.report.Pairs, pair)
	}
}

// compareOutside compares what is exchanged with one part and returns what is surely carried. Addresses of a part are in
// no block or list that only a deployment knows, as those are parts of their own; of these, literal blocks may hold some
// addresses and not others.
func (n *network) compareOutside(world *regions, p *party, spot reach.Location, part reach.Outside, out bool) traffic.Set {
	from, to := reach.End{Class: p.real, Location: spot}, reach.End{Outside: part}
	if !out {
		from, to = to, from
	}
	carried := n.top.CarriedIf(from, to, reach.IgnoreUnresolved)
	var past map[string][]byGateway
	if out && part.List != "" && n.top.IsByGatewayEndpoint(from, to) {
		past = n.past
	}
	allowed, required := allowedOutside(p, spot, part, out, reach.IgnoreUnresolved, past), p.requiredOutside(spot, part, out)
	// Whoever is inside, the flows between tiers say what must be carried.
	if part.Inside || !out && n.isSilent(p, part, to, from) {
		required = traffic.Set{}
	}
	differences := difference(carried, allowed, required)
	world.add(part, from, to, differences)
	if part.List != "" || part.Cell.Base != "" {
		within, allowed := n.top.CarriedIf(from, to, reach.MatchUnresolved), allowedOutside(p, spot, part, out, reach.MatchUnresolved, past)
		doubt := inDoubt(within, allowed)
		doubt[Unknown] = doubt[Unknown].Minus(differences[Excess]) // What is surely carried is told already.
		world.add(part, from, to, doubt)
	}
	if past != nil {
		n.notePast(p, part, carried.Sure.Minus(required))
	}
	return carried.Sure
}

// isSilent reports whether a part is the addresses of a service that a gateway endpoint leads to. Such a service opens no
// connections, so a flow from a larger part, as the internet, carries all that it must without them.
func (n *network) isSilent(p *party, part reach.Outside, own, there reach.End) bool {
	if part.List == "" || !n.top.IsByGatewayEndpoint(own, there) {
		return false
	}
	for _, f := range n.flowsOutside(p, false) {
		if f.From.Kind == arch.PrefixList && f.From.Text == part.List {
			return false // It is declared by name.
		}
	}
	n.report.assume("%s: a service of AWS that is reached by a gateway endpoint opens no connections to %s", n.name(), p.name)
	return true
}

// allowedOutside is what the flows allow with a part of the outside, and what of it goes past what reads names.
func allowedOutside(p *party, spot reach.Location, part reach.Outside, out bool, held reach.Unresolved, past map[string][]byGateway) traffic.Set {
	if !p.isAt(spot.Subnet) {
		return traffic.Set{}
	}
	allowed := traffic.Everything()
	classes := p.abroad
	if part.Inside {
		classes = p.declared
	}
	for i, class := range classes {
		from, to := reach.End{Class: class, Location: spot}, reach.End{Outside: part}
		if !out {
			from, to = to, from
		}
		allowed = allowed.Intersect(reach.Groups(from, to, held).Maybe.Union(pastTo(part, past[p.tiers[i]])))
	}
	return allowed
}

// requiredOutside is what the flows say must be carried with a part of the outside.
func (p *party) requiredOutside(spot reach.Location, part reach.Outside, out bool) traffic.Set {
	if p.required == nil {
		return allowedOutside(p, spot, part, out, reach.IgnoreUnresolved, nil)
	}
	declared := *p
	declared.abroad = p.required
	return allowedOutside(&declared, spot, part, out, reach.IgnoreUnresolved, nil)
}

// spotsOutside are the places of a party to compare with the outside.
func (n *network) spotsOutside(p *party) []reach.Location {
	if len(p.homes) > 0 {
		return p.real.Locations()
	}
	return n.top.RepresentativesOutside(p.real)
}

// regions collects parts of the outside by what is wrong there.
type regions struct{ found []*region }

type region struct {
	verdict  Verdict
	traffic  traffic.Set
	parts    []reach.Outside
	from, to reach.End
}

func (w *regions) add(part reach.Outside, from, to reach.End, differences map[Verdict]traffic.Set) {
	for _, verdict := range []Verdict{Excess, Missing, Unknown} {
		if traffic := differences[verdict]; !traffic.IsEmpty() {
			w.region(verdict, traffic, from, to).put(part)
		}
	}
}

func (w *regions) region(verdict Verdict, traffic traffic.Set, from, to reach.End) *region {
	for _, r := range w.found {
		if r.verdict == verdict && r.traffic.Equal(traffic) {
			return r
		}
	}
	r := &region{verdict: verdict, traffic: traffic, from: from, to: to}
	w.found = append(w.found, r)
	return r
}

func (r *region) put(part reach.Outside) {
	for _, p := range r.parts {
		if p == part {
			return
		}
	}
	r.parts = append(r.parts, part)
}

// named are the blocks and lists that the party's flows name.
func (n *network) named(p *party) []reach.Peer {
	var out []reach.Peer
	for _, class := range p.abroad {
		for _, g := range class.Groups {
			for _, r := range slices.Concat(g.Ingress, g.Egress) {
				if r.Peer.Group == nil {
					out = append(out, r.Peer)
				}
			}
		}
	}
	return out
}

// flowsOutside are the flows between the party's tiers and addresses, in one direction.
func (n *network) flowsOutside(p *party, out bool) []arch.Flow {
	var flows []arch.Flow
	for _, id := range p.tiers {
		flows = append(flows, n.abroad[abroad{id, out}]...)
	}
	return flows
}

func (n *network) declaredOutside(p *party, out bool) traffic.Set {
	var t traffic.Set
	for _, f := range n.flowsOutside(p, out) {
		t = t.Union(trafficOf(f))
	}
	return t
}

func (n *network) atOutside(p *party, out bool) []diag.Position {
	if flows := n.flowsOutside(p, out); len(flows) > 0 {
		return positions(flows)
	}
	return n.at(p)
}
