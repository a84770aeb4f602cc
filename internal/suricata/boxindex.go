package suricata

import (
	"encoding/binary"
	"iter"
	"net/netip"
	"slices"
)

// boxIndex finds the boxes in a list that meet other boxes, without looking at every box of the list: a policy may hold hundreds of
// thousands. It is one tree per protocol. Each node knows the ranges that all boxes below it lie in, so a search skips the nodes that lie
// elsewhere.
type boxIndex struct {
	boxes []box
	roots map[string]*boxNode
}

// boxNode is a part of the boxes: a leaf lists them by index; any other node has two parts.
type boxNode struct {
	ranges      [dimensions]keyRange // the ranges that the boxes lie in
	states      state                // the states of all boxes together
	first, last int                  // the smallest and the largest index
	leaf        []int                // sorted
	parts       [2]*boxNode
}

// dimensions is the number of ranges of a box: two of addresses, and two of ports.
const dimensions = 4

// leafSize is the number of boxes that a leaf holds at most. It holds more only if all their ranges begin at the same places.
const leafSize = 16

// keyRange is a range of addresses or ports as numbers.
type keyRange struct{ from, to uint64 }

func newBoxIndex(boxes []box) *boxIndex {
	x := &boxIndex{boxes: boxes, roots: map[string]*boxNode{}}
	ranges := make([][dimensions]keyRange, len(boxes))
	byProtocol := map[string][]int{}
	for i := range boxes {
		ranges[i] = boxes[i].ranges()
		byProtocol[boxes[i].protocol] = append(byProtocol[boxes[i].protocol], i)
	}
	for protocol, members := range byProtocol {
		x.roots[protocol] = newBoxNode(boxes, ranges, members)
	}
	return x
}

// newBoxNode makes the tree of some boxes, named by their sorted indexes.
func newBoxNode(boxes []box, ranges [][dimensions]keyRange, members []int) *boxNode {
	n := &boxNode{ranges: ranges[members[0]], first: members[0], last: members[len(members)-1]}
	for _, i := range members {
		n.states |= boxes[i].state
		for d, r := range ranges[i] {
			n.ranges[d] = keyRange{min(n.ranges[d].from, r.from), max(n.ranges[d].to, r.to)}
		}
	}
	d, middle, ok := bestSplit(ranges, members)
	if !ok || len(members) <= leafSize {
		n.leaf = members
		return n
	}
	var below, above []int
	for _, i := range members {
		if ranges[i][d].from < middle {
			below = append(below, i)
		} else {
			above = append(above, i)
		}
	}
	n.parts = [2]*boxNode{newBoxNode(boxes, ranges, below), newBoxNode(boxes, ranges, above)}
	return n
}

// bestSplit returns the dimension, and the place in it, that divides the boxes into the most equal parts. ok is false if all ranges begin
// at the same places.
func bestSplit(ranges [][dimensions]keyRange, members []int) (dimension int, middle uint64, ok bool) {
	best := 0
	starts := make([]uint64, len(members))
	for d := range dimensions {
		for k, i := range members {
			starts[k] = ranges[i][d].from
		}
		slices.Sort(starts)
		median := starts[len(starts)/2]
		if below, _ := slices.BinarySearch(starts, median); below > best {
			dimension, middle, best = d, median, below
		}
	}
	return dimension, middle, best > 0
}

// ranges returns the ranges of the box as numbers.
func (b *box) ranges() [dimensions]keyRange {
	return [dimensions]keyRange{
		{addressKey(b.destination.From()), addressKey(b.destination.To())},
		{addressKey(b.source.From()), addressKey(b.source.To())},
		{uint64(b.destinationPorts.From), uint64(b.destinationPorts.To)},
		{uint64(b.sourcePorts.From), uint64(b.sourcePorts.To)},
	}
}

// addressKey returns a number for an address, in the order of the addresses of its family. Several addresses of IPv6 share one, so a search
// compares the boxes themselves in the end.
func addressKey(a netip.Addr) uint64 {
	if a.Is4() {
		b := a.As4()
		return uint64(binary.BigEndian.Uint32(b[:]))
	}
	b := a.As16()
	return binary.BigEndian.Uint64(b[:8])
}

// meeting yields in ascending order the indexes below a limit of the boxes that meet any of some other boxes.
func (x *boxIndex) meeting(others []box, limit int) iter.Seq[int] {
	return func(yield func(int) bool) {
		if len(others) == 0 {
			return
		}
		next := make([]int, len(others))
		for k := range others {
			next[k] = x.first(&others[k], 0, limit)
		}
		for {
			i := slices.Min(next)
			if i == limit || !yield(i) {
				return
			}
			for k := range others {
				if next[k] == i {
					next[k] = x.first(&others[k], i+1, limit)
				}
			}
		}
	}
}

// meets reports whether a box with an index below a limit meets another box.
func (x *boxIndex) meets(other *box, limit int) bool { return x.first(other, 0, limit) < limit }

// first returns the smallest index from a given one on of a box that meets another; limit if there is none below it.
func (x *boxIndex) first(other *box, from, limit int) int {
	n, ok := x.roots[other.protocol]
	if !ok {
		return limit
	}
	return n.find(x.boxes, other, other.ranges(), from, limit)
}

// find is first for the boxes of a node.
func (n *boxNode) find(boxes []box, other *box, ranges [dimensions]keyRange, from, limit int) int {
	if n.last < from || n.first >= limit || n.states&other.state == 0 {
		return limit
	}
	for d, r := range ranges {
		if n.ranges[d].to < r.from || r.to < n.ranges[d].from {
			return limit
		}
	}
	if n.leaf == nil {
		for _, part := range n.parts {
			limit = part.find(boxes, other, ranges, from, limit)
		}
		return limit
	}
	start, _ := slices.BinarySearch(n.leaf, from)
	for _, i := range n.leaf[start:] {
		if i >= limit || boxes[i].meets(other) {
			return min(i, limit)
		}
	}
	return limit
}
