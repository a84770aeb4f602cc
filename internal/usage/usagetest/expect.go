package usagetest

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/address"
	"github.com/tierwall/tierwall/internal/traffic"
	"github.com/tierwall/tierwall/internal/usage"
)

// Expected is what the logs of a world say.
type Expected struct {
	Alone, Shared []usage.Counts // by flow
	With          [][]int
	Sources       []int
	// Happened says whether a flow had accepted traffic at all, in the logs or not, by flow; it holds the times.
	Happened [][]int64
	// Rows are records by kind, ends and service.
	Rows map[string]int64
}

// Expect computes from first principles what the logs of the world say.
func (w *World) Expect() *Expected {
	n := len(w.Network.Model.Flows)
	e := &expecting{
		Expected: &Expected{
			Alone: make([]usage.Counts, n), Shared: make([]usage.Counts, n), With: make([][]int, n), Sources: make([]int, n),
			Happened: make([][]int64, n), Rows: map[string]int64{},
		},
		w: w, own: w.own(), sources: make([]map[netip.Addr]bool, n), rows: map[string]*[3]int64{}, subnets: address.Subnets(w.Network.Model),
	}
	for i := range e.sources {
		e.sources[i] = map[netip.Addr]bool{}
	}
	for _, r := range w.records {
		if r.status == "OK" {
			e.record(r)
		}
	}
	for i := range n {
		e.Sources[i] = len(e.sources[i])
		slices.Sort(e.With[i])
		e.With[i] = slices.Compact(e.With[i])
	}
	for name, at := range e.rows {
		e.Rows[name] = max(at[0], at[1], at[2])
	}
	return e.Expected
}

// expecting computes an Expected.
type expecting struct {
	*Expected
	w       *World
	own     map[string][]netip.Addr
	sources []map[netip.Addr]bool
	rows    map[string]*[3]int64
	subnets map[string][]address.Subnet
}

// own returns the addresses that are in all records of each interface, or the listed one.
func (w *World) own() map[string][]netip.Addr {
	out := map[string][]netip.Addr{}
	for _, r := range w.records {
		if r.missing || r.status != "OK" {
			continue
		}
		both := []netip.Addr{r.source, r.target}
		if known, ok := out[r.iface.id]; ok {
			both = slices.DeleteFunc(both, func(a netip.Addr) bool { return !slices.Contains(known, a) })
		}
		out[r.iface.id] = both
	}
	for _, listed := range w.Network.Interfaces {
		out[listed.ID] = listed.Addresses
	}
	return out
}

// record adds what one record says.
func (e *expecting) record(r record) {
	if e.isEquipment(r.iface.id) || !e.isInside(r.source) && !e.isInside(r.target) {
		return
	}
	hasFlags := e.w.Layout.Has("tcp-flags") && r.protocol == traffic.TCP
	opens, answers := hasFlags && r.flags == 2, hasFlags && r.flags == 18
	var forth, back []int
	if !answers {
		forth = e.explained(r.source, r.target, r.protocol, r.targetPort)
	}
	if !opens {
		back = e.explained(r.target, r.source, r.protocol, r.sourcePort)
	}
	flows := append(slices.Clone(forth), back...)
	slices.Sort(flows)
	flows = slices.Compact(flows)
	isRequest := len(forth) > 0 || opens
	guessed := !opens && !answers && (len(forth) > 0) == (len(back) > 0)
	if len(flows) == 0 && guessed {
		isRequest = r.targetPort <= r.sourcePort
	}
	if len(flows) > 0 && !r.reject {
		e.accepted(r, flows, isRequest, opens)
		return
	}
	if !r.missing {
		e.row(r, flows, isRequest, opens, hasFlags, guessed)
	}
}

// accepted adds a record of accepted traffic of declared flows.
func (e *expecting) accepted(r record, flows []int, isRequest, opens bool) {
	for _, f := range flows {
		e.Happened[f] = append(e.Happened[f], r.start)
		if r.missing {
			continue
		}
		counts := &e.Alone[f]
		if len(flows) > 1 {
			counts = &e.Shared[f]
			for _, other := range flows {
				if other != f {
					e.With[f] = append(e.With[f], other)
				}
			}
		}
		ways := []*usage.Ways{&counts.AtOpener, &counts.AtServer, &counts.Elsewhere}[e.place(r, isRequest)]
		to := &ways.Replies
		if isRequest {
			to = &ways.Requests
			e.sources[f][r.source] = true
		}
		if to.Records == 0 {
			to.First = r.start
		}
		to.First, to.Last = min(to.First, r.start), max(to.Last, r.end)
		to.Records++
		to.Packets += r.packets
		to.Bytes += r.bytes
		if opens {
			to.Opened++
		}
	}
}

