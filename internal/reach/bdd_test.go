//go:build !race

// This file is left out with the race detector, because finalizers of rudd, the package of the diagrams, race with it.

package reach

import (
	"cmp"
	"math/big"
	"math/rand"
	"net/netip"
	"slices"
	"testing"

	"github.com/dalzilio/rudd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/reach/address"
	"github.com/tierwall/tierwall/internal/traffic"
)

// Binary decision diagrams hold sets of packets without knowing about addresses or ports. The tests build rule sets as formulas over the
// bits of a header, and compare them with what the engine computes, over all 2^56 headers at once.

// The bits of a header: 32 of an address, 8 of a protocol, 16 of a port.
const (
	addressBits = 32
	serviceBits = 24
	headerBits  = addressBits + serviceBits
)

type diagrams struct {
	*rudd.BDD
	t testing.TB
}

func newDiagrams(t testing.TB, nodes int) *diagrams {
	t.Helper()
	b, err := rudd.New(headerBits, rudd.Nodesize(nodes), rudd.Cachesize(nodes/4))
	require.NoError(t, err)
	return &diagrams{b, t}
}

// upTo returns the headers in which count bits, from first on, are a number of at most limit.
func (d *diagrams) upTo(first, count int, limit uint32) rudd.Node {
	out := d.True()
	for i := range count { // From the last bit to the first.
		bit := first + count - 1 - i
		if limit>>i&1 == 1 {
			out = d.Or(d.NIthvar(bit), out)
		} else {
			out = d.And(d.NIthvar(bit), out)
		}
	}
	return out
}

// between returns the headers in which the bits are a number in the range.
func (d *diagrams) between(first, count int, from, to uint32) rudd.Node {
	out := d.upTo(first, count, to)
	if from > 0 {
		out = d.And(out, d.Not(d.upTo(first, count, from-1)))
	}
	return out
}

func number(a netip.Addr) uint32 {
	b := a.As4()
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}

// block returns the headers with an address in a CIDR block.
func (d *diagrams) block(p netip.Prefix) rudd.Node {
	out := d.True()
	for i := range p.Bits() {
		if number(p.Addr())>>(31-i)&1 == 1 {
			out = d.And(out, d.Ithvar(i))
		} else {
			out = d.And(out, d.NIthvar(i))
		}
	}
	return out
}

// service returns the headers of a protocol with a range of ports, without the engine's sets.
func (d *diagrams) service(protocol, from, to int) rudd.Node {
	if protocol < 0 {
		return d.True()
	}
	out := d.between(addressBits, 8, uint32(protocol), uint32(protocol))
	if protocol == traffic.TCP || protocol == traffic.UDP {
		out = d.And(out, d.between(addressBits+8, 16, uint32(from), uint32(to)))
	}
	return out
}

// traffic returns the headers of a set of the engine.
func (d *diagrams) traffic(t traffic.Set) rudd.Node {
	out := d.False()
	for from, to := range t.Numbers() {
		out = d.Or(out, d.between(addressBits, serviceBits, from, to))
	}
	return out
}

// line is a random rule.
type line struct {
	allow              bool
	protocol, from, to int
	block              netip.Prefix
}

func randomLine(r *rand.Rand) line {
	l := line{allow: r.Intn(3) > 0, protocol: []int{-1, traffic.TCP, traffic.TCP, traffic.TCP, traffic.UDP, traffic.UDP, 47}[r.Intn(7)],
		from: r.Intn(65536)}
	l.to = l.from + r.Intn(65536-l.from)
	if r.Intn(3) == 0 {
		l.to = l.from
	}
	bits := []int{0, 8, 12, 16, 20, 24, 24, 28, 32}[r.Intn(9)]
	addr := netip.AddrFrom4([4]byte{10, byte(r.Intn(4)), byte(r.Intn(4)), byte(r.Intn(256))})
	l.block = netip.PrefixFrom(addr, bits).Masked()
	return l
}

func (l line) traffic() traffic.Set {
	if l.protocol < 0 {
		return traffic.Everything()
	}
	return traffic.Ports(l.protocol, l.from, l.to)
}

// lines are those of a network ACL, where the first match decides, or of a security group, where one allow is enough.
type lines struct {
	list []line
	acl  bool
}

func randomLines(r *rand.Rand, count int, acl bool) lines {
	out := lines{acl: acl}
	for range count {
		l := randomLine(r)
		l.allow = l.allow || !acl
		out.list = append(out.list, l)
	}
	return out
}

// diagram returns what the lines let through, as a formula.
func (d *diagrams) diagram(l lines) rudd.Node {
	out := d.False()
	for i := len(l.list) - 1; i >= 0; i-- {
		rule := l.list[i]
		matches := d.And(d.block(rule.block), d.service(rule.protocol, rule.from, rule.to))
		if rule.allow {
			out = d.Or(out, matches)
		} else {
			out = d.And(out, d.Not(matches))
		}
	}
	return out
}

// computed returns what the engine computes, address range by address range.
func (d *diagrams) computed(parts []part) rudd.Node {
	out := d.False()
	for _, p := range parts {
		out = d.Or(out, d.And(d.between(0, addressBits, number(p.cell.From), number(p.cell.To)), d.traffic(p.traffic)))
	}
	return out
}

