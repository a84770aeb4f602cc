package address

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/arch"
)

func TestPartsOfRanges(t *testing.T) {
	t.Parallel()
	for _, blocks := range []int{16, 32, 64} {
		n := network()
		n.IPv6, n.Blocks = true, blocks
		m, diags := arch.Check(arch.Architecture{Network: n}, today)
		assert.False(t, diags.HasErrors())
		for block := range blocks {
			whole := numbered6(m, block)
			assert.Equal(t, 62, whole.Bits)
			for _, zone := range []arch.Zone{{Slot: 0}, {Slot: 3}} {
				assert.Equal(t, whole.Index, ipv6Index(m, block, zone)/4, "the /64 of a zone is in the block's /62")
			}
			assert.Zero(t, ipv6Index(m, block, arch.Zone{})%4)
		}
	}
}

func TestBlockContains(t *testing.T) {
	t.Parallel()
	literal := func(text string) Block { return Literal(netip.MustParsePrefix(text)) }
	for _, c := range []struct {
		outer, inner Block
		want         bool
	}{
		{Everywhere(false), literal("10.0.0.0/8"), true},
		{Everywhere(false), Block{Bits: 20, Index: 3}, true},
		{Everywhere(false), Block{Symbol: "Vpn.Block"}, true},
		{Everywhere(false), Everywhere(true), false},
		{Everywhere(true), Block{IPv6: true, Bits: 62, Index: 3}, true},
		{literal("10.0.0.0/16"), literal("10.0.32.0/20"), true},
		{literal("10.0.32.0/20"), literal("10.0.0.0/16"), false},
		{literal("10.0.0.0/16"), literal("10.1.32.0/20"), false},
		{literal("10.0.0.0/8"), Block{Bits: 20, Index: 3}, false}, // The range is not known.
		{literal("10.0.0.0/8"), Block{Symbol: "Vpn.Block"}, false},
		{Block{Bits: 16}, Block{Bits: 20, Index: 3}, true},
		{Block{Bits: 20, Index: 3}, Block{Bits: 22, Index: 13}, true},
		{Block{Bits: 20, Index: 3}, Block{Bits: 22, Index: 16}, false},
		{Block{Bits: 20, Index: 3}, Block{Bits: 20, Index: 2}, false},
		{Block{Bits: 20, Index: 3}, Block{Bits: 16}, false},
		{Block{Bits: 16}, Block{IPv6: true, Bits: 56}, false},
		{Block{Symbol: "Vpn.Block"}, Block{Symbol: "Vpn.Block"}, true},
		{Block{Symbol: "Vpn.Block"}, Block{Symbol: "Other.Block"}, false},
	} {
		assert.Equal(t, c.want, c.outer.Contains(c.inner), "%s contains %s", c.outer, c.inner)
	}
}
