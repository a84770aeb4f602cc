package mirror_test

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go4.org/netipx"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/address"
	"github.com/tierwall/tierwall/internal/plan/mirror"
	"github.com/tierwall/tierwall/internal/plan/plantest"
)

// packet is a packet at an interface.
type packet struct {
	egress           bool
	protocol         arch.Protocol
	from, to         netip.Addr
	fromPort, toPort int
}

// vpc6 is the range that a test's VPC has of IPv6.
var vpc6 = netip.MustParsePrefix("2001:db8:42::/56")

// prefixOf returns the addresses of a block of a rule.
func prefixOf(b address.Block) netip.Prefix {
	if b.IsPart() && b.IPv6 {
		return part6(b.Bits, b.Index)
	}
	return b.Prefix
}

func part6(bits, index int) netip.Prefix {
	a := vpc6.Addr().As16()
	n := uint64(index) << (64 - bits) // The parts of a /56 end within the first 64 bits.
	a[7] |= byte(n)
	return netip.PrefixFrom(netip.AddrFrom16(a), bits)
}

// copied evaluates a filter as AWS's guide says: the rules of the packet's direction, from the lowest number to the highest; the first rule
// that matches decides; without a match the packet is not mirrored. The rules are sorted.
func copied(rules []mirror.Rule, p packet) bool {
	has := func(r mirror.Range, port int) bool { return r == (mirror.Range{}) || r.From <= port && port <= r.To }
	for _, r := range rules {
		if r.Egress == p.egress && (r.Of == arch.All || r.Of == p.protocol) && prefixOf(r.Source).Contains(p.from) &&
			prefixOf(r.Destination).Contains(p.to) && has(r.SourcePorts, p.fromPort) && has(r.DestinationPorts, p.toPort) {
			return r.Accept
		}
	}
	return false
}

// world knows who has which addresses, from the subnets.
type world struct {
	*plan.Plan
	everyone map[string]netip.Addr // one address of each, by name
}

func worldOf(p *plan.Plan, six bool) world {
	w := world{p, map[string]netip.Addr{}}
	for _, t := range p.Model.Tiers {
		for i, s := range p.Subnets[t.ID] {
			if prefix, ok := subnet(s, six); ok {
				w.everyone[fmt.Sprint(t.ID, i)] = netipx.RangeOfPrefix(prefix).From().Next().Next()
			}
		}
	}
	outside := []string{"198.51.100.9", "203.0.113.7", "192.168.7.3", "10.0.15.1"}
	if six {
		outside = []string{"2001:db8:ffff::1", "2001:db8:42:3::1"}
	}
	for _, a := range outside {
		w.everyone[a] = netip.MustParseAddr(a)
	}
	return w
}

func subnet(s address.Subnet, six bool) (netip.Prefix, bool) {
	switch {
	case !six:
		return s.Prefix, true
	case s.IPv6 < 0:
		return netip.Prefix{}, false
	}
	return part6(64, s.IPv6), true
}

// isAt reports whether an address is one of a peer. known is false if nobody can say. The internet is what is not the network.
func (w world) isAt(p arch.Peer, a netip.Addr) (is, known bool) {
	switch {
	case p.Kind == arch.Internet:
		return !netip.MustParsePrefix(p4).Contains(a) && !vpc6.Contains(a), true
	case p.Kind == arch.CIDR:
		prefix, _ := p.Prefix()
		return prefix.Contains(a), true
	case !p.Kind.IsTier() || len(w.Subnets[p.Text]) == 0:
		return false, false
	}
	return slices.ContainsFunc(w.Subnets[p.Text], func(s address.Subnet) bool {
		prefix, ok := subnet(s, a.Is6())
		return ok && prefix.Contains(a)
	}), true
}

const p4 = "10.0.0.0/16"

// declares reports whether a flow declares a packet at an interface of one of its ends, or one that it answers. Flows of which nobody
// knows the addresses, and those of protocols without ports, declare nothing here.
func (w world) declares(f arch.CheckedFlow, tier string, p packet) bool {
	client, server, request := p.from, p.to, p
	for _, answer := range []bool{false, true} {
		if answer {
			client, server = p.to, p.from
			request.fromPort, request.toPort = p.toPort, p.fromPort
			request.egress = !p.egress
		}
		fromIs, fromKnown := w.isAt(f.From, client)
		toIs, toKnown := w.isAt(f.To, server)
		ofTier := request.egress && f.From.Text == tier || !request.egress && f.To.Text == tier
		if ofTier && fromIs && toIs && fromKnown && toKnown && (!answer || request.fromPort >= 1024) &&
			slices.ContainsFunc(f.Ports, func(o arch.Ports) bool {
				return o.Protocol == p.protocol && p.protocol != arch.ICMP && p.protocol != arch.ICMPv6 &&
					o.From <= request.toPort && request.toPort <= o.To
			}) {
			return true
		}
	}
	return false
}

