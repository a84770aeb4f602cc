package proof

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// Prove compares the templates of an assembly with a declaration. The report holds the findings. The error says which parts of the
// declaration are not in the templates.
func Prove(a *cfn.Assembly, d *Declaration) (*Report, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	report := &Report{}
	top := reach.BuildWith(a, reach.Options{Distinct: groups(a, d), GapsAside: true})
	var problems []error
	var networks []*network
	owned := claims{}
	for _, declared := range d.Networks {
		n, err := bind(a, top, declared, report, owned)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		networks = append(networks, n)
	}
	resources := declaredResources(a, d.Controls)
	for _, n := range networks {
		n.resources = resources
		if len(n.model.Tiers) == 0 {
			n.report.Notes = append(n.report.Notes, n.name()+" declares no tiers, so there is nothing to compare")
		}
		n.otherNetworks = slices.DeleteFunc(slices.Clone(networks), func(o *network) bool { return o == n })
		n.reportGaps()
		n.checkSubnetAddresses()
		n.comparePairs()
		n.compareWithOutside()
		n.compareGuests()
		n.checkMembers()
		n.compareImportedTiers()
		n.checkInspection()
		n.checkClientAddresses()
		n.checkWebEntries()
		n.checkWebRequests()
		n.checkUndeclaredResources()
		n.checkOpenACLs()
		n.compareGroupRules()
		n.compareACLEntries()
		problems = append(problems, n.checkRoutes(), n.compareGrants())
		n.reportFailures()
	}
	problems = append(problems, report.compareControls(a, d.Controls))
	for _, text := range append(slices.Clone(standingAssumptions), top.Assumptions...) {
		report.assume("%s", text)
	}
	report.sort()
	return report, errors.Join(problems...)
}

// standingAssumptions lists the assumptions of every proof.
var standingAssumptions = []string{
	reach.Unfiltered,
	"connections that are open when a rule is removed continue until they end (EC2 User Guide, connection tracking)",
	"account-wide settings outside these templates, such as VPC Block Public Access, change nothing",
	"nobody adds rules outside the templates",
}

func (r *Report) assume(format string, args ...any) {
	r.Assumptions = append(r.Assumptions, fmt.Sprintf(format, args...))
}

// difference compares what is carried with what is declared: allowed is the traffic that may be carried, required the traffic that must be.
func difference(carried traffic.Carried, allowed, required traffic.Set) map[Verdict]traffic.Set {
	if allowed.Contains(carried.Maybe) && carried.Sure.Contains(required) {
		return nil
	}
	out := map[Verdict]traffic.Set{
		Excess:  carried.Sure.Minus(allowed),
		Missing: required.Minus(carried.Maybe),
	}
	doubt := carried.Maybe.Minus(allowed).Union(required.Minus(carried.Sure))
	out[Unknown] = doubt.Minus(out[Excess]).Minus(out[Missing])
	return out
}

// inDoubt compares under an assumption that may be wrong, so traffic beyond what is allowed is only unknown. Required traffic does not
// depend on such assumptions.
func inDoubt(carried traffic.Carried, allowed traffic.Set) map[Verdict]traffic.Set {
	return map[Verdict]traffic.Set{Unknown: carried.Maybe.Minus(allowed)}
}

// comparePairs compares the traffic between all parties.
func (n *network) comparePairs() {
	for _, c := range n.candidates() {
		n.comparePair(c[0], c[1])
	}
}

