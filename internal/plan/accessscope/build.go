package accessscope

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
)

type builder struct {
	m      *arch.Model
	places End // where the tiers are
}

// newBuilder finds where the tiers are. Subnets also show what is in them without a tier's group. Of imported tiers and in a wrapped VPC,
// the plan knows no subnets, but groups.
func newBuilder(p *plan.Plan) *builder {
	b := &builder{m: p.Model}
	for _, t := range p.Model.Tiers {
		subnets := p.Subnets[t.ID]
		for _, s := range subnets {
			b.places.Subnets = append(b.places.Subnets, s.Key)
		}
		if len(subnets) == 0 || p.Model.Network.Wrapped {
			b.places.Groups = append(b.places.Groups, t.ID)
		}
	}
	if p.Model.Network.Wrapped {
		b.places.Subnets = nil
	}
	slices.Sort(b.places.Subnets)
	b.places.Subnets = slices.Compact(b.places.Subnets)
	return b
}

func (e End) isEmpty() bool { return len(e.Groups)+len(e.Subnets)+len(e.Types) == 0 }

// entrances returns the declared paths into the network.
func (b *builder) entrances() []Path {
	var out paths
	for _, f := range b.m.Flows {
		if !isOutside(f.From) {
			continue
		}
		source := End{Types: gatewaysOf(f), Packet: Packet{From: addresses(f.From)}}
		for _, packet := range packets(f.Ports) {
			out.add(Path{Source: source, Destination: group(f.To, packet)})
		}
		b.behind(f, source, &out)
	}
	return out.merged()
}

// exits returns the declared paths out of the network.
func (b *builder) exits() []Path {
	var out paths
	for _, f := range b.m.Flows {
		if !isOutside(f.To) || f.Path.Kind == arch.ByGatewayEndpoint {
			continue
		}
		for _, packet := range packets(f.Ports) {
			packet.To = addresses(f.To)
			out.add(Path{Source: group(f.From, Packet{}), Destination: End{Types: gatewaysOf(f), Packet: packet}})
		}
	}
	return out.merged()
}

// between returns the declared paths between tiers.
func (b *builder) between() []Path {
	var out paths
	for _, f := range b.m.Flows {
		if !f.From.Kind.IsTier() || !f.To.Kind.IsTier() {
			continue
		}
		for _, packet := range packets(f.Ports) {
			out.add(Path{Source: group(f.From, Packet{}), Destination: group(f.To, packet)})
		}
		b.behind(f, group(f.From, Packet{}), &out)
	}
	return out.merged()
}

// behind adds the paths of the source of a flow to an edge tier that go on behind the load balancers there: what the source may send to
// them, they send to where they may.
func (b *builder) behind(first arch.CheckedFlow, source End, out *paths) {
	if first.To.Kind != arch.Edge || len(packets(first.Ports)) == 0 {
		return
	}
	for _, next := range b.m.Flows {
		if next.From != first.To || !next.To.Kind.IsTier() {
			continue
		}
		for _, packet := range packets(next.Ports) {
			out.add(Path{Source: source, Destination: group(next.To, packet), ThroughBalancer: true})
		}
	}
}

// isOutside reports whether a peer is outside of the network and has addresses of IPv4.
func isOutside(p arch.Peer) bool {
	v4, _ := p.Families(false)
	return !p.Kind.IsTier() && v4
}

// addresses returns the peer whose addresses packets must have, or the zero Peer if they may have all.
func addresses(p arch.Peer) arch.Peer {
	if p.Kind == arch.CIDR || p.Kind == arch.PrefixList {
		return arch.Peer{Kind: p.Kind, Operand: p.Operand}
	}
	return arch.Peer{}
}

func group(p arch.Peer, packet Packet) End { return End{Groups: []string{p.Text}, Packet: packet} }

// packets returns the conditions on packets of ports, one for each protocol that the analyzer knows.
func packets(ports []arch.Ports) []Packet {
	var tcp, udp []string
	for _, p := range ports {
		text := fmt.Sprintf("%d-%d", p.From, p.To)
		if p.From == p.To {
			text = fmt.Sprint(p.From)
		}
		switch {
		case p.IsAll():
			return []Packet{{}}
		case p.Protocol == arch.TCP:
			tcp = append(tcp, text)
		case p.Protocol == arch.UDP:
			udp = append(udp, text)
		}
	}
	var out []Packet
	if tcp != nil {
		out = append(out, Packet{Protocol: "tcp", Ports: strings.Join(tcp, ",")})
	}
	if udp != nil {
		out = append(out, Packet{Protocol: "udp", Ports: strings.Join(udp, ",")})
	}
	return out
}

// paths collects conditions.
type paths []Path

func (p *paths) add(one Path) { *p = append(*p, one) }

// merged returns the conditions in an order of their own, with one condition for the sources of those that differ in nothing else.
func (p paths) merged() []Path {
	slices.SortStableFunc(p, func(a, b Path) int {
		return cmp.Or(strings.Compare(rest(a), rest(b)), slices.Compare(a.Source.Groups, b.Source.Groups))
	})
	var out []Path
	for _, one := range p {
		last := len(out) - 1
		if last < 0 || rest(out[last]) != rest(one) {
			one.Source.Groups = slices.Clone(one.Source.Groups)
			out = append(out, one)
			continue
		}
		for _, g := range one.Source.Groups {
			if !slices.Contains(out[last].Source.Groups, g) {
				out[last].Source.Groups = append(out[last].Source.Groups, g)
			}
		}
	}
	return out
}

// rest is all of a condition but the groups at its source.
func rest(p Path) string {
	p.Source.Groups = nil
	return fmt.Sprintf("%#v %v %#v", p.Destination, p.ThroughBalancer, p.Source)
}
