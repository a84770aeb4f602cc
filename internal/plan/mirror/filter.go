package mirror

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// Filter is the filter for the interfaces of a tier.
type Filter struct {
	Tier  string
	Rules []Rule // in the order in which they are evaluated
	// Costs says how many rules each flow needs alone, in the order of the model.
	Costs []Cost
	// Apart are the flows whose packets a filter cannot tell from others.
	Apart []Apart
}

// Cost is how many rules a flow needs.
type Cost struct {
	Flow  string
	Rules int
}

// Apart is a flow whose packets a filter cannot tell from others, and why.
type Apart struct {
	Flow arch.CheckedFlow
	Why  string
}

// Reasons why a filter cannot tell packets.
const (
	unknownAddresses = "its addresses are not known when the filter is made"
	otherProtocol    = "a rule of a filter has no types of ICMP, and answers to all protocols look like connections"
)

// Undeclared returns the filter that copies everything but the packets of declared flows and their answers. Packets of the flows in Apart
// are copied as well, because a rule that leaves them out would hide undeclared packets. skip are flows that get no rules; it may be nil.
// ok is false if the addresses of the tier are not known: those of imported tiers and in a wrapped VPC.
//
// Rules name blocks of addresses, not groups. So packets of a tier that shares subnets with a peer of the tier look declared: [Shared]
// returns those tiers.
func Undeclared(m *arch.Model, tier string, skip func(arch.CheckedFlow) bool) (f Filter, ok bool) {
	return filterOf(m, tier, m.Flows, skip, false)
}

// Chosen returns the filter that copies the packets of some flows of the tier, and their answers, and nothing else. A flow in Apart is not
// copied. ok is as for Undeclared.
func Chosen(m *arch.Model, tier string, flows []arch.CheckedFlow) (f Filter, ok bool) {
	return filterOf(m, tier, flows, nil, true)
}

func filterOf(m *arch.Model, tier string, flows []arch.CheckedFlow, skip func(arch.CheckedFlow) bool, accept bool) (Filter, bool) {
	t, _ := m.Tier(tier)
	self := arch.TierPeer(t.Kind, tier)
	own, known := address.Of(m, self)
	if !known || len(own) == 0 {
		return Filter{}, false
	}
	out := Filter{Tier: tier}
	b := builder{m: m, own: own}
	for _, f := range withClients(m, tier, flows) {
		if f.From != self && f.To != self || skip != nil && skip(f) {
			continue
		}
		if why := b.flow(f, self); why != "" {
			out.Apart = append(out.Apart, Apart{f, why})
		}
		alone := builder{m: m, own: own}
		alone.flow(f, self)
		if n := len(alone.rules(accept)); n > 0 {
			out.Costs = append(out.Costs, Cost{f.SubjectString(), n})
		}
	}
	out.Rules = b.rules(accept)
	for i := range out.Rules {
		out.Rules[i].ID, out.Rules[i].Number = fmt.Sprint("Rule", i+1), 10*(i+1)
	}
	if !accept {
		out.Rules = append(out.Rules, rest(m)...)
	}
	return out, true
}

// withClients adds the flows of clients whose addresses a load balancer keeps, where one of the flows comes from the load balancer: packets
// come to its targets from the clients' addresses.
func withClients(m *arch.Model, tier string, flows []arch.CheckedFlow) []arch.CheckedFlow {
	out := slices.Clone(flows)
	t, _ := m.Tier(tier)
	for _, a := range m.ClientAddresses {
		if a.To != tier || !slices.ContainsFunc(flows, func(f arch.CheckedFlow) bool { return f.From.Text == a.From && f.To.Text == tier }) {
			continue
		}
		for _, f := range m.Flows {
			if a.IsClient(f) {
				f.To, f.Ports = arch.TierPeer(t.Kind, tier), a.Ports
				out = append(out, f)
			}
		}
	}
	return out
}

// builder collects the packets of flows.
type builder struct {
	m               *arch.Model
	own             []address.Block
	inside, outside []box
}

