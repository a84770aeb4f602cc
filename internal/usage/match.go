package usage

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/traffic"
)

// match is a set of flows that explain the same traffic, as their places in the model. The zero matchNumber is that of no flow.
type (
	match       []int
	matchNumber uint32
)

// matcher finds the flows that explain traffic between two areas. All workers share it.
type matcher struct {
	model *arch.Model
	areas *areas
	rows  []atomic.Pointer[ruleRow] // by the area that packets come from

	mu      sync.Mutex
	matches []match
	number  map[string]matchNumber
	unions  map[[2]matchNumber]matchNumber
}

func newMatcher(m *arch.Model, a *areas) *matcher {
	return &matcher{
		model: m, areas: a, rows: make([]atomic.Pointer[ruleRow], len(a.all)),
		matches: []match{nil}, number: map[string]matchNumber{"[]": 0}, unions: map[[2]matchNumber]matchNumber{},
	}
}

// ruleRow holds the flows from one area, by the area that packets go to.
type ruleRow []atomic.Pointer[pairRules]

// pairRules holds the flows from one area to another.
type pairRules struct {
	tcp, udp []portRule // ascending, without overlap
	icmp     matchNumber
	other    matchNumber // of every other protocol
}

// portRule holds the flows for a range of ports.
type portRule struct {
	from, to uint16
	match    matchNumber
}

// find returns the flows that explain packets of a protocol from one area to a port of another. Flow logs do not tell types of ICMP.
func (m *matcher) find(from, to areaNumber, protocol uint8, port uint16) matchNumber {
	rules := m.pair(from, to)
	switch protocol {
	case traffic.TCP:
		return onPort(rules.tcp, port)
	case traffic.UDP:
		return onPort(rules.udp, port)
	case traffic.ICMP, traffic.ICMPv6:
		return rules.icmp
	}
	return rules.other
}

// pair returns the flows from one area to another, and computes them when they are first asked for.
func (m *matcher) pair(from, to areaNumber) *pairRules {
	row := m.rows[from].Load()
	if row == nil {
		made := make(ruleRow, len(m.areas.all))
		m.rows[from].CompareAndSwap(nil, &made)
		row = m.rows[from].Load()
	}
	at := &(*row)[to]
	rules := at.Load()
	if rules == nil {
		rules = m.rules(from, to)
		at.Store(rules) // Another worker may have made the same.
	}
	return rules
}

func onPort(rules []portRule, port uint16) matchNumber {
	for i := range rules {
		if port <= rules[i].to {
			if port >= rules[i].from {
				return rules[i].match
			}
			return 0
		}
	}
	return 0
}

// rules computes the flows from one area to another.
func (m *matcher) rules(from, to areaNumber) *pairRules {
	var found []int
	for i, f := range m.model.Flows {
		if m.explains(f, m.areas.all[from], m.areas.all[to]) {
			found = append(found, i)
		}
	}
	out := &pairRules{tcp: m.byPort(found, arch.TCP), udp: m.byPort(found, arch.UDP)}
	var icmp, other match
	for _, i := range found {
		for _, p := range m.model.Flows[i].Ports {
			if p.IsAll() || p.IsICMP() {
				icmp = append(icmp, i)
			}
			if p.IsAll() {
				other = append(other, i)
			}
		}
	}
	out.icmp, out.other = m.numberOf(icmp), m.numberOf(other)
	return out
}

// byPort cuts the ports of flows into ranges that the same flows explain.
func (m *matcher) byPort(flows []int, protocol arch.Protocol) []portRule {
	cuts := []int{0}
	for _, i := range flows {
		for _, p := range m.model.Flows[i].Ports {
			if p.Protocol == protocol {
				cuts = append(cuts, p.From, p.To+1)
			}
		}
	}
	slices.Sort(cuts)
	cuts = append(slices.Compact(cuts), traffic.LastPort+1)
	var out []portRule
	for i, low := range cuts[:len(cuts)-1] {
		var at match
		for _, f := range flows {
			if low <= traffic.LastPort && m.model.Flows[f].Allows(arch.Ports{Protocol: protocol, From: low, To: low}) {
				at = append(at, f)
			}
		}
		if n := m.numberOf(at); n != 0 {
			out = append(out, portRule{uint16(low), uint16(cuts[i+1] - 1), n})
		}
	}
	return out
}

// numberOf returns the number of a set of flows.
func (m *matcher) numberOf(flows match) matchNumber {
	slices.Sort(flows)
	flows = slices.Compact(flows)
	key := fmt.Sprint([]int(flows))
	m.mu.Lock()
	defer m.mu.Unlock()
	if known, ok := m.number[key]; ok {
		return known
	}
	n := matchNumber(len(m.matches))
	m.matches = append(m.matches, flows)
	m.number[key] = n
	return n
}

// flows returns the flows of a match.
func (m *matcher) flows(n matchNumber) match {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.matches[n]
}

// either returns the match of the flows of two matches.
func (m *matcher) either(a, b matchNumber) matchNumber {
	if a == b {
		return a
	}
	m.mu.Lock()
	known, ok := m.unions[[2]matchNumber{a, b}]
	both := slices.Concat(m.matches[a], m.matches[b])
	m.mu.Unlock()
	if ok {
		return known
	}
	n := m.numberOf(both)
	m.mu.Lock()
	m.unions[[2]matchNumber{a, b}] = n
	m.mu.Unlock()
	return n
}

// explains reports whether a flow may be the reason for packets from one area to another.
func (m *matcher) explains(f arch.CheckedFlow, from, to area) bool {
	return (m.mayBe(f.From, from) || m.keepsClientsOf(f, from)) && m.mayBe(f.To, to)
}

// mayBe reports whether an area may hold addresses of a peer. The addresses of names, prefix lists and symbolic blocks are not known, so
// that they may be any outside of the network. A block around the network does not hold the network's own addresses.
func (m *matcher) mayBe(p arch.Peer, a area) bool {
	switch {
	case p.Kind.IsTier():
		return slices.Contains(a.tiers, p.Text)
	case p.Kind == arch.CIDR && !p.Symbolic:
		return slices.Contains(a.blocks, p) && (!a.inside || bits(p) >= m.model.Prefix.Bits())
	}
	return !a.inside
}

// keepsClientsOf reports whether a flow is one of a load balancer that keeps its clients' addresses, and whether an area may hold clients:
// its targets see the clients.
func (m *matcher) keepsClientsOf(f arch.CheckedFlow, from area) bool {
	return !from.inside && slices.ContainsFunc(m.model.ClientAddresses, func(c arch.CheckedClientAddresses) bool {
		return f.From.Text == c.From && f.To.Text == c.To && f.From.Kind.IsTier() && f.To.Kind.IsTier() &&
			slices.ContainsFunc(c.Ports, f.Allows)
	})
}