// comparePair compares the connections that a opens to b, in all places where their interfaces may be. The traffic of flows between the two must
// be carried. The traffic that only follows from flows with addresses may be carried.
func (n *network) comparePair(a, b *party) {
	if a.imported && b.imported {
		return // Both ends have other owners.
	}
	pair := Pair{Network: n.name(), From: a.name, To: b.name, Declared: n.declaredBetween(a, b)}
	c := comparison{n: n, from: a.name, to: b.name, at: n.declaredLines(a, b), unusual: cmp.Or(a.unusual, b.unusual)}
	elsewhere := n.declaredByOtherNetworks(a, b)
	spotsA, spotsB := n.locations(a, b)
	for _, from := range spotsA {
		for _, to := range spotsB {
			if from.Cell.Is6() != to.Cell.Is6() {
				continue
			}
			pair.Carried = pair.Carried.Union(n.compareAt(&c, a, from, b, to, pair.Declared, elsewhere))
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

// compareAt compares one place of a with one place of b and returns the traffic that is certainly carried. Rules about addresses that are
// known only at deployment are compared twice: as if they do not match the two ends, and as if they do.
func (n *network) compareAt(c *comparison, a *party, from reach.Location, b *party, to reach.Location, declared, elsewhere traffic.Set) traffic.Set {
	ends := [2]reach.End{{Class: a.real, Location: from}, {Class: b.real, Location: to}}
	carried := n.top.CarriedIf(ends[0], ends[1], reach.IgnoreUnresolved)
	may := allowed(a, from, b, to, reach.IgnoreUnresolved).Union(elsewhere)
	required := declared.Intersect(reach.Family(to.Cell))
	if a.unusual != "" || b.unusual != "" {
		required = required.Intersect(may)
	}
	c.add(ends[0], ends[1], difference(carried, may, required))
	if a.isVague() || b.isVague() {
		within := n.top.CarriedIf(ends[0], ends[1], reach.MatchUnresolved)
		c.add(ends[0], ends[1], inDoubt(within, allowed(a, from, b, to, reach.MatchUnresolved).Union(elsewhere)))
	}
	return carried.Sure
}

// allowed returns the traffic that the flows allow from one place to another.
func allowed(a *party, from reach.Location, b *party, to reach.Location, held reach.Unresolved) traffic.Set {
	if !a.mayBeIn(from.Subnet) || !b.mayBeIn(to.Subnet) {
		return traffic.Set{}
	}
	out := traffic.Everything()
	for _, x := range a.declared {
		for _, y := range b.declared {
			out = out.Intersect(reach.Groups(reach.End{Class: x, Location: from}, reach.End{Class: y, Location: to}, held).Maybe)
		}
	}
	return out
}

// locations returns the places of two parties to compare with each other.
func (n *network) locations(a, b *party) (from, to []reach.Location) {
	if len(a.declaredSubnets)+len(b.declaredSubnets) > 0 {
		return a.real.Locations(), b.real.Locations()
	}
	return n.top.Representatives(a.real, b.real, slices.Concat(a.declared, b.declared)...)
}

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

// declaredBetween returns the traffic of the flows between two parties.
func (n *network) declaredBetween(a, b *party) traffic.Set {
	var out traffic.Set
	for _, f := range n.flows(a, b) {
		out = out.Union(trafficOf(f))
	}
	return out
}

// declaredByOtherNetworks returns the traffic that other networks of the app, which import one of the two parties, declare between them.
func (n *network) declaredByOtherNetworks(a, b *party) traffic.Set {
	var out traffic.Set
	for _, other := range n.otherNetworks {
		for _, from := range a.real.Groups {
			for _, to := range b.real.Groups {
				for _, f := range other.flowsBetween[[2]string{other.groups[from], other.groups[to]}] {
					out = out.Union(trafficOf(f))
				}
			}
		}
	}
	return out
}

func (n *network) flows(a, b *party) []arch.CheckedFlow {
	var out []arch.CheckedFlow
	for _, from := range a.tiers {
		for _, to := range b.tiers {
			out = append(out, n.flowsBetween[[2]string{from, to}]...)
		}
	}
	return out
}

// declaredLines returns the lines that declare the flows between two parties, or the tiers if there are no such flows.
func (n *network) declaredLines(parties ...*party) []diag.Position {
	if len(parties) == 2 {
		if flows := n.flows(parties[0], parties[1]); len(flows) > 0 {
			return positions(flows)
		}
	}
	var out []diag.Position
	for _, p := range parties {
		for _, id := range p.tiers {
			t, _ := n.model.Tier(id)
			out = append(out, t.At)
		}
	}
	return out
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

// reportGaps reports the unknowns of the templates that affect the network.
func (n *network) reportGaps() {
	for _, g := range n.top.Gaps {
		isTier := func(group *reach.Group) bool { _, ok := n.groups[group]; return ok }
		if slices.Contains(n.top.VPCsOf(g), n.vpc) || slices.ContainsFunc(g.Groups, isTier) || g.IsIdle() {
			n.report.Findings = append(n.report.Findings, Finding{
				Network: n.name(), From: g.Resource.String(), To: "the network", Verdict: Unknown, Traffic: traffic.Everything(), Reason: g.Reason,
				Steps: []reach.Step{{Control: "resource", Where: g.Resource.String(), Passes: true, Unsure: g.Reason, Rule: g.Resource.Type, Resource: g.Resource}},
			})
		}
	}
}
