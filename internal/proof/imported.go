package proof

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// The group of an imported tier has another owner, and so have the rules in it. If the group is not in the templates, the rules that the
// templates add to it are compared with the flows, because they open the network of the other owner. If the group is in the templates, its
// egress rules are compared with the declared egress.

// compareImportedTiers compares the rules of each imported tier.
func (n *network) compareImportedTiers() {
	for _, t := range n.model.Tiers {
		if t.Imported == nil {
			continue
		}
		if !n.partyOf[t.ID].real.Groups[0].Foreign {
			n.compareImportedInTemplates(t)
			continue
		}
		p, declared := n.partyOf[t.ID], n.declared[t.ID]
		seen := &party{
			name: p.name, tiers: p.tiers, real: p.real.AsSeen(),
			declared:        []*reach.Class{n.top.Class(p.name, []*reach.Group{declared}, p.real.Subnets)},
			declaredOutside: []*reach.Class{n.top.Class(p.name, []*reach.Group{n.declaredOutside[t.ID]}, p.real.Subnets)},
		}
		parts := n.top.Outsides(seen.real, n.peersInFlows(seen))
		group := p.real.Groups[0]
		n.compareReferences(p, group.Ingress, declared.Ingress, false)
		n.compareDirection(seen, parts, false)
		open := t.Imported.Egress == arch.EgressOpen
		if !open { // Otherwise the group allows all egress anyway.
			n.compareReferences(p, group.Egress, declared.Egress, true)
			n.compareDirection(seen, parts, true)
		}
		for _, q := range n.parties {
			if len(q.tiers) > 0 && !q.imported {
				n.compareWithImported(q, seen)
			}
			if len(q.tiers) > 0 && !q.imported && !open {
				n.compareWithImported(seen, q)
			}
		}
	}
}

// compareImportedInTemplates compares the egress of a group that is in the templates with the declared egress. Its rules about tiers of
// this network are compared like those of any other group. Its rules about others cannot be told apart from the rules of its owner.
func (n *network) compareImportedInTemplates(t arch.Tier) {
	g := n.partyOf[t.ID].real.Groups[0]
	if !slices.ContainsFunc(n.otherNetworks, func(o *network) bool { return o.owns(g) }) {
		n.report.Notes = append(n.report.Notes, fmt.Sprintf("%s: the group of the imported tier %s, %s, is in the templates; its traffic with "+
			"anything but the tiers of this network belongs to its owner and is not checked",
			n.name(), t.ID, g.Label()))
	}
	open, unsure := opensEgress(g)
	f := Finding{Network: n.name(), From: t.ID, To: g.Label(), Verdict: Weakened, What: "egress", At: []diag.Position{t.At}}
	switch {
	case t.Imported.Egress == arch.EgressOpen && !open:
		f.Reason = fmt.Sprintf("%s is declared to allow all egress (%s), but the egress rules of its group %s do not allow all", t.ID,
			n.say("EgressOpen", "`egress: open`"), g.Label())
		f.Fix = n.say("declare the tier as EgressRestricted", "declare the tier with `egress: restricted`")
	case t.Imported.Egress == arch.EgressOpen && unsure != "":
		f.Verdict, f.What = Unknown, "everything that "+t.ID+" sends"
		f.Reason = fmt.Sprintf("%s is declared to allow all egress (%s), but it is unknown whether its group %s does: %s",
			t.ID, n.say("EgressOpen", "`egress: open`"), g.Label(), unsure)
	case t.Imported.Egress == arch.EgressRestricted && open:
		f.Reason = fmt.Sprintf("%s is declared to restrict egress (%s), but its group %s allows all egress", t.ID,
			n.say("EgressRestricted", "`egress: restricted`"), g.Label())
		f.Fix = n.say("declare the tier as EgressOpen", "declare the tier with `egress: open`") +
			": the first egress rule that is added to such a group removes the rule that allows all egress"
	default:
		return
	}
	n.report.Findings = append(n.report.Findings, f)
}

// owns reports whether a group belongs to a tier of the network that is not imported.
func (n *network) owns(g *reach.Group) bool {
	id, ok := n.groups[g]
	return ok && !n.partyOf[id].imported
}

// opensEgress reports whether a group allows all traffic to every IPv4 address. If unsure is set, it says why this is not certain.
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

// compareWithImported finds traffic between an imported group and a tier of this network that no flow allows: neither flows between the two
// nor their flows with addresses.
func (n *network) compareWithImported(a, b *party) {
	if !reach.MayTalk(a.real, b.real) || n.reported(a, b) {
		return
	}
	c := comparison{n: n, from: a.name, to: b.name, at: n.declaredLines(a, b)}
	from, to := n.locations(a, b)
	for _, x := range from {
		for _, y := range to {
			if x.Cell.Is6() == y.Cell.Is6() {
				n.compareAt(&c, placed{a, x}, placed{b, y}, traffic.Set{}, n.declaredByOtherNetworks(a, b))
			}
		}
	}
	c.finish()
}

// reported reports whether there is already a finding about the two.
func (n *network) reported(a, b *party) bool {
	return slices.ContainsFunc(n.report.Findings, func(f Finding) bool {
		return f.Network == n.name() && f.From == a.name && f.To == b.name
	})
}

// compareReferences compares the rules that refer to groups of other owners. If one end belongs to this network, the rules of that end
// decide instead.
func (n *network) compareReferences(p *party, ours, declared []reach.Rule, out bool) {
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
			if !n.partyOf[id].imported {
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
			Network: n.name(), From: peer, To: p.name, Verdict: Excess, Traffic: excess, At: n.declaredLines(p),
			Steps: []reach.Step{{
				Control: "security group", Where: p.real.Groups[0].Label(), Passes: true, Unsure: r.Unsure, Resource: r.Resource, Line: r.Line,
				Rule: fmt.Sprintf("a rule that allows ingress of %s from %s", r.Traffic, r.Peer),
			}},
		}
		if out {
			f.From, f.To = f.To, f.From
			f.Steps[0].Rule = fmt.Sprintf("a rule that allows egress of %s to %s", r.Traffic, r.Peer)
		}
		f.Witness = Witness{From: f.From, To: f.To, Service: service}
		n.report.Findings = append(n.report.Findings, f)
	}
}
