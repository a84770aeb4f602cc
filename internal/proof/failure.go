package proof

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
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

// reportFailure compares what flows carry with and without a part of the network. A flow stops for the interfaces in a zone if it reaches
// some interface before the failure and none after it.
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
			f.Stops = append(f.Stops, stoppedZones(flow, before, after, zone)...)
			f.Bypasses = append(f.Bypasses, bypassedZones(flow, before, after)...)
		}
	}
	n.report.Failures = append(n.report.Failures, f)
}

// stoppedZones lists the zones of the near end of a flow in which the flow works before the failure of a part or zone and does not work
// after it.
func stoppedZones(f arch.CheckedFlow, before, after connections, zone string) []string {
	stopped := map[string]bool{}
	for _, c := range before {
		if zone == "" || c.zones.near != zone {
			stopped[c.zones.near] = true
		}
	}
	for _, c := range after {
		if zone == "" || c.zones.far != zone {
			delete(stopped, c.zones.near)
		}
	}
	return inZones(f, stopped)
}

// bypassedZones lists the zones of the near end of an inspected flow from which it bypasses the inspection after the failure.
func bypassedZones(f arch.CheckedFlow, before, after connections) []string {
	if !isInspected(f) {
		return nil
	}
	zones := map[string]bool{}
	for _, c := range after {
		if was := before.between(c.zones); c.bypasses && (was == nil || !was.bypasses) {
			zones[c.zones.near] = true
		}
	}
	return inZones(f, zones)
}

// inZones names a flow in each of some zones.
func inZones(f arch.CheckedFlow, zones map[string]bool) []string {
	if len(zones) == 0 {
		return nil
	}
	var out []string
	for _, zone := range slices.Sorted(maps.Keys(zones)) {
		out = append(out, fmt.Sprintf("%s in zone %s", f.SubjectString(), zone))
	}
	return out
}
