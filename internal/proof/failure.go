package proof

import (
	"fmt"
	"maps"
	"slices"

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
	without := n.top.Without(lost...)
	for _, flow := range n.model.Flows {
		for _, from := range n.ends(flow.From.Kind.IsTier(), flow.From.Text) {
			for _, to := range n.ends(flow.To.Kind.IsTier(), flow.To.Text) {
				f.Dies = append(f.Dies, n.dies(flow.SubjectString(), trafficOf(flow), from, to, zone, without)...)
			}
		}
	}
	n.report.Failures = append(n.report.Failures, f)
}

// ends are the parties of a tier; for what is no tier, nil stands for the internet.
func (n *network) ends(tier bool, id string) []*party {
	if !tier {
		return []*party{nil}
	}
	for _, p := range n.parties {
		if len(p.tiers) == 1 && p.tiers[0] == id && p.name == id {
			return []*party{p}
		}
	}
	return nil
}

// anybody is an address of the internet.
var anybody = reach.Internet()

// dies lists the zones of a flow's near end in which it worked with all parts and does not without one.
func (n *network) dies(name string, traffic reach.Traffic, from, to *party, zone string, without *reach.Topology) []string {
	near, far := from, to
	if near == nil {
		near, far = to, from
	}
	if near == nil || far != nil && len(without.FailedParts()) == 0 && zone == "" {
		return nil
	}
	before, after := map[string]bool{}, map[string]bool{}
	for _, spot := range near.real.Spots() {
		if spot.Subnet.Zone == zone && zone != "" {
			continue
		}
		for _, other := range n.spots(far) {
			a, b := reach.End{Class: near.real, Spot: spot}, other
			if from == nil {
				a, b = b, a
			}
			if n.top.Carried(a, b).Maybe.Overlaps(traffic) {
				before[spot.Subnet.Zone] = true
			}
			if (zone == "" || other.Class == nil || other.Spot.Subnet.Zone != zone) && without.Carried(a, b).Maybe.Overlaps(traffic) {
				after[spot.Subnet.Zone] = true
			}
		}
	}
	var out []string
	for _, z := range slices.Sorted(maps.Keys(before)) {
		if !after[z] {
			out = append(out, fmt.Sprintf("%s in zone %s", name, z))
		}
	}
	return out
}

func (n *network) spots(p *party) []reach.End {
	if p == nil {
		return anybody
	}
	var out []reach.End
	for _, s := range p.real.Spots() {
		out = append(out, reach.End{Class: p.real, Spot: s})
	}
	return out
}
