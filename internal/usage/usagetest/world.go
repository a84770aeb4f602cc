package usagetest

import (
	"fmt"
	"net/netip"

	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/address"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/usage"
)

// World is a deployed network with everything that happened in it.
type World struct {
	Network    *usage.Network
	Layout     Layout
	interfaces []*iface
	nat        *iface // nil if there is none
	firewall   *iface // nil if there is none
	records    []record
}

// iface is a network interface.
type iface struct {
	id      string
	tier    string
	addr    netip.Addr
	missing map[int]bool // hours that the logs lack
}

const (
	hours = 5
	// begin is when the logs begin.
	begin = 1_800_000_000
)

// Draw draws a world.
func Draw(t *rapid.T) *World {
	m, diags := arch.Check(plantest.Architectures(t), plantest.Today)
	if err := diags.Err(); err != nil {
		t.Fatalf("%v", err)
	}
	w := &World{Network: &usage.Network{Model: m}}
	w.drawInterfaces(t)
	w.drawMissing(t)
	w.Layout = drawLayout(t)
	for range rapid.IntRange(0, 40).Draw(t, "connections") {
		w.drawConnection(t)
	}
	for _, i := range w.all() {
		w.idle(i)
	}
	return w
}

// drawInterfaces gives each tier some interfaces.
func (w *World) drawInterfaces(t *rapid.T) {
	subnets := address.Subnets(w.Network.Model)
	for _, tier := range w.Network.Model.Tiers {
		of := subnets[tier.ID]
		if len(of) == 0 {
			continue // Its addresses are not known.
		}
		for range rapid.IntRange(0, 3).Draw(t, "interfaces of "+tier.ID) {
			n := len(w.interfaces)
			prefix := of[n%len(of)].Prefix
			base := prefix.Addr().As4()
			base[3] += byte(4 + n%11) // The smallest subnet of the architectures is a /24.
			base[2] += byte(n / 11)
			addr := netip.AddrFrom4(base)
			w.interfaces = append(w.interfaces, &iface{id: fmt.Sprintf("eni-%04d", n), tier: tier.ID, addr: addr})
		}
	}
	w.interfaces = withoutRepeated(w.interfaces)
	if rapid.Bool().Draw(t, "NAT") {
		prefix := address.PurposeSubnets(w.Network.Model, address.ForNAT)[0].Prefix
		w.nat = &iface{id: "eni-nat", addr: prefix.Addr().Next().Next().Next().Next().Next()}
	}
	if rapid.Bool().Draw(t, "firewall endpoint") {
		w.firewall = &iface{id: "eni-firewall"}
	}
	if rapid.Bool().Draw(t, "listed") {
		for _, i := range w.interfaces {
			w.Network.Interfaces = append(w.Network.Interfaces, usage.Interface{ID: i.id, Addresses: []netip.Addr{i.addr}, Tiers: []string{i.tier}})
		}
	}
}

// withoutRepeated leaves out interfaces with the address of another.
func withoutRepeated(all []*iface) []*iface {
	seen := map[netip.Addr]bool{}
	var out []*iface
	for _, i := range all {
		if !seen[i.addr] {
			out = append(out, i)
		}
		seen[i.addr] = true
	}
	return out
}

// drawMissing takes hours out of the logs. Without a list of interfaces, nobody can know that an interface existed before its first record,
// so its first and last hours stay.
func (w *World) drawMissing(t *rapid.T) {
	lost := map[int]bool{}
	if rapid.Bool().Draw(t, "hours are missing") {
		lost[rapid.IntRange(1, hours-2).Draw(t, "missing hour")] = true
	}
	for _, i := range w.all() {
		i.missing = map[int]bool{}
		for h := range lost {
			i.missing[h] = true
		}
		if rapid.IntRange(0, 5).Draw(t, "more is missing") > 0 {
			continue
		}
		if len(w.Network.Interfaces) > 0 {
			i.missing[rapid.IntRange(0, hours-1).Draw(t, "missing hour of an interface")] = true
		} else {
			i.missing[rapid.IntRange(1, hours-2).Draw(t, "missing hour of an interface")] = true
		}
	}
}

// all returns all interfaces.
func (w *World) all() []*iface {
	out := append([]*iface(nil), w.interfaces...)
	for _, i := range []*iface{w.nat, w.firewall} {
		if i != nil {
			out = append(out, i)
		}
	}
	return out
}

// idle adds the records that an interface without packets writes each minute.
func (w *World) idle(i *iface) {
	for at := int64(begin); at < begin+hours*3600; at += 60 {
		w.add(record{iface: i, status: "NODATA", start: at, end: at + 60})
	}
}

// add adds a record, also one that the logs lack.
func (w *World) add(r record) {
	hour := int(r.start-begin) / 3600
	r.missing = r.iface.missing[hour]
	w.records = append(w.records, r)
}