type part struct {
	cell    Cell
	traffic traffic.Set
}

// evaluate lets the engine compute what the lines let through. It cuts the addresses at the blocks of both sets of lines, so that each
// part is treated alike.
func (l lines) evaluate(others lines) []part {
	var blocks []Block
	for _, rule := range append(append([]line{}, l.list...), others.list...) {
		blocks = append(blocks, Block{Prefix: rule.block})
	}
	var entries []Entry
	g := &Group{}
	for i, rule := range l.list {
		entries = append(entries, Entry{Number: i + 1, Allow: rule.allow, Traffic: rule.traffic(), Block: Block{Prefix: rule.block}})
		g.Ingress = append(g.Ingress, Rule{Traffic: rule.traffic(), Peer: Peer{Block: Block{Prefix: rule.block}}})
	}
	class := &Class{Groups: []*Group{g}}
	var out []part
	for _, c := range address.CutCell(address.CellOf(address.Anywhere4), blocks) {
		carried := passes(entries, c)
		if !l.acl {
			carried = class.toward(ingress, nil, place{cell: c}, true, DoubtUnresolved)
		}
		out = append(out, part{c, carried.Sure})
	}
	return out
}

// points asks both the engine and the diagram about headers, at random and around the edges of rules.
func (d *diagrams) points(r *rand.Rand, l lines, parts []part, node rudd.Node, count int) int {
	holds := d.walk(node)
	for range count {
		rule := l.list[r.Intn(len(l.list))]
		addr := number(rule.block.Addr()) + uint32(r.Intn(3)) - 1
		service := uint32(max(rule.protocol, 0))<<16 | uint32((rule.from+r.Intn(3)-1)&traffic.LastPort)
		if r.Intn(2) == 0 {
			addr, service = uint32(10)<<24|uint32(r.Intn(1<<18)), uint32([]int{traffic.TCP, traffic.UDP, 47,
				50}[r.Intn(4)])<<16|uint32(r.Intn(1<<16))
		}
		// The parts cover all addresses, in order.
		i, _ := slices.BinarySearchFunc(parts, addr, func(p part, addr uint32) int { return cmp.Compare(number(p.cell.To), addr) })
		port := int(service & traffic.LastPort)
		got := parts[i].traffic.Contains(traffic.Ports(int(service>>16), port, port))
		if want := holds(addr, service); got != want {
			d.t.Fatalf("address %x, service %x: the engine says %v, the diagram %v", addr, service, got, want)
		}
	}
	return count
}

// diagramNode is one node of a diagram. It continues at low if its bit is 0 and at high if its bit is 1; the nodes 0 and 1 are the ends.
type diagramNode struct{ level, low, high int }

// walk copies the diagram, so that it can be asked header by header.
func (d *diagrams) walk(n rudd.Node) func(addr, service uint32) bool {
	var nodes []diagramNode
	require.NoError(d.t, d.Allnodes(func(id, level, low, high int) error {
		nodes = append(nodes, make([]diagramNode, max(0, id+1-len(nodes)))...)
		nodes[id] = diagramNode{level, low, high}
		return nil
	}, n))
	return func(addr, service uint32) bool {
		at := *n
		for at > 1 {
			node := nodes[at]
			bit := service >> (headerBits - 1 - node.level) & 1
			if node.level < addressBits {
				bit = addr >> (addressBits - 1 - node.level) & 1
			}
			if at = node.low; bit == 1 {
				at = node.high
			}
		}
		return at == 1
	}
}

// TestAgainstDiagrams compares rule sets, and the difference between two of them.
func TestAgainstDiagrams(t *testing.T) {
	t.Parallel()
	points, sets := 0, 0
	for seed := range 12 {
		r := rand.New(rand.NewSource(int64(seed)))
		d := newDiagrams(t, 1<<16)
		for _, acl := range []bool{true, false} {
			count := 40
			if !acl {
				count = 150
			}
			before := randomLines(r, count, acl)
			after := lines{append([]line{}, before.list...), acl}
			for range 1 + r.Intn(3) { // Some lines are others.
				after.list[r.Intn(count)] = randomLines(r, 1, acl).list[0]
			}
			was, is := d.diagram(before), d.diagram(after)
			old, now := before.evaluate(after), after.evaluate(before)
			require.True(t, d.Equal(was, d.computed(old)), "seed %d: the engine's set is another", seed)
			require.True(t, d.Equal(is, d.computed(now)), "seed %d: the engine's set is another", seed)
			var came []part
			for i := range now {
				came = append(came, part{now[i].cell, now[i].traffic.Minus(old[i].traffic)})
			}
			newly := d.And(is, d.Not(was))
			assert.True(t, d.Equal(newly, d.computed(came)), "seed %d: what is newly let through", seed)
			assert.Equal(t, d.Equal(newly, d.False()), empty(came), "seed %d", seed)
			points += d.points(r, after, now, is, 100_000)
			sets += 3
		}
		require.Less(t, d.Satcount(d.False()).Cmp(big.NewInt(1)), 1)
	}
	t.Logf("%d sets equal over all 2^%d headers, %d single headers asked", sets, headerBits, points)
}

func empty(parts []part) bool {
	for _, p := range parts {
		if !p.traffic.IsEmpty() {
			return false
		}
	}
	return true
}
