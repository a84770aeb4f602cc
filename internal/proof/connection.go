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
	zones    zonePair
	from, to *reach.End
	bypasses bool // bypasses all middleboxes
}

// connections holds at most one connection for each pair of zones.
type connections []connection

// between returns the connection between a pair of zones, or nil.
func (c connections) between(zones zonePair) *connection {
	for i := range c {
		if c[i].zones == zones {
			return &c[i]
		}
	}
	return nil
}

// connectionsOf returns the connections of a flow while nothing fails. It computes them once.
func (n *network) connectionsOf(i int, flow arch.CheckedFlow, from, to *party) connections {
	known, ok := n.connections[i]
	if !ok {
		known = n.findConnections(n.top, flow, from, to)
		n.connections[i] = known
	}
	return known
}

// findConnections returns the zones between which some traffic of a flow is carried, each pair with one connection.
func (n *network) findConnections(t *reach.Topology, flow arch.CheckedFlow, from, to *party) connections {
	near, far, traffic := from, to, trafficOf(flow)
	if near == nil {
		near, far = to, from
	}
	there := n.outsideEnds(flow)
	if far != nil {
		there = far.ends()
	}
	var out connections
	for i := range near.ends() {
		for j := range there {
			x, y := &near.ends()[i], &there[j]
			zones := zonePair{near: x.Location.Subnet.Zone}
			if y.Class != nil {
				zones.far = y.Location.Subnet.Zone
			}
			if from == nil {
				x, y = y, x
			}
			known := out.between(zones)
			if known != nil && known.bypasses || !t.Carried(*x, *y).Maybe.Overlaps(traffic) {
				continue
			}
			found := connection{zones, x, y, !t.IsInspected(*x, *y)}
			if known != nil {
				*known = found
			} else {
				if out == nil {
					out = make(connections, 0, min(len(near.ends())*len(there), 9)) // three zones at each end
				}
				out = append(out, found)
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

// ends returns the ends of a party, one for each location where its interfaces may be. They are computed once.
func (p *party) ends() []reach.End {
	if locations := p.real.Locations(); len(p.known) != len(locations) {
		p.known = make([]reach.End, len(locations))
		for i, at := range locations {
			p.known[i] = reach.End{Class: p.real, Location: at}
		}
	}
	return p.known
}
