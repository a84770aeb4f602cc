package suricata

import (
	"net/netip"

	"go4.org/netipx"
)

// shadowers are boxes that rules decide whole, in the order of evaluation, with an index to find those around a packet: a policy may
// hold hundreds of thousands.
type shadowers struct {
	all  []shadower
	near map[area][]int
}

// area is a part of all packets: those of a protocol to some destinations, or else from some sources, or else all.
type area struct {
	protocol             string
	destinations, source netip.Prefix
}

// The sizes of areas.
const areaBits4, areaBits6 = 16, 32

func (s *shadowers) add(e shadower) {
	where := area{protocol: e.protocol}
	if p, ok := areaOf(e.destination); ok {
		where.destinations = p
	} else if p, ok := areaOf(e.source); ok {
		where.source = p
	}
	s.near[where] = append(s.near[where], len(s.all))
	s.all = append(s.all, e)
}

// holds reports whether one of the boxes holds a packet.
func (s *shadowers) holds(packet box) bool {
	to, _ := areaOf(packet.destination)
	from, _ := areaOf(packet.source)
	for _, where := range []area{{packet.protocol, to, netip.Prefix{}}, {packet.protocol, netip.Prefix{}, from}, {protocol: packet.protocol}} {
		for _, i := range s.near[where] {
			if s.all[i].meets(&packet) {
				return true
			}
		}
	}
	return false
}

// areaOf is the block that a range lies in; false if it lies in several.
func areaOf(r netipx.IPRange) (netip.Prefix, bool) {
	bits := areaBits6
	if r.From().Is4() {
		bits = areaBits4
	}
	p, err := r.From().Prefix(bits)
	return p, err == nil && p.Contains(r.To())
}
