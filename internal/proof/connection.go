package proof

import (
	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/reach"
)

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

// connection is traffic that is carried from one zone to another, with two ends that show it. If some of the traffic bypasses all
// middleboxes, the ends show that.
type connection struct {
	from, to reach.End
	bypasses bool // bypasses all middleboxes
}

// connectionsOf returns the connections of a flow while nothing fails. It computes them once.
func (n *network) connectionsOf(i int, flow arch.CheckedFlow, from, to *party) map[zonePair]connection {
	if n.connections[i] == nil {
		n.connections[i] = n.findConnections(n.top, flow, from, to)
	}
	return n.connections[i]
}

// findConnections returns the zones between which some traffic of a flow is carried, each pair with one connection.
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
			if known, ok := out[pair]; (!ok || !known.bypasses) && t.Carried(x, y).Maybe.Overlaps(traffic) {
				out[pair] = connection{x, y, !t.IsInspected(x, y)}
			}
		}
	}
	return out
}

// internetEnds holds ends that stand for the internet.
var internetEnds = reach.Internet()

// outsideEnds returns the ends of a flow outside of tiers. A block or list may have a route of its own: if all NAT gateways fail, a
// service is still reached through its gateway endpoint.
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

// endsOf returns the ends of a party, one for each location where its interfaces may be.
func endsOf(p *party) []reach.End {
	var out []reach.End
	for _, s := range p.real.Locations() {
		out = append(out, reach.End{Class: p.real, Location: s})
	}
	return out
}
