package traffic

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestSetString(t *testing.T) {
	t.Parallel()
	for want, set := range map[string]Set{
		"nothing":                          {},
		"all traffic":                      Everything(),
		"tcp/443":                          Ports(TCP, 443, 443),
		"tcp/8000-8010, udp/53":            Ports(UDP, 53, 53).Union(Ports(TCP, 8000, 8010)),
		"tcp":                              Protocol(TCP),
		"icmp/8":                           ICMPTypes(ICMP, 8, -1),
		"icmp/3/4":                         ICMPTypes(ICMP, 3, 4),
		"icmp/3/4-255, icmp/4-7, icmp/8/0": Ports(ICMP, 3<<8|4, 8<<8),
		"protocol/47":                      Ports(47, 80, 80), // It has no ports.
		"all traffic except tcp/22":        Everything().Minus(Ports(TCP, 22, 22)),
	} {
		assert.Equal(t, want, set.String())
	}
	assert.Equal(t, "all traffic", Everything().Minus(Protocol(ICMPv6)).String(), "there is none between addresses of IPv4")
	for _, none := range []Set{Ports(TCP, 5, 4), Ports(TCP, -1, 4), Ports(TCP, 0, 65536), Ports(256, 0, 0), ICMPTypes(ICMP, 256, 0)} {
		assert.True(t, none.IsEmpty())
	}
}

// TestSetAlgebra compares the sets with plain sets of single services.
func TestSetAlgebra(t *testing.T) {
	t.Parallel()
	universe := []uint32{0, 1<<16 | 8<<8, TCP << 16, TCP<<16 | 1, TCP<<16 | 80, TCP<<16 | 81, TCP<<16 | LastPort, 7 << 16, 7<<16 | 9,
		UDP << 16, UDP<<16 | 80, 255<<16 | LastPort}
	drawn := rapid.Custom(func(t *rapid.T) Set {
		var out Set
		for range rapid.IntRange(0, 4).Draw(t, "spans") {
			from, to := rapid.SampledFrom(universe).Draw(t, "from"), rapid.SampledFrom(universe).Draw(t, "to")
			out = out.Union(Set{spans{{min(from, to), max(from, to)}}})
		}
		return out
	})
	has := func(t Set, service uint32) bool { return t.Overlaps(Set{spans{{service, service}}}) }
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawn.Draw(t, "a"), drawn.Draw(t, "b")
		union, both, minus := a.Union(b), a.Intersect(b), a.Minus(b)
		for _, s := range universe {
			for _, service := range []uint32{s, s + 1, max(s, 1) - 1} {
				inA, inB := has(a, service), has(b, service)
				if has(union, service) != (inA || inB) || has(both, service) != (inA && inB) || has(minus, service) != (inA && !inB) {
					t.Fatalf("%x: %v %v", service, a, b)
				}
			}
		}
		for _, set := range []Set{union, both, minus} {
			for i, s := range set.spans {
				if s.from > s.to || i > 0 && set.spans[i-1].to+1 >= s.from {
					t.Fatalf("spans touch, overlap or are empty: %v", set.spans)
				}
			}
		}
		if a.Contains(b) != b.Minus(a).IsEmpty() || a.Overlaps(b) == both.IsEmpty() || a.Equal(b) != (a.Compare(b) == 0) ||
			!union.Minus(a).Union(a).Equal(union) {
			t.Fatalf("%v %v", a, b)
		}
	})
}

func TestPortSet(t *testing.T) {
	t.Parallel()
	low, web := PortsFrom(0, 1023), PortsFrom(80, 80).Union(PortsFrom(8000, 8010))
	assert.Equal(t, []PortRange{{80, 80}, {8000, 8010}}, web.Ranges())
	assert.Equal(t, []PortRange{{0, 1023}, {8000, 8010}}, low.Union(web).Ranges())
	assert.Equal(t, []PortRange{{80, 80}}, low.Intersect(web).Ranges())
	assert.Equal(t, []PortRange{{0, 79}, {81, 1023}}, low.Minus(web).Ranges())
	assert.True(t, AllPorts().Contains(web))
	assert.False(t, low.Contains(web))
	assert.True(t, low.Overlaps(web))
	assert.False(t, PortsFrom(8005, 8005).Overlaps(low))
	assert.True(t, AllPorts().Minus(AllPorts()).Equal(PortSet{}))
	for _, none := range []PortSet{{}, PortsFrom(2, 1), PortsFrom(-1, 1), PortsFrom(0, 65536)} {
		assert.True(t, none.IsEmpty())
	}
	assert.Equal(t, Ports(TCP, 80, 80).Union(Ports(TCP, 8000, 8010)), OnPorts(TCP, web))
}

func TestRepliesAndRequests(t *testing.T) {
	t.Parallel()
	assert.Equal(t, Ports(TCP, FirstReplyPort, LastReplyPort), Service{Protocol: TCP, Port: 443}.Replies())
	assert.Equal(t, ICMPTypes(ICMP, 0, 0), Service{Protocol: ICMP, Type: 8}.Replies())
	assert.True(t, Service{Protocol: ICMP, Type: 3}.Replies().IsEmpty())
	assert.Equal(t, Protocol(47), Service{Protocol: 47}.Replies())
	assert.True(t, Set{}.Replies().IsEmpty())
	assert.Equal(t, Ports(UDP, FirstReplyPort, LastReplyPort).Union(ICMPTypes(ICMPv6, 129, 0)),
		Ports(UDP, 53, 54).Union(ICMPTypes(ICMPv6, -1, -1)).Replies())
	assert.False(t, Everything().Replies().Overlaps(Ports(TCP, 0, FirstReplyPort-1).Union(ICMPTypes(ICMP, 8, -1))))
	assert.True(t, Everything().Replies().Contains(Protocol(47).Union(ICMPTypes(ICMP, 0, 0))))
	assert.True(t, Requests(ICMPTypes(ICMP, 0, 0)).Contains(ICMPTypes(ICMP, 8, 0)))
	assert.False(t, Requests(ICMPTypes(ICMP, 8, -1)).Contains(ICMPTypes(ICMP, 8, 0)))
	some := Answered(Surely(Ports(TCP, 1024, 2000)))
	assert.False(t, some.Sure.Overlaps(Protocol(TCP)))
	assert.True(t, some.Maybe.Contains(Protocol(TCP)))
}
