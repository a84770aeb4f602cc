package proof

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// An imported tier's group is somebody else's, and so are its own rules. The rules that the templates put into a group which is not in them
// are held against the flows like any other's: they open a network that is not ours. Of a group that is in them, what was declared of its
// egress is held against its rules.

// importedRules compares them, for each imported tier.
func (n *network) importedRules() {
	for _, t := range n.model.Tiers {
		if t.Imported == nil {
			continue
		}
		if !n.places[t.ID].real.Groups[0].Foreign {
			n.importedHere(t)
			continue
		}
		p, declared := n.places[t.ID], n.declared[t.ID]
		seen := &party{
			name: p.name, tiers: p.tiers, real: p.real.AsSeen(),
			declared: []*reach.Class{n.top.Class(p.name, []*reach.Group{declared}, p.real.Subnets)},
			abroad:   []*reach.Class{n.top.Class(p.name, []*reach.Group{n.far[t.ID]}, p.real.Subnets)},
		}
		parts := n.top.Outsides(seen.real, n.named(seen))
		group := p.real.Groups[0]
		n.byReference(p, group.Ingress, declared.Ingress, false)
		n.toward(seen, parts, false)
		open := t.Imported.Egress == arch.EgressOpen
		if !open { // Else everything may leave it, whatever its rules say.
			n.byReference(p, group.Egress, declared.Egress, true)
			n.toward(seen, parts, true)
		}
		for _, q := range n.parties {
			if len(q.tiers) > 0 && !q.imported {
				n.beyond(q, seen)
			}
			if len(q.tiers) > 0 && !q.imported && !open {
				n.beyond(seen, q)
			}
		}
	}
}

// importedHere holds a group that is in the templates against what was declared of it. Its rules with this network's tiers are compared as
// those of any other; those with others are its owner's, from which ours cannot be told.
func (n *network) importedHere(t arch.Tier) {
	g := n.places[t.ID].real.Groups[0]
	if !slices.ContainsFunc(n.others, func(o *network) bool { return o.owns(g) }) {
		n.report.Notes = append(n.report.Notes, fmt.Sprintf("%s: the group of the imported tier %s, %s, is in the templates; what it exchanges "+
			"with others than this network's tiers is its owner's, and is not held against any declaration",
			n.name(), t.ID, g.Label()))
	}
	open, unsure := opensEgress(g)
	f := Finding{Network: n.name(), From: t.ID, To: g.Label(), Verdict: Weakened, What: "egress", At: []diag.Position{t.At}}
	switch {
	case t.Imported.Egress == arch.EgressOpen && !open:
		f.Reason = fmt.Sprintf("%s was declared to let everything out (EgressOpen), and its group %s has egress rules that do not", t.ID,
			g.Label())
		f.Fix = "declare it as EgressRestricted"
	case t.Imported.Egress == arch.EgressOpen && unsure != "":
		f.Verdict, f.What = Unknown, "everything that "+t.ID+" sends"
		f.Reason = fmt.Sprintf("%s was declared to let everything out (EgressOpen), and of its group %s that is not sure: %s", t.ID, g.Label(),
			unsure)
	case t.Imported.Egress == arch.EgressRestricted && open:
		f.Reason = fmt.Sprintf("%s was declared to have egress rules of its own (EgressRestricted), and its group %s lets everything out", t.ID,
			g.Label())
		f.Fix = "declare it as EgressOpen: the first egress rule added to such a group takes away the one that lets everything out"
	default:
		return
	}
	n.report.Findings = append(n.report.Findings, f)
}

// owns reports whether a group is that of a tier of the network's own.
func (n *network) owns(g *reach.Group) bool {
	id, ok := n.groups[g]
	return ok && !n.places[id].imported
}

// opensEgress reports whether a group lets everything out to every IPv4 address; unsure says why it may not.
func opensEgress(g *reach.Group) (open bool, unsure string) {
	for _, r := range g.Egress {
		if r.Peer.Block == internet[0].Block && r.Traffic.Equal(traffic.Everything()) {
			if r.Unsure == "" {
				return true, ""
			}
			open, unsure = true, r.Unsure
		}
	}
	return open, unsure
}

// beyond finds what rules in an imported group carry with a tier of ours that neither flows between the two nor both ones'
// flows with addresses allow.
func (n *network) beyond(a, b *party) {
	if !reach.MayTalk(a.real, b.real) || n.reported(a, b) {
		return
	}
	c := comparison{n: n, from: a.name, to: b.name, at: n.at(a, b)}
	from, to := n.spots(a, b)
	for _, x := range from {
		for _, y := range to {
			if x.Cell.Is6() == y.Cell.Is6() {
				n.compare(&c, a, x, b, y, traffic.Set{}, n.declaredElsewhere(a, b))
			}
		}
	}
	c.finish()
}

// reported tells whether there is a finding of the two already.
func (n *network) reported(a, b *party) bool {
	return slices.ContainsFunc(n.report.Findings, func(f Finding) bool {
		return f.Network == n.name() && f.From == a.name && f.To == b.name
	})
}

// byReference compares the rules that name groups which are somebody else's as well. Where one end is ours, its own rules
// say what is carried.
func (n *network) byReference(p *party, ours, declared []reach.Rule, out bool) {
	allowed := map[*reach.Group]traffic.Set{}
	for _, r := range declared {
		allowed[r.Peer.Group] = allowed[r.Peer.Group].Union(r.Traffic)
	}
	for _, r := range ours {
		if r.Peer.Group == nil {
			continue
		}
		peer, flows := r.Peer.Group.Label(), traffic.Set{}
		if id, ok := n.groups[r.Peer.Group]; ok {
			if !n.places[id].imported {
				continue
			}
			peer, flows = id, allowed[n.declared[id]]
		}
		excess := r.Traffic.Minus(flows)
		service, found := excess.First()
		if !found {
			continue
		}
		f := Finding{
			Network: n.name(), From: peer, To: p.name, Verdict: Excess, Traffic: excess, At: n.at(p),
			Steps: []reach.Step{{
				Control: "security group", Where: p.real.Groups[0].Label(), Passes: true, Unsure: r.Unsure, Resource: r.Resource, Line: r.Line,
				Rule: fmt.Sprintf("a rule that lets in %s from %s", r.Traffic, r.Peer),
			}},
		}
		if out {
			f.From, f.To = f.To, f.From
			f.Steps[0].Rule = fmt.Sprintf("a rule that lets out %s to %s", r.Traffic, r.Peer)
		}
		f.Witness = Witness{From: f.From, To: f.To, Service: service}
		n.report.Findings = append(n.report.Findings, f)
	}
}
