package traffic

import (
	"encoding/binary"
	"iter"
	"slices"
)

// Set is a set of services: for every protocol, destination ports or ICMP types and codes. The zero Set is empty. It is a value:
// operations make new sets.
//
// A service is one number. Its upper bits are the protocol. Its lower 16 bits are the port or, for ICMP, eight bits of type and eight
// bits of code. A protocol without ports is all of its numbers.
type Set struct{ spans spans }

var everything = Set{spans{{0, lastProtocol<<16 | LastPort}}}

// families are the services that exist between addresses of IPv4 and of IPv6: neither has the other's ICMP.
var families = [2]Set{everything.Minus(Protocol(ICMPv6)), everything.Minus(Protocol(ICMP))}

// Everything returns all services of all protocols.
func Everything() Set { return everything }

// OfFamily returns the services that exist between addresses of one family: all but the other family's ICMP.
func OfFamily(is6 bool) Set {
	if is6 {
		return families[1]
	}
	return families[0]
}

// Protocol returns all services of one protocol, by its number.
func Protocol(number int) Set { return Ports(number, 0, LastPort) }

// Ports returns the inclusive range of destination ports of a protocol. If the protocol has no ports, it returns the whole protocol.
// It returns the empty set if the range is reversed or no protocol or port has such a number.
func Ports(protocol, from, to int) Set {
	if protocol < 0 || protocol > lastProtocol || from > to || from < 0 || to > LastPort {
		return Set{}
	}
	if !HasPorts(protocol) && !IsICMP(protocol) {
		from, to = 0, LastPort
	}
	base := uint32(protocol) << 16
	return Set{spans{{base | uint32(from), base | uint32(to)}}}
}

// OnPorts returns the services of a protocol that has ports, on the ports of a set.
func OnPorts(protocol int, ports PortSet) Set {
	var out Set
	for _, r := range ports.spans {
		out = out.Union(Ports(protocol, int(r.from), int(r.to)))
	}
	return out
}

// ICMPTypes returns the ICMP messages of a type and code; -1 stands for all types, or all codes of a type.
func ICMPTypes(protocol, kind, code int) Set {
	if kind > 255 || code > 255 {
		return Set{}
	}
	from, to := ICMPRange(kind, code)
	return Ports(protocol, from, to)
}

// ICMPRange returns the numbers that ICMP messages of a type and code have in a [Set], where other services have ports. -1 stands for all
// types, or all codes of a type.
func ICMPRange(kind, code int) (from, to int) {
	switch {
	case kind < 0:
		return 0, LastPort
	case code < 0:
		return kind << 8, kind<<8 | 255
	}
	return kind<<8 | code, kind<<8 | code
}

// IsEmpty reports whether no service is in the set.
func (t Set) IsEmpty() bool { return len(t.spans) == 0 }

// Equal reports whether both sets hold the same services.
func (t Set) Equal(u Set) bool { return slices.Equal(t.spans, u.spans) }

// Union returns the services that are in t or u.
func (t Set) Union(u Set) Set { return Set{t.spans.union(u.spans)} }

// Intersect returns the services that are in both t and u.
func (t Set) Intersect(u Set) Set { return Set{t.spans.intersect(u.spans)} }

// Overlaps reports whether some service is in both t and u.
func (t Set) Overlaps(u Set) bool { return t.spans.overlaps(u.spans) }

// Minus returns the services that are in t and not in u.
func (t Set) Minus(u Set) Set { return Set{t.spans.minus(u.spans)} }

// Contains reports whether every service of u is in t.
func (t Set) Contains(u Set) bool { return u.spans.within(t.spans) }

// Compare orders sets; it returns 0 for equal ones.
func (t Set) Compare(u Set) int { return t.spans.compare(u.spans) }

// AppendKey appends bytes that are the same for equal sets and different for all others.
func (t Set) AppendKey(to []byte) []byte {
	to = binary.BigEndian.AppendUint32(to, uint32(len(t.spans)))
	for _, s := range t.spans {
		to = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(to, s.from), s.to)
	}
	return to
}

// Numbers yields the numbers of the services, as [Set] describes them, in inclusive ranges from low to high.
func (t Set) Numbers() iter.Seq2[uint32, uint32] {
	return func(yield func(from, to uint32) bool) {
		for _, s := range t.spans {
			if !yield(s.from, s.to) {
				return
			}
		}
	}
}

// Ranges yields each contiguous range of the set as a set of its own, from low to high.
func (t Set) Ranges() iter.Seq[Set] {
	return func(yield func(Set) bool) {
		for i := range t.spans {
			if !yield(Set{t.spans[i : i+1 : i+1]}) {
				return
			}
		}
	}
}

// First returns the lowest service of the set. It reports false if the set is empty.
func (t Set) First() (Service, bool) {
	if t.IsEmpty() {
		return Service{}, false
	}
	return serviceOf(t.spans[0].from), true
}

// A Builder unites many sets at once, which is faster than one Union after the other. The zero Builder is ready to use.
type Builder struct{ ranges []span }

// Add adds the services of a set.
func (b *Builder) Add(t Set) { b.ranges = append(b.ranges, t.spans...) }

// Set returns all services that were added. The Builder must not be used afterwards.
func (b *Builder) Set() Set { return Set{spansOf(b.ranges)} }
