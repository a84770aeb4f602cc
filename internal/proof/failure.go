package proof

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// reportFailures reports the effect on declared flows if a zone, a NAT gateway or an endpoint fails.
func (n *network) reportFailures() {
	zones := map[string]bool{}
	for _, p := range n.parties {
		for _, s := range p.real.Subnets {
			if s.Resource != nil && s.VPC == n.vpc {
				zones[s.Zone] = true
			}
		}
	}
	parts := n.top.Parts(n.vpc)
	for _, zone := range slices.Sorted(maps.Keys(zones)) {
		var lost []*cfn.Resource
		for _, part := range parts {
			if part.Zone == zone {
				lost = append(lost, part.Resource)
			}
		}
		n.reportFailure("zone "+zone, zone, lost...)
	}
	for _, part := range parts {
		n.reportFailure(fmt.Sprintf("%s %s", part.Kind, part.Resource), "", part.Resource)
	}
}

// reportFailure compares what flows carry with and without a part of the network. A flow dies for the interfaces in a zone if they reach
// somebody before the failure and nobody after it.
func (n *network) reportFailure(part, zone string, lost ...*cfn.Resource) {
	f := Failure{Network: n.name(), Part: part}
	without := n.top
	if len(lost) > 0 {
		without = n.top.Without(lost...)
	}
	for i, flow := range n.model.Flows {
		if from, to, ok := n.ends(flow); ok {
			before, after := n.connectionsOf(i, flow, from, to), n.connectionsOf(i, flow, from, to)
			if without != n.top && !n.top.Direct(from.class(), to.class()) {
				after = n.findConnections(without, flow, from, to)
			}
			f.Dies = append(f.Dies, stoppedZones(flow, before, after, zone)...)
			f.Bypasses = append(f.Bypasses, bypassedZones(flow, before, after)...)
		}
	}
	n.report.Failures = append(n.report.Failures, f)
}

// ends returns the parties of a flow. An end that is not a tier is nil and stands for the internet.
func (n *network) ends(f arch.CheckedFlow) (from, to *party, ok bool) {
	if f.From.Kind.IsTier() {
		from = n.partyOf[f.From.Text]
	}
	if f.To.Kind.IsTier() {
		to = n.partyOf[f.To.Text]
	}
	return from, to, from != nil || to != nil
}

// class returns the class of a party, or nil for the internet.
func (p *party) class() *reach.Class {
	if p == nil {
		return nil
	}
	return p.real
}

// zonePair holds the zones of the near and the far end of a connection. The far zone of the internet is empty.
type zonePair struct{ near, far string }

// connection is one way of traffic from one zone to another: the ends between which it was found. If some way bypasses all middleboxes, it is
// such a way.
type connection struct {
	from, to reach.End
	bypasses bool
}

// connectionsOf returns the ways of a flow while nothing fails. It computes them once.
func (n *network) connectionsOf(i int, flow arch.CheckedFlow, from, to *party) map[zonePair]connection {
	if n.connections[i] == nil {
		n.connections[i] = n.findConnections(n.top, flow, from, to)
	}
	return n.connections[i]
}

// findConnections returns the zones between which some traffic of a flow is carried, and how.
func (n *network) findConnections(t *reach.Topology, flow arch.CheckedFlow, from, to *party) map[zonePair]connection {
	near, far, traffic := from, to, trafficOf(flow)
	if near == nil {
		near, far = to, from
	}
	ends := n.outsideEnds(flow)
	if far != nil {
		ends = endsOf(far)
	}
	out := map[zonePair]connection{}
	for _, a := range endsOf(near) {
		for _, b := range ends {
			pair := zonePair{near: a.Location.Subnet.Zone}
			if b.Class != nil {
				pair.far = b.Location.Subnet.Zone
			}
			x, y := a, b
			if from == nil {
				x, y = b, a
			}
			if w, ok := out[pair]; (!ok || !w.bypasses) && t.Carried(x, y).Maybe.Overlaps(traffic) {
				out[pair] = connection{x, y, !t.IsInspected(x, y)}
			}
		}
	}
	return out
}

// stoppedZones lists the zones of the near end of a flow in which the flow works before the failure of a part or zone and does not work after it.
func stoppedZones(f arch.CheckedFlow, before, after map[zonePair]connection, zone string) []string {
	died := map[string]bool{}
	for pair := range before {
		if zone == "" || pair.near != zone {
			died[pair.near] = true
		}
	}
	for pair := range after {
		if zone == "" || pair.far != zone {
			delete(died, pair.near)
		}
	}
	var out []string
	for _, z := range slices.Sorted(maps.Keys(died)) {
		out = append(out, fmt.Sprintf("%s in zone %s", f.SubjectString(), z))
	}
	return out
}

// isInspected reports whether the flow is declared to pass a middlebox.
func isInspected(f arch.CheckedFlow) bool {
	return f.Path.Kind == arch.Inspected && f.Path.Mode != arch.Prepare
}

// bypassedZones lists the zones of the near end of an inspected flow from which it bypasses the inspection after the failure.
func bypassedZones(f arch.CheckedFlow, before, after map[zonePair]connection) []string {
	if !isInspected(f) {
		return nil
	}
	zones := map[string]bool{}
	for pair, w := range after {
		if w.bypasses && !before[pair].bypasses {
			zones[pair.near] = true
		}
	}
	var out []string
	for _, z := range slices.Sorted(maps.Keys(zones)) {
		out = append(out, fmt.Sprintf("%s in zone %s", f.SubjectString(), z))
	}
	return out
}

// checkInspection finds flows that are declared to be inspected and bypass the inspection.
func (n *network) checkInspection() {
	for i, f := range n.model.Flows {
		from, to, ok := n.ends(f)
		if !isInspected(f) || !ok {
			continue
		}
		all := n.connectionsOf(i, f, from, to)
		for _, pair := range slices.SortedFunc(maps.Keys(all), func(a, b zonePair) int {
			return cmp.Or(cmp.Compare(a.near, b.near), cmp.Compare(a.far, b.far))
		}) {
			if w := all[pair]; w.bypasses {
				c := comparison{n: n, from: f.From.String(), to: f.To.String(), at: f.At, bypass: true}
				c.add(w.from, w.to, map[Verdict]traffic.Set{Excess: n.top.Carried(w.from, w.to).Maybe.Intersect(trafficOf(f))})
				c.finish()
				break // One bypass of a flow is enough.
			}
		}
	}
}

// internetEnds holds ends that stand for the internet.
var internetEnds = reach.Internet()

// outsideEnds returns the ends of a flow outside of tiers. A block or list may have a way of its own: a service is still reached through its
// gateway endpoint if all NAT gateways fail.
func (n *network) outsideEnds(f arch.CheckedFlow) []reach.End {
	far := f.To
	if far.Kind.IsTier() {
		far = f.From
	}
	if far.Kind == arch.PrefixList || far.Kind == arch.CIDR {
		if peers, err := n.peersOf(far); err == nil {
			return reach.EndsOfPeers(peers)
		}
	}
	return internetEnds
}

// endsOf returns the ends of a party, one for each place where its interfaces may be.
func endsOf(p *party) []reach.End {
	var out []reach.End
	for _, s := range p.real.Locations() {
		out = append(out, reach.End{Class: p.real, Location: s})
	}
	return out
}
