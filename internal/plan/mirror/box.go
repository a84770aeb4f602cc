package mirror

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// box is a set of packets between the mirrored tier, which is this end, and a peer.
type box struct {
	egress          bool
	of              arch.Protocol
	own, peer       address.Block
	ownPorts, ports Range // of the tier, and of the peer
}

func (b box) compare(c box) int {
	return cmp.Or(b.own.Compare(c.own), b.peer.Compare(c.peer), cmp.Compare(b.of, c.of), direction(b.egress)-direction(c.egress),
		cmp.Compare(b.ownPorts.From, c.ownPorts.From), cmp.Compare(b.ownPorts.To, c.ownPorts.To),
		cmp.Compare(b.ports.From, c.ports.From), cmp.Compare(b.ports.To, c.ports.To))
}

// direction is 0 for packets that come in and 1 for packets that leave.
func direction(egress bool) int {
	if egress {
		return 1
	}
	return 0
}

// rule returns the rule for the packets.
func (b box) rule(accept bool) Rule {
	r := Rule{
		Accept: accept, Egress: b.egress, Of: b.of,
		Source: b.peer, SourcePorts: b.ports, Destination: b.own, DestinationPorts: b.ownPorts,
	}
	if b.egress {
		r.Source, r.Destination, r.SourcePorts, r.DestinationPorts = r.Destination, r.Source, r.DestinationPorts, r.SourcePorts
	}
	return r
}

// merged returns boxes that hold exactly the same packets, in an order of their own. Two become one only if the one holds nothing that
// neither of the two has: a rule for more would hide undeclared packets.
func merged(all []box) []box {
	out := slices.Clone(all)
	slices.SortFunc(out, box.compare)
	for i := 0; i < len(out); i++ {
		for j := i + 1; j < len(out); j++ {
			if one, ok := out[i].union(out[j]); ok {
				out[i] = one
				out = slices.Delete(out, j, j+1)
				i, j = 0, 0 // What did not fit before may fit now.
			}
		}
	}
	slices.SortFunc(out, box.compare)
	return out
}

// union returns the box that holds exactly the packets of both. There is one if they differ in one respect, or if one contains the other.
func (b box) union(c box) (box, bool) {
	if b.egress != c.egress || b.of != c.of {
		return box{}, false
	}
	own, ownOK := unionOf(b.own, c.own)
	peer, peerOK := unionOf(b.peer, c.peer)
	ownPorts, ownPortsOK := b.ownPorts.union(c.ownPorts)
	ports, portsOK := b.ports.union(c.ports)
	if !ownOK || !peerOK || !ownPortsOK || !portsOK {
		return box{}, false
	}
	one := box{b.egress, b.of, own, peer, ownPorts, ports}
	differ := 0
	for _, different := range []bool{b.own != c.own, b.peer != c.peer, b.ownPorts != c.ownPorts, b.ports != c.ports} {
		if different {
			differ++
		}
	}
	return one, differ <= 1 || one == b || one == c
}

// unionOf returns the block that holds exactly the addresses of both: the larger one, or the block of which they are the halves.
func unionOf(a, b address.Block) (address.Block, bool) {
	switch {
	case a.Contains(b):
		return a, true
	case b.Contains(a):
		return b, true
	case !a.Prefix.IsValid() || !b.Prefix.IsValid() || a.Prefix.Bits() != b.Prefix.Bits() || a.IPv6 != b.IPv6:
		return address.Block{}, false
	}
	above := func(p netip.Prefix) netip.Prefix { return netip.PrefixFrom(p.Addr(), p.Bits()-1).Masked() }
	return address.Literal(above(a.Prefix)), above(a.Prefix) == above(b.Prefix)
}
