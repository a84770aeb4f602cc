package accessscope_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/accessscope"
	"github.com/tierwall/tierwall/internal/plan/plantest"
)

// end is an end of a path, as the analyzer sees it.
type end struct {
	group, subnet string // of an interface
	gateway       string // type of a gateway
	address       string // the peer outside whose address packets have
}

// packet is a packet of a path that a test asks about.
type packet struct {
	protocol string
	port     int // at the destination
}

// matches evaluates a condition on a path. It follows the guide: a resource statement lists what an end may be, and the packet statement
// what the packet has.
func matches(c accessscope.Path, from, to end, p packet, throughBalancer bool) bool {
	return is(c.Source, from, p) && is(c.Destination, to, p) && (!c.ThroughBalancer || throughBalancer)
}

func is(c accessscope.End, e end, p packet) bool {
	if !slices.Contains(c.Groups, e.group) && !slices.Contains(c.Subnets, e.subnet) && !slices.Contains(c.Types, e.gateway) {
		return false
	}
	if c.Packet.Protocol != "" && c.Packet.Protocol != p.protocol || !hasPort(c.Packet.Ports, p.port) {
		return false
	}
	for _, peer := range []arch.Peer{c.Packet.From, c.Packet.To} {
		if peer.Kind != 0 && peer.Text != e.address {
			return false
		}
	}
	return true
}

func hasPort(ports string, port int) bool {
	if ports == "" {
		return true
	}
	for term := range strings.SplitSeq(ports, ",") {
		from, to, ok := strings.Cut(term, "-")
		if !ok {
			to = from
		}
		first, _ := strconv.Atoi(from)
		last, _ := strconv.Atoi(to)
		if first <= port && port <= last {
			return true
		}
	}
	return false
}

// found reports whether a path is a finding of a scope.
func found(s accessscope.Scope, from, to end, p packet, throughBalancer bool) bool {
	has := func(all []accessscope.Path) bool {
		return slices.ContainsFunc(all, func(c accessscope.Path) bool { return matches(c, from, to, p, throughBalancer) })
	}
	return has(s.Match) && !has(s.Exclude)
}

// declares reports whether a flow says that its ends may send a packet.
func declares(f arch.CheckedFlow, p packet) bool {
	return slices.ContainsFunc(f.Ports, func(o arch.Ports) bool {
		return o.IsAll() || string(o.Protocol) == p.protocol && o.From <= p.port && p.port <= o.To
	})
}

// interfaceOf returns an interface of a tier.
func interfaceOf(p *plan.Plan, tier string) end {
	out := end{group: tier, subnet: "none"}
	if subnets := p.Subnets[tier]; len(subnets) > 0 {
		out.subnet = subnets[0].Key
	}
	return out
}

// TestFindings: of the paths between tiers, in random architectures, exactly those are findings that no flow declares.
func TestFindings(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := plantest.Make(t, plantest.Architectures(t))
		scopes := accessscope.Of(p)
		if len(scopes) == 0 {
			return
		}
		require.Len(t, scopes, 3)
		for _, from := range p.Model.Tiers {
			for _, to := range p.Model.Tiers {
				for _, port := range ports {
					var declared, behind bool
					for _, f := range p.Model.Flows {
						declared = declared || f.From.Text == from.ID && f.To.Text == to.ID && declares(f, port)
						behind = behind || isLed(p.Model, f, from.ID, to.ID, port)
					}
					a, b := interfaceOf(p, from.ID), interfaceOf(p, to.ID)
					require.Equal(t, !declared, found(scopes[2], a, b, port, false), "%s -> %s %v", from.ID, to.ID, port)
					require.Equal(t, !declared && !behind, found(scopes[2], a, b, port, true), "%s -> balancer -> %s %v", from.ID, to.ID, port)
				}
			}
		}
	})
}

// ports are packets of the services that random architectures have, and of others.
var ports = []packet{{"tcp", 443}, {"tcp", 8005}, {"tcp", 22}, {"udp", 53}, {"udp", 5000}, {"tcp", 80}, {"tcp", 3306}}

// isLed reports whether a flow to an edge tier goes on behind its load balancers to a tier.
func isLed(m *arch.Model, first arch.CheckedFlow, from, to string, p packet) bool {
	isKnown := func(o arch.Ports) bool { return o.IsAll() || o.Protocol == arch.TCP || o.Protocol == arch.UDP }
	if first.From.Text != from || first.To.Kind != arch.Edge || !slices.ContainsFunc(first.Ports, isKnown) {
		return false
	}
	return slices.ContainsFunc(m.Flows, func(f arch.CheckedFlow) bool {
		return f.From == first.To && f.To.Kind.IsTier() && f.To.Text == to && declares(f, p)
	})
}

