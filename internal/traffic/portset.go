package traffic

import "slices"

// PortRange is an inclusive range of ports.
type PortRange struct{ From, To uint16 }

// PortSet is a set of ports. The zero PortSet is empty. It is a value: operations make new sets.
type PortSet struct{ spans spans }

// AllPorts returns the set of all ports, 0 to 65535.
func AllPorts() PortSet { return PortsFrom(0, LastPort) }

// PortsFrom returns the inclusive range of ports. It is empty if the range is reversed or has a number that no port has.
func PortsFrom(from, to int) PortSet {
	if from > to || from < 0 || to > LastPort {
		return PortSet{}
	}
	return PortSet{spans{{uint32(from), uint32(to)}}}
}

// IsEmpty reports whether no port is in the set.
func (p PortSet) IsEmpty() bool { return len(p.spans) == 0 }

// Equal reports whether both sets hold the same ports.
func (p PortSet) Equal(q PortSet) bool { return slices.Equal(p.spans, q.spans) }

// Union returns the ports that are in p or q.
func (p PortSet) Union(q PortSet) PortSet { return PortSet{p.spans.union(q.spans)} }

// Intersect returns the ports that are in both p and q.
func (p PortSet) Intersect(q PortSet) PortSet { return PortSet{p.spans.intersect(q.spans)} }

// Minus returns the ports that are in p and not in q.
func (p PortSet) Minus(q PortSet) PortSet { return PortSet{p.spans.minus(q.spans)} }

// Contains reports whether every port of q is in p.
func (p PortSet) Contains(q PortSet) bool { return q.Minus(p).IsEmpty() }

// Overlaps reports whether some port is in both p and q.
func (p PortSet) Overlaps(q PortSet) bool { return p.spans.overlaps(q.spans) }

// Ranges returns the ports as ranges: sorted, neither overlapping nor touching.
func (p PortSet) Ranges() []PortRange {
	out := make([]PortRange, len(p.spans))
	for i, s := range p.spans {
		out[i] = PortRange{uint16(s.from), uint16(s.to)}
	}
	return out
}
