package proof

import (
	"net/netip"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// declare writes the flows as the rules of groups that no interface has. The engine that evaluates the templates can then evaluate the
// declaration, too.
func (n *network) declare() error {
	n.reserveRules()
	for i := range n.model.Flows {
		f := &n.model.Flows[i]
		traffic := trafficOf(*f)
		from, err := n.peersIn(*f, f.From)
		if err != nil {
			return err
		}
		to, err := n.peersIn(*f, f.To)
		if err != nil {
			return err
		}
		if f.From.Kind.IsTier() {
			for _, p := range to {
				r := reach.Rule{Traffic: traffic, Peer: p}
				g, far := n.declared[f.From.Text], n.declaredOutside[f.From.Text]
				g.Egress, far.Egress = append(g.Egress, r), append(far.Egress, r)
				if f.To.Kind == arch.Domain {
					g.Egress = append(g.Egress, reach.Rule{Traffic: traffic, Peer: internet[0]})
				}
			}
		}
		if f.To.Kind.IsTier() {
			for _, p := range from {
				g, far := n.declared[f.To.Text], n.declaredOutside[f.To.Text]
				r := reach.Rule{Traffic: traffic, Peer: p}
				g.Ingress, far.Ingress = append(g.Ingress, r), append(far.Ingress, r)
			}
		}
		switch {
		case !f.To.Kind.IsTier():
			key := tierDirection{f.From.Text, true}
			n.flowsWithAddresses[key] = append(n.flowsWithAddresses[key], f)
		case !f.From.Kind.IsTier():
			key := tierDirection{f.To.Text, false}
			n.flowsWithAddresses[key] = append(n.flowsWithAddresses[key], f)
		default:
			key := [2]string{f.From.Text, f.To.Text}
			n.flowsBetween[key] = append(n.flowsBetween[key], f)
		}
	}
	return nil
}

// reserveRules makes room for the rules of all flows at once.
func (n *network) reserveRules() {
	ingress, egress := map[string]int{}, map[string]int{}
	for _, f := range n.model.Flows {
		egress[f.From.Text]++
		ingress[f.To.Text]++
	}
	for _, groups := range []map[string]*reach.Group{n.declared, n.declaredOutside} {
		for id, g := range groups {
			g.Ingress, g.Egress = slices.Grow(g.Ingress, ingress[id]), slices.Grow(g.Egress, egress[id])
		}
	}
}

// internet is every IPv4 address, and every IPv6 address.
var internet = []reach.Peer{
	{Block: reach.Block{Prefix: netip.MustParsePrefix("0.0.0.0/0")}}, {Block: reach.Block{Prefix: netip.MustParsePrefix("::/0")}},
}

// peersIn returns the peers of the rules that stand for a flow. The rules of an inspected flow between tiers name the blocks of the tiers.
// The rules of a flow to a name that no firewall in this network checks name every address.
func (n *network) peersIn(f arch.CheckedFlow, p arch.Peer) ([]reach.Peer, error) {
	peers, err := n.peersOf(p)
	switch {
	case err != nil:
		return nil, err
	case p.Kind == arch.Domain && f.Path.Kind != arch.Inspected:
		n.report.assume("%s: the names that %s connects to are checked behind %s", n.name(), f.From, n.model.Network.DefaultRoute)
		return internet[:1], nil
	case p.Kind == arch.Domain:
		n.report.assume("%s: clients state the name that they connect to truthfully; only TLS inspection could detect a false name", n.name())
		if f.Path.Mode != arch.Enforce { // The firewall only reports other names and lets them pass.
			peers = append(peers, internet[0])
		}
		return peers, nil
	case !p.Kind.IsTier() || f.Path.Kind != arch.Inspected || !f.From.Kind.IsTier() || !f.To.Kind.IsTier():
		return peers, nil
	}
	t, _ := n.model.Tier(p.Text)
	blocks := n.addresses(t)
	for _, block := range blocks {
		peers = append(peers, reach.Peer{Block: block})
	}
	if len(blocks) == 0 {
		n.reportUnknownAddresses(t)
	}
	return peers, nil
}

// peersOf returns one end of a flow as the peers of rules.
func (n *network) peersOf(p arch.Peer) ([]reach.Peer, error) {
	if p.Kind.IsTier() {
		return []reach.Peer{{Group: n.declared[p.Text]}}, nil
	}
	var out []reach.Peer
	v4, v6 := p.Families(n.model.Network.IPv6)
	switch p.Kind {
	case arch.Internet:
		out = internet[:1]
		if v6 {
			out = internet
		}
		if !v4 {
			out = internet[1:]
		}
	case arch.Domain:
		out = []reach.Peer{reach.DomainPeer(p.Text)}
	case arch.PrefixList:
		v, err := n.symbol(p.Operand)
		if err != nil {
			return nil, err
		}
		out = n.top.ListPeers(v)
	default:
		for _, part := range n.model.Rest(p) {
			v, err := n.symbol(part.Operand)
			if err != nil {
				return nil, err
			}
			block, err := n.top.BlockOf(v, v6)
			if err != nil {
				return nil, err
			}
			out = append(out, reach.Peer{Block: block})
		}
	}
	return out, nil
}

// trafficOf returns the traffic of a flow.
func trafficOf(f arch.CheckedFlow) traffic.Set {
	var out traffic.Set
	for _, p := range f.Ports {
		out = out.Union(TrafficOf(p))
	}
	return out
}

// TrafficOf returns a declared service as a set of packets.
func TrafficOf(p arch.Ports) traffic.Set {
	switch p.Protocol {
	case arch.All:
		return traffic.Everything()
	case arch.TCP:
		return traffic.Ports(traffic.TCP, p.From, p.To)
	case arch.UDP:
		return traffic.Ports(traffic.UDP, p.From, p.To)
	case arch.ICMP:
		return traffic.ICMPTypes(traffic.ICMP, p.From, p.To)
	case arch.ICMPv6:
		return traffic.ICMPTypes(traffic.ICMPv6, p.From, p.To)
	}
	return traffic.Set{}
}

// positions returns the lines that declare flows.
func positions(flows []*arch.CheckedFlow) []diag.Position {
	var out []diag.Position
	for _, f := range flows {
		out = append(out, f.At...)
	}
	return out
}
