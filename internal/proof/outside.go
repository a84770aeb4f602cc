package proof

import (
	"github.com/tierwall/tierwall/internal/arch"
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
	differing := regions{}
	pair := Pair{Network: n.name(), From: p.name, To: "addresses", Declared: n.outsideTraffic(p, out)}
	if !out {
		pair.From, pair.To = pair.To, pair.From
	}
	for _, part := range parts {
		if part.IsName() && !out {
			continue
		}
		for _, at := range n.locationsForOutside(p) {
			if at.Cell.Is6() == part.Cell.Is6() {
				pair.Carried = pair.Carried.Union(n.comparePart(&differing, outsidePair{placed{p, at}, part, out}))
			}
		}
	}
	for _, r := range differing.found {
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

// outsidePair is a party at one location and a part of the outside. If out is set, the party opens the connections.
type outsidePair struct {
	placed
	part reach.Outside
	out  bool
}

// ends returns the ends of the connections, with a class in place of the party.
func (o outsidePair) ends(class *reach.Class) (from, to reach.End) {
	from, to = reach.End{Class: class, Location: o.at}, reach.End{Outside: o.part}
	if !o.out {
		from, to = to, from
	}
	return from, to
}

// comparePart compares the traffic with one part of the outside and returns the traffic that is certainly carried. Blocks and lists that
// are known only at deployment are parts of their own, so the addresses of another part are in none of them. Literal blocks may contain
// some of their addresses and not others.
func (n *network) comparePart(differing *regions, o outsidePair) traffic.Set {
	from, to := o.ends(o.real)
	carried := n.top.CarriedIf(from, to, reach.IgnoreUnresolved)
	var byGateway map[string][]gatewayTraffic
	if o.out && o.part.List != "" && n.top.IsByGatewayEndpoint(from, to) {
		byGateway = n.byGateway
	}
	required := o.required()
	// For addresses inside the network, the flows between tiers say what must be carried.
	if o.part.Inside || !o.out && n.isSilentService(o.party, o.part, to, from) {
		required = traffic.Set{}
	}
	differences := difference(carried, o.allowed(reach.IgnoreUnresolved, byGateway), required)
	differing.add(o.part, from, to, differences)
	if o.part.List != "" || o.part.Cell.Base != "" {
		ifMatched := n.top.CarriedIf(from, to, reach.MatchUnresolved)
		doubt := inDoubt(ifMatched, o.allowed(reach.MatchUnresolved, byGateway))
		doubt[Unknown] = doubt[Unknown].Minus(differences[Excess]) // Certain excess is already reported.
		differing.add(o.part, from, to, doubt)
	}
	if byGateway != nil {
		n.noteGatewayTraffic(o.party, o.part, carried.Sure.Minus(required))
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

// allowed returns the traffic that the flows allow, including flows to names through gateway endpoints.
func (o outsidePair) allowed(unresolved reach.Unresolved, byGateway map[string][]gatewayTraffic) traffic.Set {
	if o.part.Inside {
		return o.allowedBy(o.declared, unresolved, byGateway)
	}
	return o.allowedBy(o.declaredOutside, unresolved, byGateway)
}

// required returns the traffic that must be carried.
func (o outsidePair) required() traffic.Set {
	if o.requiredOutside == nil || o.part.Inside {
		return o.allowed(reach.IgnoreUnresolved, nil)
	}
	return o.allowedBy(o.requiredOutside, reach.IgnoreUnresolved, nil)
}

// allowedBy returns the traffic that all of the declared classes allow. There is one class for each tier of the party.
func (o outsidePair) allowedBy(declared []*reach.Class, unresolved reach.Unresolved, byGateway map[string][]gatewayTraffic) traffic.Set {
	if !o.mayBeIn(o.at.Subnet) {
		return traffic.Set{}
	}
	out := traffic.Everything()
	for i, class := range declared {
		from, to := o.ends(class)
		out = out.Intersect(reach.Groups(from, to, unresolved).Maybe.Union(gatewayTrafficTo(o.part, byGateway[o.tiers[i]])))
	}
	return out
}

// locationsForOutside returns the locations of a party to compare with the outside.
func (n *network) locationsForOutside(p *party) []reach.Location {
	if len(p.declaredSubnets) > 0 {
		return p.real.Locations()
	}
	return n.top.RepresentativesOutside(p.real)
}
