package proof

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// comparePairs compares the traffic between all parties.
func (n *network) comparePairs() {
	for _, c := range n.candidates() {
		n.comparePair(c[0], c[1])
	}
}

// comparePair compares the connections that a opens to b, in all places where their interfaces may be. The traffic of flows between the two
// must be carried. The traffic that only follows from flows with addresses may be carried.
func (n *network) comparePair(a, b *party) {
	if a.imported && b.imported {
		return // Both ends have other owners.
	}
	pair := Pair{Network: n.name(), From: a.name, To: b.name, Declared: n.declaredBetween(a, b)}
	c := comparison{n: n, from: a.name, to: b.name, at: n.declaredLines(a, b), unusual: cmp.Or(a.unusual, b.unusual)}
	alsoAllowed := n.declaredByOtherNetworks(a, b)
	locationsA, locationsB := n.locations(a, b)
	for _, from := range locationsA {
		for _, to := range locationsB {
			if from.Cell.Is6() != to.Cell.Is6() {
				continue
			}
			pair.Carried = pair.Carried.Union(n.compareAt(&c, placed{a, from}, placed{b, to}, pair.Declared, alsoAllowed))
		}
	}
	pair.Verdict = c.finish()
	if !pair.Declared.IsEmpty() || !pair.Carried.IsEmpty() || pair.Verdict != Exact {
		n.report.Pairs = append(n.report.Pairs, pair)
	}
	if len(a.tiers) > 0 && len(b.tiers) > 0 {
		n.noteByAddresses(pair)
	}
}

// placed is a party at one of the locations where its interfaces may be.
type placed struct {
	*party
	at reach.Location
}

// end returns the party as an end of traffic.
func (p placed) end() reach.End { return reach.End{Class: p.real, Location: p.at} }

// compareAt compares a with b, each at one location, and returns the traffic that is certainly carried. alsoAllowed is traffic that other
// networks declare. Rules about addresses that are known only at deployment are compared twice: as if they do not match the two ends, and
// as if they do.
func (n *network) compareAt(c *comparison, a, b placed, declared, alsoAllowed traffic.Set) traffic.Set {
	carried := n.top.CarriedIf(a.end(), b.end(), reach.IgnoreUnresolved)
	may := allowed(a, b, reach.IgnoreUnresolved).Union(alsoAllowed)
	required := declared.Intersect(reach.Family(b.at.Cell))
	if a.unusual != "" || b.unusual != "" {
		required = required.Intersect(may)
	}
	c.add(a.end(), b.end(), difference(carried, may, required))
	if a.isVague() || b.isVague() {
		ifMatched := n.top.CarriedIf(a.end(), b.end(), reach.MatchUnresolved)
		c.add(a.end(), b.end(), inDoubt(ifMatched, allowed(a, b, reach.MatchUnresolved).Union(alsoAllowed)))
	}
	return carried.Sure
}

// allowed returns the traffic that the flows allow from a to b.
func allowed(a, b placed, unresolved reach.Unresolved) traffic.Set {
	if !a.mayBeIn(a.at.Subnet) || !b.mayBeIn(b.at.Subnet) {
		return traffic.Set{}
	}
	out := traffic.Everything()
	for _, x := range a.declared {
		for _, y := range b.declared {
			from, to := reach.End{Class: x, Location: a.at}, reach.End{Class: y, Location: b.at}
			out = out.Intersect(reach.Groups(from, to, unresolved).Maybe)
		}
	}
	return out
}

// locations returns the locations of two parties to compare with each other.
func (n *network) locations(a, b *party) (from, to []reach.Location) {
	if len(a.declaredSubnets)+len(b.declaredSubnets) > 0 {
		return a.real.Locations(), b.real.Locations()
	}
	return n.top.Representatives(a.real, b.real, slices.Concat(a.declared, b.declared)...)
}

// isVague reports whether rules about the party name addresses that are known only at deployment.
func (p *party) isVague() bool {
	return p.real.IsVague() || slices.ContainsFunc(p.declared, (*reach.Class).IsVague)
}

// noteByAddresses adds a note about traffic that no single flow declares, because flows open both ends to the addresses of the other.
func (n *network) noteByAddresses(p Pair) {
	if extra := p.Carried.Minus(p.Declared); p.Verdict == Exact && !extra.IsEmpty() {
		n.report.Notes = append(n.report.Notes, fmt.Sprintf("%s: %s reaches %s on %s, because flows with addresses open both ends: "+
			"%s may connect to the addresses of %s, and %s may be reached from the addresses of %s",
			p.Network, p.From, p.To, extra, p.From, p.To, p.To, p.From))
	}
}

// candidates returns the ordered pairs that contain a tier and may carry traffic or are declared to.
func (n *network) candidates() [][2]*party {
	classes := make([]*reach.Class, len(n.parties))
	byTier := map[string][]int{}
	for i, p := range n.parties {
		classes[i] = p.real
		for _, id := range p.tiers {
			byTier[id] = append(byTier[id], i)
		}
	}
	pairs := reach.Pairs(classes)
	for key := range n.flowsBetween {
		for _, i := range byTier[key[0]] {
			for _, j := range byTier[key[1]] {
				pairs = append(pairs, [2]int{i, j})
			}
		}
	}
	slices.SortFunc(pairs, func(a, b [2]int) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	var out [][2]*party
	for _, pair := range slices.Compact(pairs) {
		a, b := n.parties[pair[0]], n.parties[pair[1]]
		if len(a.tiers) > 0 || len(b.tiers) > 0 {
			out = append(out, [2]*party{a, b})
		}
	}
	return out
}
