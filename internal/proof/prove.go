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

// Prove holds the templates of an assembly against the networks declared in it. The error says which declaration cannot
// be found in the templates; findings are in the report.
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
	resources := made(a, d.Controls)
	for _, n := range networks {
		n.resources = resources
		if len(n.model.Tiers) == 0 {
			n.report.Notes = append(n.report.Notes, n.name()+" declares no tiers: nothing is held against it")
		}
		n.others = slices.DeleteFunc(slices.Clone(networks), func(o *network) bool { return o == n })
		n.gaps()
		n.placement()
		n.pairs()
		n.outside()
		n.guests()
		n.members()
		n.importedRules()
		n.inspection()
		n.clientAddresses()
		n.webEntries()
		n.webRequests()
		n.strays()
		n.networkACLs()
		n.groupRules()
		n.aclEntries()
		problems = append(problems, n.declaredWays(), n.accesses())
		n.failures()
	}
	problems = append(problems, report.controls(a, d.Controls))
	for _, text := range append(slices.Clone(standing), top.Assumptions...) {
		report.assume("%s", text)
	}
	report.sort()
	return report, errors.Join(problems...)
}

// standing are the assumptions of every proof.
var standing = []string{
	reach.Unfiltered,
	"connections that were open before a rule was taken away live on until they end (EC2 User Guide, connection tracking)",
	"account-wide settings that no template here makes, such as VPC Block Public Access, are not seen",
	"rules that somebody adds outside the templates are not seen",
}

func (r *Report) assume(format string, args ...any) {
	r.Assumptions = append(r.Assumptions, fmt.Sprintf(format, args...))
}

// difference compares what is carried with what was declared: allowed is all that may be carried, required what must be.
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

// inDoubt compares under an assumption that may not hold: what is then carried beyond what is allowed leaves the verdict
// open. What is required does not depend on such assumptions.
func inDoubt(carried traffic.Carried, allowed traffic.Set) map[Verdict]traffic.Set {
	return map[Verdict]traffic.Set{Unknown: carried.Maybe.Minus(allowed)}
}

// pairs compares what the parties carry between each other.
func (n *network) pairs() {
	for _, c := range n.candidates() {
		n.pair(c[0], c[1])
	}
}

// pair compares the traffic that a opens to b, wherever their interfaces are. What flows between the two say must be
// carried; what follows from flows to and from addresses may be.
func (n *network) pair(a, b *party) {
	if a.imported && b.imported {
		return // Both ends are somebody else's.
	}
	pair := Pair{Network: n.name(), From: a.name, To: b.name, Declared: n.declaredBetween(a, b)}
	c := comparison{n: n, from: a.name, to: b.name, at: n.at(a, b), why: cmp.Or(a.why, b.why)}
	elsewhere := n.declaredElsewhere(a, b)
	spotsA, spotsB := n.spots(a, b)
	for _, from := range spotsA {
		for _, to := range spotsB {
			if from.Cell.Is6() != to.Cell.Is6() {
				continue
			}
			pair.Carried = pair.Carried.Union(n.compare(&c, a, from, b, to, pair.Declared, elsewhere))
		}
	}
	pair.Verdict = c.finish()
	if !pair.Declared.IsEmpty() || !pair.Carried.IsEmpty() || pair.Verdict != Exact {
		n.report.Pairs = append(n.report.Pairs, pair)
	}
	if len(a.tiers) > 0 && len(b.tiers) > 0 {
		n.note(pair)
	}
}

// compare compares one place of a with one of b and returns what is surely carried. Rules on addresses that only a
// deployment knows are compared twice: as if they did not name the two ends, and as if they did.
func (n *network) compare(c *comparison, a *party, from reach.Location, b *party, to reach.Location, declared, elsewhere traffic.Set) traffic.Set {
	ends := [2]reach.End{{Class: a.real, Location: from}, {Class: b.real, Location: to}}
	carried := n.top.CarriedIf(ends[0], ends[1], reach.IgnoreUnresolved)
	may := allowed(a, from, b, to, reach.IgnoreUnresolved).Union(elsewhere)
	required := declared.Intersect(reach.Family(to.Cell))
	if a.why != "" || b.why != "" {
		required = required.Intersect(may)
	}
	c.add(ends[0], ends[1], difference(carried, may, required))
	if a.isVague() || b.isVague() {
		within := n.top.CarriedIf(ends[0], ends[1], reach.MatchUnresolved)
		c.add(ends[0], ends[1], inDoubt(within, allowed(a, from, b, to, reach.MatchUnresolved).Union(elsewhere)))
	}
	return carried.Sure
}

// allowed is what the flows allow from one place to another.
func allowed(a *party, from reach.Location, b *party, to reach.Location, held reach.Unresolved) traffic.Set {
	if !a.isAt(from.Subnet) || !b.isAt(to.Subnet) {
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

// spots are the places of two parties to compare with each other.
func (n *network) spots(a, b *party) (from, to []reach.Location) {
	if len(a.homes)+len(b.homes) > 0 {
		return a.real.Locations(), b.real.Locations()
	}
	return n.top.Representatives(a.real, b.real, slices.Concat(a.declared, b.declared)...)
}

func (p *party) isVague() bool {
	return p.real.IsVague() || slices.ContainsFunc(p.declared, (*reach.Class).IsVague)
}

// note tells of traffic that no single flow declares: both ends are open to the addresses of the other.
func (n *network) note(p Pair) {
	if extra := p.Carried.Minus(p.Declared); p.Verdict == Exact && !extra.IsEmpty() {
		n.report.Notes = append(n.report.Notes, fmt.Sprintf("%s: %s reaches %s on %s, as it may reach, and %s may be reached from, any address that the flows name",
			p.Network, p.From, p.To, extra, p.To))
	}
}

// declaredBetween is what flows between the two say.
func (n *network) declaredBetween(a, b *party) traffic.Set {
	var out traffic.Set
	for _, f := range n.flows(a, b) {
		out = out.Union(trafficOf(f))
	}
	return out
}

// declaredElsewhere is what another network of the app, which has imported one of the two, declares between them.
func (n *network) declaredElsewhere(a, b *party) traffic.Set {
	var out traffic.Set
	for _, other := range n.others {
		for _, from := range a.real.Groups {
			for _, to := range b.real.Groups {
				for _, f := range other.between[[2]string{other.groups[from], other.groups[to]}] {
					out = out.Union(trafficOf(f))
				}
			}
		}
	}
	return out
}

func (n *network) flows(a, b *party) []arch.Flow {
	var out []arch.Flow
	for _, from := range a.tiers {
		for _, to := range b.tiers {
			out = append(out, n.between[[2]string{from, to}]...)
		}
	}
	return out
}

// at are the lines to look at: the flows between the two, or else the tiers.
func (n *network) at(parties ...*party) []diag.Position {
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

// candidates are the ordered pairs with a tier in them that could carry something, or were declared to.
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
	for key := range n.between {
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

// gaps reports what is not understood and touches the network.
func (n *network) gaps() {
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
