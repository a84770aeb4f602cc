package reach_test

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// checkTiling tests that literal parts follow on each other from the first address to the last, and that each has an address. An empty
// part would give a witness of an impossible packet, and a missing part would hide a possible one.
func checkTiling(t require.TestingT, cells []reach.Cell, whole netip.Prefix) {
	next := whole.Masked().Addr()
	for _, c := range cells {
		require.Equal(t, next, c.From, "a gap or an overlap before %s", c)
		require.False(t, c.To.Less(c.From), "%s to %s is empty", c.From, c.To)
		require.True(t, !c.Address().Less(c.From) && !c.To.Less(c.Address()), "the witness %s is not in %s", c.Address(), c)
		next = c.To.Next()
	}
	require.False(t, whole.Contains(next), "the addresses from %s on are in no part", next)
}

func literalCells(parts []reach.Outside, six bool) []reach.Cell {
	var out []reach.Cell
	for _, p := range parts {
		if p.List == "" && p.Cell.Base == "" && p.Cell.Is6() == six {
			out = append(out, p.Cell)
		}
	}
	slices.SortFunc(out, func(a, b reach.Cell) int { return a.From.Compare(b.From) })
	return out
}

func TestNoEmptyParts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, resources string }{
		{"a VPC that its subnets tile", `
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/24}}
  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/25}}
  B: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.128/25}}
` + group("App", "in tcp/1 10.0.0.0/25", "in tcp/2 10.0.0.128/25", "in tcp/3 10.0.0.0/24") +
			acl("A", "in 1 deny tcp/1 10.0.0.128/25", "in 2 allow all 10.0.0.0/24", "out 1 allow all 0.0.0.0/0")},
		{"blocks that together are everything", twoSubnets + group("App", "in tcp/1 0.0.0.0/1", "in tcp/2 128.0.0.0/1", "out tcp/3 0.0.0.0/2",
			"out tcp/4 64.0.0.0/2", "out tcp/5 128.0.0.0/1")},
		{"blocks that begin and end where others do", twoSubnets + group("App", "in tcp/1 0.0.0.0/32", "in tcp/2 255.255.255.255/32",
			"in tcp/3 10.0.1.0/24", "in tcp/4 10.0.1.0/32", "in tcp/5 10.0.1.255/32", "in tcp/6 10.0.1.0/24")},
		{"both families", dual + group("App", "in tcp/1 ::/1", "in tcp/2 8000::/1", "in tcp/3 ::/128",
			"in tcp/4 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", "in tcp/5 2001:db8:1:1::/64")},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			top := build(t, test.resources)
			class := findClasses(top, "App")[0]
			parts := top.Outsides(class, nil)
			checkTiling(t, literalCells(parts, false), netip.MustParsePrefix("0.0.0.0/0"))
			if slices.ContainsFunc(parts, func(o reach.Outside) bool { return o.Cell.Is6() }) {
				checkTiling(t, literalCells(parts, true), netip.MustParsePrefix("::/0"))
			}
			for _, s := range top.Subnets {
				for _, b := range s.Blocks {
					checkTiling(t, slices.DeleteFunc(slices.Clone(s.Cells), func(c reach.Cell) bool { return c.Is6() != b.Is6() }), b.Prefix)
				}
			}
		})
	}
}

// TestTilingOfRandomBlocks: whatever blocks rules name, the parts cover the outside and the subnets without overlap.
func TestTilingOfRandomBlocks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		rules := []string{}
		for range rapid.IntRange(0, 8).Draw(r, "rules") {
			base := rapid.SampledFrom([]byte{0, 9, 10, 11, 255}).Draw(r, "first")
			addr := netip.AddrFrom4([4]byte{base, 0, rapid.Byte().Draw(r, "third"), rapid.Byte().Draw(r, "fourth")})
			prefix := netip.PrefixFrom(addr, rapid.IntRange(0, 32).Draw(r, "bits")).Masked()
			rules = append(rules, "in tcp/1 "+prefix.String())
		}
		top := build(t, twoSubnets+group("App", rules...))
		checkTiling(r, literalCells(top.Outsides(findClasses(top, "App")[0], nil), false), netip.MustParsePrefix("0.0.0.0/0"))
		for _, s := range top.Subnets {
			checkTiling(r, s.Cells, s.Blocks[0].Prefix)
		}
	})
}

// TestTrafficReadsAsWritten: the text of a set says exactly what is in the set.
func TestTrafficReadsAsWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		var services traffic.Set
		for range rapid.IntRange(1, 5).Draw(r, "terms") {
			protocol := rapid.SampledFrom([]int{0, 1, 2, 6, 17, 47, 57, 58, 59, 255}).Draw(r, "protocol")
			from := rapid.IntRange(0, 65535).Draw(r, "from")
			term := traffic.Ports(protocol, from, rapid.IntRange(from, 65535).Draw(r, "to"))
			if rapid.Bool().Draw(r, "minus") {
				services = services.Minus(term)
			} else {
				services = services.Union(term)
			}
		}
		assert.True(r, parseList(r, services.String()).Equal(services), "%s", services)
		without := traffic.Everything().Minus(services)
		switch without.String() {
		case "all traffic": // Nothing, or one family's ICMP.
		default:
			assert.True(r, parseList(r, without.String()).Equal(without), "%s", without)
		}
		if first, ok := services.First(); ok {
			assert.True(r, services.Contains(first.Traffic()))
			assert.True(r, parseTraffic(r, first.String()).Equal(first.Traffic()))
		}
	})
}
