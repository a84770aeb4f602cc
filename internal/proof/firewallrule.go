package proof

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// compareFirewallRules compares the firewall by itself with the flows: traffic that it surely lets through, and that no flow declares, is a
// finding, although groups and network ACLs may still stop it.
func (n *network) compareFirewallRules() {
	i := n.model.Network.Inspection
	if i == nil || i.Mode != arch.Enforce {
		return
	}
	for _, a := range n.parties {
		if len(a.tiers) == 0 || a.imported {
			continue
		}
		for _, b := range n.parties {
			if a != b && len(b.tiers) > 0 && !b.imported {
				n.compareFirewallPair(a, b)
			}
		}
		parts := slices.DeleteFunc(n.top.Outsides(a.real, n.peersInFlows(a)), func(o reach.Outside) bool { return o.Inside || o.List != "" })
		n.compareFirewallOutside(a, parts, true)
		n.compareFirewallOutside(a, parts, false)
	}
}

// compareFirewallPair judges the connections that a opens to b.
func (n *network) compareFirewallPair(a, b *party) {
	found := firewallExcess{n: n, from: strings.Join(a.tiers, "+"), to: strings.Join(b.tiers, "+")}
	for _, from := range a.real.Locations() {
		for _, to := range b.real.Locations() {
			if from.Subnet != to.Subnet && from.Cell.Is6() == to.Cell.Is6() {
				found.add(reach.End{Class: a.real, Location: from}, reach.End{Class: b.real, Location: to},
					func() traffic.Set { return n.declaredFromTo(from.Subnet, to.Subnet) })
			}
		}
	}
	found.report(a, b)
}

// compareFirewallOutside judges the connections between a tier and addresses outside of the network, in one direction.
func (n *network) compareFirewallOutside(p *party, parts []reach.Outside, out bool) {
	found := firewallExcess{n: n, from: strings.Join(p.tiers, "+"), to: "addresses"}
	if !out {
		found.from, found.to = found.to, found.from
	}
	for _, part := range parts {
		for _, at := range n.locationsForOutside(p) {
			if at.Cell.Is6() != part.Cell.Is6() {
				continue
			}
			from, to := outsidePair{placed{p, at}, part, out}.ends(p.real)
			found.add(from, to, func() traffic.Set { return n.declaredWithAddresses(at.Subnet, out) })
		}
	}
	found.report(p)
}

// firewallExcess is what the firewall lets through between two peers beyond the flows, and the ends where that was found first.
type firewallExcess struct {
	n        *network
	from, to string
	extra    traffic.Set
	usual    traffic.Set // the part of extra that passes whatever port the client has, with answers
	ends     [2]reach.End
}

func (e *firewallExcess) add(from, to reach.End, declared func() traffic.Set) {
	passes, inspected := e.n.top.Inspected(from, to)
	if !inspected {
		return
	}
	more := passes.Maybe.Intersect(reach.FamilyOf(to)).Minus(declared())
	for _, m := range pathMTU {
		more = more.Minus(m.traffic)
	}
	if !more.IsEmpty() { // Who gets past the groups chooses a port that the rules let through, and may need no answers.
		more = more.Intersect(e.n.top.Sends(from, to))
	}
	if more.IsEmpty() {
		return
	}
	if e.extra.IsEmpty() {
		e.ends = [2]reach.End{from, to}
	}
	e.extra, e.usual = e.extra.Union(more), e.usual.Union(more.Intersect(passes.Sure))
}

func (e *firewallExcess) report(parties ...*party) {
	n := e.n
	if e.extra.IsEmpty() || n.isExcess(e.from, e.extra) || n.isExcess(e.to, e.extra) {
		return
	}
	service, _ := e.extra.First()
	clients := ""
	if !e.usual.Contains(e.extra) {
		clients = " for some source ports at least, or without answers"
	}
	n.report.Findings = append(n.report.Findings, Finding{
		Network: n.name(), From: e.from, To: e.to, Verdict: Weakened,
		What: "firewall rules for " + e.extra.String(), At: n.declaredLines(parties...),
		Reason: fmt.Sprintf("the network firewall allows %s from %s to %s%s, which no flow declares; another control may still stop it",
			e.extra, e.from, e.to, clients),
		Fix:   "remove the rule that allows it, or restore the default action that drops it; or declare the flow",
		Steps: slices.DeleteFunc(n.top.Explain(e.ends[0], e.ends[1], service), func(s reach.Step) bool { return s.Control != "firewall" }),
	})
}

// declaredFromTo returns the traffic of the flows from the tiers in one subnet to the tiers in another: a firewall knows addresses alone.
func (n *network) declaredFromTo(from, to *reach.Subnet) traffic.Set {
	var out traffic.Set
	for _, a := range n.ownership.tiersIn[from] {
		for _, b := range n.ownership.tiersIn[to] {
			for _, f := range n.flowsBetween[[2]string{a, b}] {
				out = out.Union(trafficOf(*f))
			}
		}
	}
	return out
}

// declaredWithAddresses returns the traffic of all flows between the tiers in a subnet and addresses, in one direction. Rules of the
// firewall may name every address where a flow names a list.
func (n *network) declaredWithAddresses(s *reach.Subnet, out bool) traffic.Set {
	var all traffic.Set
	for _, id := range n.ownership.tiersIn[s] {
		for _, f := range n.flowsWithAddresses[tierDirection{id, out}] {
			all = all.Union(trafficOf(*f))
		}
	}
	return all
}
