package usage

import (
	"encoding/binary"
	"math"
	"net/netip"
	"slices"
)

// sources is a set of addresses in bounded memory: it keeps those with the smallest hashes, so that its content depends neither on the
// order in which addresses come nor on which worker sees them. It is exact up to maxSources addresses, and an estimate beyond.
type sources struct {
	hashes    []uint64 // ascending
	addresses []netip.Addr
	last      netip.Addr
}

const maxSources = 128

// add adds an address.
func (s *sources) add(addr netip.Addr) {
	if addr == s.last {
		return
	}
	s.last = addr
	s.insert(hash(addr), addr)
}

func (s *sources) insert(h uint64, addr netip.Addr) {
	if n := len(s.hashes); n == maxSources && h >= s.hashes[n-1] {
		return
	}
	i, found := slices.BinarySearch(s.hashes, h)
	if found {
		return
	}
	s.hashes, s.addresses = slices.Insert(s.hashes, i, h), slices.Insert(s.addresses, i, addr)
	if len(s.hashes) > maxSources {
		s.hashes, s.addresses = s.hashes[:maxSources], s.addresses[:maxSources]
	}
}

// join adds all addresses of another set.
func (s *sources) join(other *sources) {
	for i, h := range other.hashes {
		s.insert(h, other.addresses[i])
	}
}

// Sources are the addresses that opened connections.
type Sources struct {
	Count int `json:"count"`
	// Estimated says that Count is an estimate, because there are many.
	Estimated bool `json:"estimated,omitempty"`
	// Examples are some of the addresses, or all of a few.
	Examples []netip.Addr `json:"examples,omitempty"`
}

const maxExamples = 8

func (s *sources) result() Sources {
	out := Sources{Count: len(s.hashes)}
	if n := len(s.hashes); n == maxSources {
		out.Estimated = true
		out.Count = int(float64(n-1) / (float64(s.hashes[n-1]) / math.MaxUint64))
	}
	out.Examples = slices.SortedFunc(slices.Values(s.addresses[:min(len(s.addresses), maxExamples)]), netip.Addr.Compare)
	return out
}

// hash mixes the bits of an address. It is the finalizer of SplitMix64.
func hash(addr netip.Addr) uint64 {
	b := addr.As16()
	return mix(binary.BigEndian.Uint64(b[:8]) ^ mix(binary.BigEndian.Uint64(b[8:])))
}

func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