// TestOutside: the same of paths into and out of the network, by internet gateways and by others.
func TestOutside(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := plantest.Make(t, plantest.Architectures(t))
		scopes := accessscope.Of(p)
		if len(scopes) == 0 {
			return
		}
		addresses := map[string]bool{"198.51.100.7": true} // of nobody that is declared
		for _, f := range p.Model.Flows {
			for _, peer := range []arch.Peer{f.From, f.To} {
				if peer.Kind == arch.CIDR || peer.Kind == arch.PrefixList {
					addresses[peer.Text] = true
				}
			}
		}
		for _, tier := range p.Model.Tiers {
			inside := interfaceOf(p, tier.ID)
			for address := range addresses {
				for _, gateway := range []string{"AWS::EC2::InternetGateway", "AWS::EC2::VPNGateway"} {
					outside := end{gateway: gateway, address: address}
					for _, port := range ports {
						in, out := false, false
						for _, f := range p.Model.Flows {
							in = in || f.To.Text == tier.ID && comes(f.From, f, outside) && declares(f, port)
							out = out || f.From.Text == tier.ID && comes(f.To, f, outside) && declares(f, port)
						}
						require.Equal(t, !in, found(scopes[0], outside, inside, port, false), "%v -> %s %v", outside, tier.ID, port)
						require.Equal(t, !out, found(scopes[1], inside, outside, port, false), "%s -> %v %v", tier.ID, outside, port)
					}
				}
			}
		}
	})
}

// comes reports whether the peer of a flow may be at an end outside.
func comes(peer arch.Peer, f arch.CheckedFlow, e end) bool {
	if prefix, ok := peer.Prefix(); ok && prefix.Addr().Is6() || peer.Kind == arch.CIDR && peer.IPv6 {
		return false
	}
	if f.Path.Kind == arch.ByGatewayEndpoint || (f.Path.Kind == arch.ThroughGateway) != (e.gateway == "AWS::EC2::VPNGateway") {
		return false
	}
	switch peer.Kind {
	case arch.Internet, arch.Domain:
		return true
	case arch.CIDR, arch.PrefixList:
		return peer.Text == e.address
	}
	return false
}

// TestForeignInterfaces: what is in a tier's subnet without its group is a finding, whatever flows declare.
func TestForeignInterfaces(t *testing.T) {
	t.Parallel()
	p := plantest.Make(t, shop())
	scopes := accessscope.Of(p)
	stranger := end{group: "Stranger", subnet: p.Subnets["Web"][0].Key}
	assert.True(t, found(scopes[0], end{gateway: "AWS::EC2::InternetGateway"}, stranger, packet{"tcp", 443}, false))
	assert.True(t, found(scopes[2], stranger, interfaceOf(p, "App"), packet{"tcp", 8080}, false))
	assert.False(t, found(scopes[2], interfaceOf(p, "Web"), interfaceOf(p, "App"), packet{"tcp", 8080}, false))
}

func shop() arch.Architecture {
	return arch.Architecture{
		Network: arch.Network{Path: "Shop/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a", "eu-west-1b"}},
		Tiers:   []arch.Tier{{ID: "Edge", Kind: arch.Edge}, {ID: "Web", Kind: arch.Web}, {ID: "App", Kind: arch.App}},
		Flows: []arch.Flow{
			{From: arch.Peer{Kind: arch.Internet}, To: arch.TierPeer(arch.Edge, "Edge"), Service: "https"},
			{From: arch.TierPeer(arch.Edge, "Edge"), To: arch.TierPeer(arch.Web, "Web"), Service: "http"},
			{From: arch.TierPeer(arch.Web, "Web"), To: arch.TierPeer(arch.App, "App"), Service: "tcp/8080"},
		},
	}
}

// TestMerged: sources that differ in nothing else share a condition.
func TestMerged(t *testing.T) {
	t.Parallel()
	a := shop()
	a.Tiers = append(a.Tiers, arch.Tier{ID: "Jobs", Kind: arch.Web, Block: 9})
	a.Flows = append(a.Flows, arch.Flow{From: arch.TierPeer(arch.Web, "Jobs"), To: arch.TierPeer(arch.App, "App"), Service: "tcp/8080"})
	var got []string
	for _, c := range accessscope.Of(plantest.Make(t, a))[2].Exclude {
		got = append(got, fmt.Sprint(c.Source.Groups, c.Destination.Groups, c.Destination.Packet.Ports))
	}
	assert.Equal(t, []string{"[Jobs Web] [App]8080", "[Edge] [Web]80"}, got)
}

// TestNone: a network without tiers has no scopes.
func TestNone(t *testing.T) {
	t.Parallel()
	a := shop()
	a.Tiers, a.Flows = nil, nil
	assert.Empty(t, accessscope.Of(plantest.Make(t, a)))
}
