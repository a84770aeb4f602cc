package athena

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/usage"
)

// declaration holds a network as tables of constants.
type declaration struct {
	areas, areaTiers, narrows, ranges, services, tiers, flows, ends, peers, ports values
	unknownIPv6                                                                   bool
}

func declare(n *usage.Network) *declaration {
	t := n.Tables()
	d := &declaration{unknownIPv6: t.UnknownIPv6}
	d.addAreas(t)
	d.addTiers(n.Model, t)
	d.addServices(n.Model)
	d.addFlows(n.Model, t)
	return d
}

// addAreas adds the areas and the ranges of addresses.
func (d *declaration) addAreas(t *usage.Tables) {
	d.areas = values{
		name: "areas", comment: "sets of addresses that are treated alike; inside is in the network, own is the network's own equipment",
		columns: []column{{"area", "integer"}, {"name", "varchar"}, {"inside", "boolean"}, {"own", "boolean"}},
	}
	d.areaTiers = values{
		name: "area_tiers", comment: "the tiers that the addresses of an area may belong to",
		columns: []column{{"area", "integer"}, {"tier", "varchar"}},
	}
	d.narrows = values{
		name: "narrows", comment: "the part of an area of several tiers that belongs to one of them",
		columns: []column{{"area", "integer"}, {"tier", "varchar"}, {"narrow", "integer"}},
	}
	for i, a := range t.Areas {
		d.areas.add(i, a.Name, a.Inside, a.Own)
		for _, tier := range a.Tiers {
			d.areaTiers.add(i, tier)
			if narrow, ok := a.Narrow[tier]; ok {
				d.narrows.add(i, tier, narrow)
			}
		}
	}
	d.ranges = values{
		name: "ranges", comment: "the addresses of areas, from the first to the last",
		columns: []column{{"family", "integer"}, {"first_address", "varchar"}, {"last_address", "varchar"}, {"area", "integer"}},
	}
	for _, r := range t.Ranges {
		d.ranges.add(family(r.From), padded(r.From), padded(r.To), r.Area).about = t.Areas[r.Area].Name
	}
}

// addTiers adds the tiers, with what to say of one that no record is of.
func (d *declaration) addTiers(m *arch.Model, t *usage.Tables) {
	d.tiers = values{
		name: "tiers", comment: "the tiers, with what to say of one whose interfaces are not in the logs",
		columns: []column{{"tier", "varchar"}, {"unknown", "varchar"}},
	}
	for _, tier := range m.Tiers {
		unknown := "no addresses of " + tier.ID + " are known"
		if slices.ContainsFunc(t.Areas, func(a usage.Area) bool { return slices.Contains(a.Tiers, tier.ID) }) {
			unknown = "no record is known to be of an interface of " + tier.ID
		}
		d.tiers.add(tier.ID, unknown)
	}
}

// addServices adds the services.
func (d *declaration) addServices(m *arch.Model) {
	d.services = values{
		name: "services", comment: "all ports, cut where a flow's ports begin or end; protocol -1 is all but ICMP, TCP and UDP",
		columns: []column{{"service", "integer"}, {"protocol", "integer"}, {"port_from", "integer"}, {"port_to", "integer"}},
	}
	for i, s := range servicesOf(m.Flows) {
		d.services.add(i, s.protocol, s.from, s.to)
	}
}

// addFlows adds the flows with their ends and ports.
func (d *declaration) addFlows(m *arch.Model, t *usage.Tables) {
	d.flows = values{
		name: "flows", comment: "what is declared; packets go from the areas of from_peer to those of to_peer",
		columns: []column{
			{"flow", "integer"}, {"source", "varchar"}, {"destination", "varchar"}, {"service", "varchar"},
			{"from_peer", "integer"}, {"to_peer", "integer"},
		},
	}
	d.ends = values{
		name: "flow_ends", comment: "the tiers at the ends of flows: 1 opens connections, 2 serves",
		columns: []column{{"flow", "integer"}, {"side", "integer"}, {"tier", "varchar"}},
	}
	d.peers = values{
		name: "peers", comment: "the areas that packets of flows come from and go to",
		columns: []column{{"peer", "integer"}, {"area", "integer"}},
	}
	d.ports = values{
		name: "flow_ports", comment: "the ports of flows; records do not tell types of ICMP",
		columns: []column{{"flow", "integer"}, {"protocol", "integer"}, {"port_from", "integer"}, {"port_to", "integer"}},
	}
	known := map[string]int{}
	peer := func(areas []int) int {
		key := fmt.Sprint(areas)
		if n, ok := known[key]; ok {
			return n
		}
		n := len(known)
		known[key] = n
		for _, a := range areas {
			d.peers.add(n, a).about = t.Areas[a].Name
		}
		return n
	}
	for i, f := range m.Flows {
		d.flows.add(i, f.From.String(), f.To.String(), arch.FormatService(f.Ports), peer(t.Ends[i].From), peer(t.Ends[i].To))
		if f.From.Kind.IsTier() {
			d.ends.add(i, 1, f.From.Text)
		}
		if f.To.Kind.IsTier() && f.To != f.From {
			d.ends.add(i, 2, f.To.Text)
		}
		for _, p := range portsOf(f) {
			d.ports.add(i, p.protocol, p.from, p.to)
		}
	}
}
