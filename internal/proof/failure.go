package proof

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
)

// failures tells what each zone's, NAT gateway's and endpoint's failure does to declared flows.
func (n *network) failures() {
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
		n.failure("zone "+zone, zone, lost...)
	}
	for _, part := range parts {
		n.failure(fmt.Sprintf("%s %s", part.Kind, part.Resource), "", part.Resource)
	}
}

// failure compares what flows carry with and without a part of the network. A flow dies for the interfaces of a zone if
// they could reach somebody before, and nobody after.
func (n *network) failure(part, zone string, lost ...*cfn.Resource) {
	f := Failure{Network: n.name(), Part: part}
	without := n.top
	if len(lost) > 0 {
		without = n.top.Without(lost...)
	}
	for i, flow := range n.model.Flows {
		if from, to, ok := n.ends(flow); ok {
			after := n.zonesOf(i, flow, from, to)
			if without != n.top && !n.top.Direct(from.class(), to.class()) {
				after = works(without, trafficOf(flow), from, to)
			}
			f.Dies = append(f.Dies, dies(flow, n.zonesOf(i, flow, from, to), after, zone)...)
		}
	}
	n.report.Failures = append(n.report.Failures, f)
}

// ends are the parties of a flow; for what is no tier, nil stands for the internet.
func (n *network) ends(f arch.Flow) (from, to *party, ok bool) {
	if f.From.Kind.IsTier() {
		from = n.places[f.From.Text]
	}
	if f.To.Kind.IsTier() {
		to = n.places[f.To.Text]
	}
	return from, to, from != nil || to != nil
}

// class is that of a party; nil for the internet.
func (p *party) class() *reach.Class {
	if p == nil {
		return nil
	}
	return p.real
}

// zonePair is where the near and the far end of a connection are; the far zone of the internet is empty.
type zonePair struct{ near, far string }

// zonesOf are the zones in which a flow works as long as nothing fails, computed once.
func (n *network) zonesOf(i int, flow arch.Flow, from, to *party) map[zonePair]bool {
	if n.zones[i] == nil {
		n.zones[i] = works(n.top, trafficOf(flow), from, to)
	}
	return n.zones[i]
}

// works tells between which zones some of the traffic is carried.
func works(t *reach.Topology, traffic reach.Traffic, from, to *party) map[zonePair]bool {
	near, far := from, to
	if near == nil {
		near, far = to, from
	}
	out := map[zonePair]bool{}
	for _, a := range spots(near) {
		for _, b := range spots(far) {
			pair := zonePair{near: a.Spot.Subnet.Zone}
			if b.Class != nil {
				pair.far = b.Spot.Subnet.Zone
			}
			x, y := a, b
			if from == nil {
				x, y = b, a
			}
			if !out[pair] && t.Carried(x, y).Maybe.Overlaps(traffic) {
				out[pair] = true
			}
		}
	}
	return out
}

// dies lists the zones of a flow's near end in which it worked with all parts and does not without one, or without a zone.
func dies(f arch.Flow, before, after map[zonePair]bool, zone string) []string {
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

// anybody is an address of the internet.
var anybody = reach.Internet()

func spots(p *party) []reach.End {
	if p == nil {
		return anybody
	}
	var out []reach.End
	for _, s := range p.real.Spots() {
		out = append(out, reach.End{Class: p.real, Spot: s})
	}
	return out
}
