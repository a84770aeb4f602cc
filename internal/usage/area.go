package usage

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"go4.org/netipx"

	"github.com/tierwall/tierwall/internal/arch"
)

// area is a set of addresses that are treated alike.
type area struct {
	name   string
	inside bool
	// tiers are the tiers that the addresses may belong to, by id.
	tiers []string
	// own says that the network's own equipment has the addresses: NAT gateways, firewall endpoints, attachments.
	own bool
	// blocks are the declared blocks that the addresses are in.
	blocks []arch.Peer
}

// areaNumber is the place of an area in [areas].all.
type areaNumber uint32

// areas finds the area of an address.
type areas struct {
	all     []area
	number  map[string]areaNumber // by content
	starts4 []uint32              // the first addresses of ranges, ascending
	areas4  []areaNumber
	starts6 []netip.Addr
	areas6  []areaNumber
	known   map[netip.Addr][]knownAddress // addresses of listed interfaces
	narrows map[areaNumber]map[string]areaNumber
}

// knownAddress says to which area an address belongs in a time.
type knownAddress struct {
	since, until int64 // until is 0 if it is not over
	area         areaNumber
}

// labelled is a block of addresses with what is known of it.
type labelled struct {
	prefix netip.Prefix
	label  area
}

// newAreas cuts all addresses into areas.
func newAreas(blocks []labelled) *areas {
	a := &areas{number: map[string]areaNumber{}, known: map[netip.Addr][]knownAddress{}}
	starts := []netip.Addr{netip.IPv4Unspecified(), netip.IPv6Unspecified()}
	for _, b := range blocks {
		r := netipx.RangeOfPrefix(b.prefix)
		starts = append(starts, r.From())
		if next := r.To().Next(); next.IsValid() {
			starts = append(starts, next)
		}
	}
	slices.SortFunc(starts, netip.Addr.Compare)
	for _, start := range slices.Compact(starts) {
		n := a.add(labelOf(start, blocks))
		if start.Is4() {
			a.starts4, a.areas4 = append(a.starts4, number4(start)), append(a.areas4, n)
		} else {
			a.starts6, a.areas6 = append(a.starts6, start), append(a.areas6, n)
		}
	}
	return a
}

// labelOf joins what is known of all blocks that an address is in.
func labelOf(addr netip.Addr, blocks []labelled) area {
	var out area
	for _, b := range blocks {
		if !b.prefix.Contains(addr) {
			continue
		}
		out.inside, out.own = out.inside || b.label.inside, out.own || b.label.own
		out.tiers, out.blocks = append(out.tiers, b.label.tiers...), append(out.blocks, b.label.blocks...)
		if b.label.name != "" {
			out.name = b.label.name
		}
	}
	slices.Sort(out.tiers)
	out.tiers = slices.Compact(out.tiers)
	return out
}

// add returns the number of an area with the given content.
func (a *areas) add(label area) areaNumber {
	label.name = label.title()
	key := fmt.Sprintf("%q %v %v %q %v", label.name, label.inside, label.own, label.tiers, label.blocks)
	if known, ok := a.number[key]; ok {
		return known
	}
	n := areaNumber(len(a.all))
	a.all = append(a.all, label)
	a.number[key] = n
	return n
}

// title names an area in results.
func (a area) title() string {
	switch {
	case len(a.tiers) > 0:
		return strings.Join(a.tiers, " or ")
	case !a.inside && len(a.blocks) > 0:
		return slices.MaxFunc(a.blocks, func(p, q arch.Peer) int { return bits(p) - bits(q) }).Text // the smallest
	case a.name != "":
		return a.name
	}
	return "the internet"
}

func bits(p arch.Peer) int {
	prefix, _ := p.Prefix()
	return prefix.Bits()
}

// of returns the area of an address at a time.
func (a *areas) of(addr netip.Addr, at int64) areaNumber {
	if len(a.known) > 0 {
		for _, k := range a.known[addr] {
			if at >= k.since && (k.until == 0 || at <= k.until) {
				return k.area
			}
		}
	}
	if addr.Is4() {
		return a.areas4[lastNotAfter(a.starts4, number4(addr))]
	}
	i, found := slices.BinarySearchFunc(a.starts6, addr, netip.Addr.Compare)
	if !found {
		i--
	}
	return a.areas6[i]
}

// prepareNarrow adds an area for each tier of an area of several tiers.
func (a *areas) prepareNarrow() {
	a.narrows = map[areaNumber]map[string]areaNumber{}
	for n, all := range a.all[:len(a.all):len(a.all)] {
		if len(all.tiers) < 2 {
			continue
		}
		byTier := map[string]areaNumber{}
		for _, tier := range all.tiers {
			one := all
			one.tiers = []string{tier}
			byTier[tier] = a.add(one)
		}
		a.narrows[areaNumber(n)] = byTier
	}
}

// narrow returns the part of an area that belongs to the tier that an interface's tag names. If the tag names none, it is the whole area.
func (a *areas) narrow(n areaNumber, tag string) areaNumber {
	if one, ok := a.narrows[n][tag]; ok {
		return one
	}
	return n
}

// lastNotAfter returns the place of the last start that is not after n. The first start is 0.
func lastNotAfter(starts []uint32, n uint32) int {
	low, high := 0, len(starts)
	for high-low > 1 {
		middle := int(uint(low+high) / 2)
		if starts[middle] <= n {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

func number4(addr netip.Addr) uint32 {
	four := addr.As4()
	return binary.BigEndian.Uint32(four[:])
}

func address4(n uint32) netip.Addr {
	var four [4]byte
	binary.BigEndian.PutUint32(four[:], n)
	return netip.AddrFrom4(four)
}
