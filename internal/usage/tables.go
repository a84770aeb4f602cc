package usage

import (
	"net/netip"
	"slices"

	"go4.org/netipx"
)

// Tables says what a network's addresses and flows mean, as tables: for engines that read logs where they are. They have no list of
// interfaces, so that they mean what [New] means for a network without one.
type Tables struct {
	Areas []Area // by number
	// Ranges cut all addresses of both families into areas. They are ascending and without overlap, IPv4 first.
	Ranges []AddressRange
	// Ends are those of the model's flows, in their order.
	Ends []Ends
	// UnknownIPv6 says that the network has IPv6 addresses in a block that is not known.
	UnknownIPv6 bool
}

// Area is a set of addresses that are treated alike.
type Area struct {
	Name   string
	Inside bool     // of the network
	Own    bool     // of the network's own equipment
	Tiers  []string // that the addresses may belong to, by id
	// Narrow holds the areas of the addresses that are known to belong to one of several tiers, by tier. It is nil for up to one tier.
	Narrow map[string]int
}

// AddressRange is a range of addresses, both ends included, with the number of its area.
type AddressRange struct {
	From, To netip.Addr
	Area     int
}

// Ends are the areas that packets of a flow may come from and go to, by number.
type Ends struct{ From, To []int }

// Tables returns the tables of a network without its list of interfaces.
func (n *Network) Tables() *Tables {
	bare := *n
	bare.Interfaces = nil
	a := bare.areas()
	m := newMatcher(n.Model, a)
	out := &Tables{UnknownIPv6: n.Model.Network.IPv6 && !n.IPv6.IsValid()}
	for i, of := range a.all {
		area := Area{Name: of.name, Inside: of.inside, Own: of.own, Tiers: of.tiers}
		for tier, number := range a.narrows[areaNumber(i)] {
			if area.Narrow == nil {
				area.Narrow = map[string]int{}
			}
			area.Narrow[tier] = int(number)
		}
		out.Areas = append(out.Areas, area)
	}
	out.Ranges = a.ranges()
	for _, f := range n.Model.Flows {
		var ends Ends
		for i, of := range a.all {
			if m.mayBe(f.From, of) || m.keepsClientsOf(f, of) {
				ends.From = append(ends.From, i)
			}
			if m.mayBe(f.To, of) {
				ends.To = append(ends.To, i)
			}
		}
		out.Ends = append(out.Ends, ends)
	}
	return out
}

// ranges returns the ranges of addresses of all areas. Neighbours of the same area are one.
func (a *areas) ranges() []AddressRange {
	var starts []netip.Addr
	for _, start := range a.starts4 {
		starts = append(starts, address4(start))
	}
	var out []AddressRange
	add := func(starts []netip.Addr, numbers []areaNumber, last netip.Addr) {
		first := len(out)
		for i, start := range starts {
			to := last
			if i+1 < len(starts) {
				to = starts[i+1].Prev()
			}
			if n := len(out); n > first && out[n-1].Area == int(numbers[i]) {
				out[n-1].To = to
				continue
			}
			out = append(out, AddressRange{start, to, int(numbers[i])})
		}
	}
	add(starts, a.areas4, netipx.PrefixLastIP(netip.PrefixFrom(netip.IPv4Unspecified(), 0)))
	add(a.starts6, a.areas6, netipx.PrefixLastIP(netip.PrefixFrom(netip.IPv6Unspecified(), 0)))
	return slices.Clip(out)
}
