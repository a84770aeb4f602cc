package reach

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestTrafficString(t *testing.T) {
	t.Parallel()
	for want, traffic := range map[string]Traffic{
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
		assert.Equal(t, want, traffic.String())
	}
	assert.Equal(t, "all traffic", Everything().Minus(Protocol(ICMPv6)).String(), "there is none between addresses of IPv4")
	for _, none := range []Traffic{Ports(TCP, 5, 4), Ports(TCP, -1, 4), Ports(TCP, 0, 65536), Ports(256, 0, 0), ICMPTypes(ICMP, 256, 0)} {
		assert.True(t, none.IsEmpty())
	}
}

// TestTrafficAlgebra holds the sets against plain ones of single services.
func TestTrafficAlgebra(t *testing.T) {
	t.Parallel()
	universe := []uint32{0, 1<<16 | 8<<8, TCP << 16, TCP<<16 | 1, TCP<<16 | 80, TCP<<16 | 81, TCP<<16 | lastPort, 7 << 16, 7<<16 | 9, UDP << 16, UDP<<16 | 80, 255<<16 | lastPort}
	drawn := rapid.Custom(func(t *rapid.T) Traffic {
		var out Traffic
		for range rapid.IntRange(0, 4).Draw(t, "spans") {
			from, to := rapid.SampledFrom(universe).Draw(t, "from"), rapid.SampledFrom(universe).Draw(t, "to")
			out = out.Union(Traffic{[]span{{min(from, to), max(from, to)}}})
		}
		return out
	})
	has := func(t Traffic, service uint32) bool { return t.Overlaps(Traffic{[]span{{service, service}}}) }
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
		for _, set := range []Traffic{union, both, minus} {
			for i, s := range set.spans {
				if s.from > s.to || i > 0 && set.spans[i-1].to+1 >= s.from {
					t.Fatalf("spans touch, overlap or are empty: %v", set.spans)
				}
			}
		}
		if a.Contains(b) != b.Minus(a).IsEmpty() || a.Overlaps(b) == both.IsEmpty() || a.Equal(b) != (a.Compare(b) == 0) || !union.Minus(a).Union(a).Equal(union) {
			t.Fatalf("%v %v", a, b)
		}
	})
}