// row adds a record of traffic that is not both accepted and declared.
func (e *expecting) row(r record, flows []int, isRequest, opens, hasFlags, guessed bool) {
	from, to, port := r.source, r.target, r.targetPort
	if !isRequest {
		from, to, port = r.target, r.source, r.sourcePort
	}
	var name string
	switch {
	case len(flows) == 0:
		service := fmt.Sprintf("%s/%d", traffic.Name(int(r.protocol)), port)
		if r.protocol == traffic.ICMP {
			service = "icmp"
		} else if r.reject && !e.isInside(from) && port >= 1024 {
			service = traffic.Name(int(r.protocol)) + "/1024-65535"
		}
		kind := map[bool]string{true: "rejected", false: "undeclared"}[r.reject]
		name = fmt.Sprint(kind, " ", e.title(from), " -> ", e.title(to), " ", service, map[bool]string{true: " guessed"}[guessed])
	case !isRequest:
		name = fmt.Sprint("refused reply ", flows)
	case hasFlags && !opens:
		name = fmt.Sprint("refused late ", flows)
	default:
		name = fmt.Sprint("refused ", flows)
	}
	if e.rows[name] == nil {
		e.rows[name] = &[3]int64{}
	}
	e.rows[name][e.place(r, isRequest)]++
}

// place returns 0 at the opener, 1 at the server, and 2 elsewhere.
func (e *expecting) place(r record, isRequest bool) int {
	isSource := false
	switch own := e.own[r.iface.id]; {
	case len(own) == 1 && (own[0] == r.source || own[0] == r.target):
		isSource = own[0] == r.source
	case len(own) == 2 && e.w.Layout.Has("flow-direction"):
		isSource = r.egress
	default:
		return 2
	}
	if isSource == isRequest {
		return 0
	}
	return 1
}

// isEquipment reports whether an interface is a NAT gateway's, as far as the logs show.
func (e *expecting) isEquipment(id string) bool {
	own := e.own[id]
	return len(own) == 1 && e.title(own[0]) == equipment
}

const equipment = "the network's own equipment"

func (e *expecting) isInside(addr netip.Addr) bool { return e.w.Network.Model.Prefix.Contains(addr) }

// tiersAt returns the tiers that an address may belong to.
func (e *expecting) tiersAt(addr netip.Addr) []string {
	for _, listed := range e.w.Network.Interfaces {
		if listed.Addresses[0] == addr {
			return listed.Tiers
		}
	}
	var out []string
	for tier, subnets := range e.subnets {
		if slices.ContainsFunc(subnets, func(s address.Subnet) bool { return s.Prefix.Contains(addr) }) {
			out = append(out, tier)
		}
	}
	slices.Sort(out)
	return out
}

// title names who has an address.
func (e *expecting) title(addr netip.Addr) string {
	if tiers := e.tiersAt(addr); len(tiers) > 0 {
		return strings.Join(tiers, " or ")
	}
	if e.isInside(addr) {
		for _, p := range []address.Purpose{address.ForNAT, address.ForFirewall, address.ForTransit, address.ForIngress} {
			if slices.ContainsFunc(address.PurposeSubnets(e.w.Network.Model, p), func(s address.Subnet) bool { return s.Prefix.Contains(addr) }) {
				return equipment
			}
		}
		return "unused addresses of the network"
	}
	var blocks []netip.Prefix
	for _, f := range e.w.Network.Model.Flows {
		for _, p := range []arch.Peer{f.From, f.To} {
			if block, ok := p.Prefix(); ok && block.Contains(addr) {
				blocks = append(blocks, block)
			}
		}
	}
	if len(blocks) > 0 {
		return slices.MaxFunc(blocks, func(a, b netip.Prefix) int { return cmp.Compare(a.Bits(), b.Bits()) }).String()
	}
	if addr.IsPrivate() {
		return "private addresses outside the network"
	}
	return "the internet"
}

// explained returns the flows that may be the reason for packets to a port.
func (e *expecting) explained(from, to netip.Addr, protocol uint8, port uint16) []int {
	var out []int
	for i, f := range e.w.Network.Model.Flows {
		has := slices.ContainsFunc(f.Ports, func(p arch.Ports) bool {
			switch p.Protocol {
			case arch.All:
				return true
			case arch.ICMP, arch.ICMPv6:
				return protocol == traffic.ICMP
			}
			return p.Protocol.Number() == int(protocol) && p.From <= int(port) && int(port) <= p.To
		})
		if has && e.has(f.From, from) && e.has(f.To, to) {
			out = append(out, i)
		}
	}
	return out
}

// has reports whether a peer may have an address.
func (e *expecting) has(p arch.Peer, addr netip.Addr) bool {
	if p.Kind.IsTier() {
		return slices.Contains(e.tiersAt(addr), p.Text)
	}
	if block, ok := p.Prefix(); ok {
		return block.Contains(addr) && !e.isInside(addr)
	}
	return !e.isInside(addr)
}