// flow adds the packets of a flow of the tier and their answers. It returns why some packets cannot be told.
func (b *builder) flow(f arch.CheckedFlow, self arch.Peer) (why string) {
	for _, end := range []struct {
		peer   arch.Peer
		egress bool // whether the tier opens the connections
	}{{f.To, true}, {f.From, false}} {
		if end.egress && f.From != self || !end.egress && f.To != self {
			continue
		}
		blocks, known := address.Of(b.m, end.peer)
		if !known || len(blocks) == 0 {
			return unknownAddresses
		}
		for _, p := range f.Ports {
			if p.Protocol != arch.TCP && p.Protocol != arch.UDP {
				why = otherProtocol
				continue
			}
			b.add(p, blocks, end.egress)
		}
	}
	return why
}

// add adds the packets to ports, and the answers, which have the ends and the ports the other way round.
func (b *builder) add(p arch.Ports, peers []address.Block, egress bool) {
	server := Range{p.From, p.To}
	for _, own := range b.own {
		for _, peer := range peers {
			if own.IPv6 != peer.IPv6 {
				continue
			}
			request := box{egress: egress, of: p.Protocol, own: own, peer: peer, ownPorts: server}
			answer := box{egress: !egress, of: p.Protocol, own: own, peer: peer, ownPorts: server, ports: answers}
			if egress {
				request.ownPorts, request.ports = Range{}, server
				answer.ownPorts, answer.ports = answers, server
			}
			if peer.InNetwork(b.m) {
				b.inside = append(b.inside, request, answer)
			} else {
				b.outside = append(b.outside, request, answer)
			}
		}
	}
}

// rules returns the rules for the packets. A flow with the internet declares nothing about the network's own addresses, so a rule for those
// stands in between.
func (b *builder) rules(accept bool) []Rule {
	var out []Rule
	for _, one := range merged(b.inside) {
		out = append(out, one.rule(accept))
	}
	outside := merged(b.outside)
	for _, six := range []bool{false, true} {
		for _, egress := range []bool{false, true} {
			if slices.ContainsFunc(outside, func(o box) bool {
				return o.egress == egress && o.peer.IPv6 == six && o.peer.Contains(address.WholeNetwork(b.m, six))
			}) {
				own := box{egress: egress, of: arch.All, own: address.Everywhere(six), peer: address.WholeNetwork(b.m, six)}
				out = append(out, own.rule(!accept))
			}
		}
	}
	for _, one := range outside {
		out = append(out, one.rule(accept))
	}
	return out
}

// rest returns the rules that copy what no other rule leaves out. Their numbers are the highest that AWS takes.
func rest(m *arch.Model) []Rule {
	const first = 32760
	var out []Rule
	for i, all := range address.Anywhere(m) {
		for _, egress := range []bool{false, true} {
			r := box{egress: egress, of: arch.All, own: all, peer: all}.rule(true)
			r.Number = first + 2*i + direction(egress)
			r.ID = map[bool]string{false: "RestIngress", true: "RestEgress"}[egress] + map[bool]string{true: "IPv6"}[all.IPv6]
			out = append(out, r)
		}
	}
	return out
}

// Shared returns the tiers that use the subnets of a peer of the tier's flows, in alphabetical order. A filter cannot tell their packets
// from those of the peer.
func Shared(m *arch.Model, tier string) []string {
	peers := map[string]bool{}
	for _, f := range m.Flows {
		if f.From.Kind.IsTier() && f.To.Kind.IsTier() {
			peers[f.From.Text] = peers[f.From.Text] || f.To.Text == tier
			peers[f.To.Text] = peers[f.To.Text] || f.From.Text == tier
		}
	}
	var out []string
	for _, t := range m.Tiers {
		if t.Kind != arch.Endpoint && slices.ContainsFunc(m.Tiers, func(other arch.Tier) bool {
			return t.ID != other.ID && peers[other.ID] && t.SubnetOwner() == other.SubnetOwner()
		}) {
			out = append(out, t.ID)
		}
	}
	return out
}
