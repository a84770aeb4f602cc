package proof

import (
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// compareWithOutside compares the traffic of each tier with addresses outside of interfaces.
func (n *network) compareWithOutside() {
	for _, p := range n.parties {
		if len(p.tiers) == 0 || p.imported {
			continue
		}
		parts := n.top.Outsides(p.real, n.peersInFlows(p))
		n.compareDirection(p, parts, true)
		n.compareDirection(p, parts, false)
	}
}

// compareDirection compares one direction: connections that the party opens (out), or that are opened to it. Parts of the outside with the
// same difference share one finding.
func (n *network) compareDirection(p *party, parts []reach.Outside, out bool) {
	world := regions{}
	pair := Pair{Network: n.name(), From: p.name, To: "addresses", Declared: n.outsideTraffic(p, out)}
	if !out {
		pair.From, pair.To = pair.To, pair.From
	}
	for _, part := range parts {
		if part.IsName() && !out {
			continue
		}
		for _, spot := range n.locationsForOutside(p) {
			if spot.Cell.Is6() != part.Cell.Is6() {
				continue
			}
			pair.Carried = pair.Carried.Union(n.comparePart(&world, p, spot, part, out))
		}
	}
	for _, r := range world.found {
		where := reach.DescribeParts(r.parts)
		c := comparison{n: n, from: p.name, to: where, at: n.outsideFlowLines(p, out), unusual: p.unusual}
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

// comparePart compares the traffic with one part of the outside and returns the traffic that is certainly carried. Blocks and lists that
// are known only at deployment are parts of their own, so the addresses of another part are in none of them. Literal blocks may contain
// some of their addresses and not others.
func (n *network) comparePart(world *regions, p *party, spot reach.Location, part reach.Outside, out bool) traffic.Set {
	from, to := reach.End{Class: p.real, Location: spot}, reach.End{Outside: part}
	if !out {
		from, to = to, from
	}
	carried := n.top.CarriedIf(from, to, reach.IgnoreUnresolved)
	var past map[string][]gatewayTraffic
	if out && part.List != "" && n.top.IsByGatewayEndpoint(from, to) {
		past = n.byGateway
	}
	allowed, required := allowedOutside(p, spot, part, out, reach.IgnoreUnresolved, past), p.mustReachOutside(spot, part, out)
	// For addresses inside the network, the flows between tiers say what must be carried.
	if part.Inside || !out && n.isSilentService(p, part, to, from) {
		required = traffic.Set{}
	}
	differences := difference(carried, allowed, required)
	world.addDifferences(part, from, to, differences)
	if part.List != "" || part.Cell.Base != "" {
		within, allowed := n.top.CarriedIf(from, to, reach.MatchUnresolved), allowedOutside(p, spot, part, out, reach.MatchUnresolved, past)
		doubt := inDoubt(within, allowed)
		doubt[Unknown] = doubt[Unknown].Minus(differences[Excess]) // Certain excess is already reported.
		world.addDifferences(part, from, to, doubt)
	}
	if past != nil {
		n.noteGatewayTraffic(p, part, carried.Sure.Minus(required))
	}
	return carried.Sure
}

// isSilentService reports whether a part holds the addresses of a service behind a gateway endpoint. Such a service opens no connections,
// so a flow from a larger part, such as the internet, does not have to be carried from there.
func (n *network) isSilentService(p *party, part reach.Outside, own, there reach.End) bool {
	if part.List == "" || !n.top.IsByGatewayEndpoint(own, there) {
		return false
	}
	for _, f := range n.outsideFlows(p, false) {
		if f.From.Kind == arch.PrefixList && f.From.Text == part.List {
			return false // A flow names the list itself.
		}
	}
	n.report.assume("%s: AWS services behind gateway endpoints open no connections to %s", n.name(), p.name)
	return true
}

// allowedOutside returns the traffic that the flows allow with a part of the outside, including flows to names through gateway endpoints.
func allowedOutside(p *party, spot reach.Location, part reach.Outside, out bool, held reach.Unresolved, past map[string][]gatewayTraffic) traffic.Set {
	if !p.mayBeIn(spot.Subnet) {
		return traffic.Set{}
	}
	allowed := traffic.Everything()
	classes := p.declaredOutside
	if part.Inside {
		classes = p.declared
	}
	for i, class := range classes {
		from, to := reach.End{Class: class, Location: spot}, reach.End{Outside: part}
		if !out {
			from, to = to, from
		}
		allowed = allowed.Intersect(reach.Groups(from, to, held).Maybe.Union(gatewayTrafficTo(part, past[p.tiers[i]])))
	}
	return allowed
}

// mustReachOutside returns the traffic with a part of the outside that must be carried.
func (p *party) mustReachOutside(spot reach.Location, part reach.Outside, out bool) traffic.Set {
	if p.requiredOutside == nil {
		return allowedOutside(p, spot, part, out, reach.IgnoreUnresolved, nil)
	}
	declared := *p
	declared.declaredOutside = p.requiredOutside
	return allowedOutside(&declared, spot, part, out, reach.IgnoreUnresolved, nil)
}

// locationsForOutside returns the places of a party to compare with the outside.
func (n *network) locationsForOutside(p *party) []reach.Location {
	if len(p.declaredSubnets) > 0 {
		return p.real.Locations()
	}
	return n.top.RepresentativesOutside(p.real)
}

// regions groups the parts of the outside by their difference.
type regions struct{ found []*region }

type region struct {
	verdict  Verdict
	traffic  traffic.Set
	parts    []reach.Outside
	from, to reach.End
}

func (w *regions) addDifferences(part reach.Outside, from, to reach.End, differences map[Verdict]traffic.Set) {
	for _, verdict := range []Verdict{Excess, Missing, Unknown} {
		if traffic := differences[verdict]; !traffic.IsEmpty() {
			w.region(verdict, traffic, from, to).addPart(part)
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

func (r *region) addPart(part reach.Outside) {
	for _, p := range r.parts {
		if p == part {
			return
		}
	}
	r.parts = append(r.parts, part)
}

// peersInFlows returns the blocks and lists in the flows of a party.
func (n *network) peersInFlows(p *party) []reach.Peer {
	var out []reach.Peer
	for _, class := range p.declaredOutside {
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

// outsideFlows returns the flows between the tiers of a party and addresses, in one direction.
func (n *network) outsideFlows(p *party, out bool) []arch.CheckedFlow {
	var flows []arch.CheckedFlow
	for _, id := range p.tiers {
		flows = append(flows, n.flowsWithAddresses[tierDirection{id, out}]...)
	}
	return flows
}

// outsideTraffic returns the traffic of these flows.
func (n *network) outsideTraffic(p *party, out bool) traffic.Set {
	var t traffic.Set
	for _, f := range n.outsideFlows(p, out) {
		t = t.Union(trafficOf(f))
	}
	return t
}

// outsideFlowLines returns the lines that declare these flows, or the tiers if there are none.
func (n *network) outsideFlowLines(p *party, out bool) []diag.Position {
	if flows := n.outsideFlows(p, out); len(flows) > 0 {
		return positions(flows)
	}
	return n.declaredLines(p)
}