// ports are those at the edges of services of random architectures.
var ports = []int{22, 53, 80, 81, 82, 443, 1023, 1024, 3306, 5000, 7999, 8000, 8010, 8011, 8080, 50000, 65535}

// packets calls f with packets at an interface of a tier, to and from everybody.
func (w world) packets(t *rapid.T, tier string, six bool, f func(packet)) {
	s := w.Subnets[tier][0]
	prefix, ok := subnet(s, six)
	if !ok {
		return
	}
	own := netipx.RangeOfPrefix(prefix).From().Next()
	names := []string{}
	for name := range w.everyone {
		names = append(names, name)
	}
	slices.Sort(names)
	some, others := rapid.SampledFrom(ports).Draw(t, "port"), rapid.Permutation(ports).Draw(t, "ports")[:6]
	for _, name := range names {
		for _, protocol := range []arch.Protocol{arch.TCP, arch.UDP, arch.ICMP} {
			for _, port := range others {
				for _, egress := range []bool{false, true} {
					for _, swapped := range []bool{false, true} {
						p := packet{egress, protocol, w.everyone[name], own, some, port}
						if egress {
							p.from, p.to = p.to, p.from
						}
						if swapped {
							p.fromPort, p.toPort = p.toPort, p.fromPort
						}
						if protocol == arch.ICMP {
							p.fromPort, p.toPort = 0, 0
						}
						f(p)
					}
				}
			}
		}
	}
}

// TestUndeclared: in random architectures, of the packets at the interfaces of all tiers exactly those are copied that are neither of a
// declared flow nor of an answer to one. A mutant of a filter, in which one rule is missing or has another action, copies others.
func TestUndeclared(t *testing.T) {
	t.Parallel()
	seen, mutants, killed := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		p := plantest.Make(t, plantest.Architectures(t))
		for _, tier := range p.Model.Tiers {
			f, ok := mirror.Undeclared(p.Model, tier.ID, nil)
			require.Equal(t, tier.Imported == nil, ok)
			if !ok {
				continue
			}
			checkRules(t, f.Rules)
			mutant := slices.Clone(f.Rules)
			victim := rapid.IntRange(0, len(mutant)-1).Draw(t, "victim")
			mutant[victim].Accept = !mutant[victim].Accept
			differs := false
			for _, six := range []bool{false, p.Model.Network.IPv6}[:1+direction(p.Model.Network.IPv6)] {
				w := worldOf(p, six)
				w.packets(t, tier.ID, six, func(x packet) {
					declared := slices.ContainsFunc(p.Model.Flows, func(f arch.CheckedFlow) bool { return w.declares(f, tier.ID, x) })
					require.Equal(t, !declared, copied(f.Rules, x), "%s %+v\n%v", tier.ID, x, f.Rules)
					differs = differs || copied(mutant, x) == declared
					seen++
				})
			}
			mutants++
			killed += direction(differs)
		}
	})
	t.Logf("%d packets; %d of %d mutants seen", seen, killed, mutants)
	assert.Greater(t, killed*2, mutants) // Some rules are for blocks and ports of which no packet was drawn.
}

func direction(is bool) int {
	if is {
		return 1
	}
	return 0
}

// checkRules checks what AWS demands of rules, and that their ids and numbers are unique.
func checkRules(t require.TestingT, rules []mirror.Rule) {
	ids, numbers := map[string]bool{}, map[int]bool{}
	require.True(t, slices.IsSortedFunc(rules, func(a, b mirror.Rule) int { return cmp.Compare(a.Number, b.Number) }))
	for _, r := range rules {
		require.False(t, ids[r.ID] || numbers[r.Number], r.ID)
		ids[r.ID], numbers[r.Number] = true, true
		require.True(t, 1 <= r.Number && r.Number <= 32766)
		require.Equal(t, r.Source.IPv6, r.Destination.IPv6)
		if r.Of == arch.All {
			require.Zero(t, r.SourcePorts)
			require.Zero(t, r.DestinationPorts)
		}
	}
}

// TestChosen: a filter for chosen flows copies the packets of these flows alone.
func TestChosen(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := plantest.Make(t, plantest.Architectures(t))
		if len(p.Model.Flows) == 0 {
			return
		}
		chosen := rapid.SampledFrom(p.Model.Flows).Draw(t, "chosen")
		for _, tier := range p.Model.Tiers {
			f, ok := mirror.Chosen(p.Model, tier.ID, []arch.CheckedFlow{chosen})
			if !ok {
				continue
			}
			checkRules(t, f.Rules)
			for _, six := range []bool{false, p.Model.Network.IPv6}[:1+direction(p.Model.Network.IPv6)] {
				w := worldOf(p, six)
				w.packets(t, tier.ID, six, func(x packet) {
					require.Equal(t, w.declares(chosen, tier.ID, x), copied(f.Rules, x), "%s %+v\n%v", tier.ID, x, f.Rules)
				})
			}
		}
	})
}
