package address

import (
	"encoding/binary"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// drawAddr draws one of a few addresses, so that blocks and cells often meet.
func drawAddr(t *rapid.T, six bool) netip.Addr {
	low := binary.BigEndian.AppendUint32(nil, 10<<24|uint32(rapid.IntRange(0, 63).Draw(t, "address")))
	if six {
		return netip.AddrFrom16([16]byte(append(make([]byte, 12), low...)))
	}
	return netip.AddrFrom4([4]byte(low))
}

func drawBlock(t *rapid.T) Block {
	if rapid.IntRange(0, 9).Draw(t, "list") == 0 {
		return Block{}
	}
	addr := drawAddr(t, rapid.Bool().Draw(t, "six"))
	bits := addr.BitLen() - rapid.IntRange(0, 7).Draw(t, "bits")
	if rapid.IntRange(0, 9).Draw(t, "whole") == 0 {
		bits = 0
	}
	return Block{Base: rapid.SampledFrom([]string{"", "", "", "Vpc", "Other"}).Draw(t, "base"), Prefix: netip.PrefixFrom(addr, bits).Masked()}
}

func drawCell(t *rapid.T) Cell {
	six := rapid.Bool().Draw(t, "six")
	from, to := drawAddr(t, six), drawAddr(t, six)
	if to.Less(from) {
		from, to = to, from
	}
	return Cell{Base: rapid.SampledFrom([]string{"", "", "Vpc"}).Draw(t, "base"), From: from, To: to}
}

// TestNearLeavesNothingOut: if the index leaves out a block, the block surely does not hold the cell. For literal blocks and cells it
// yields no others.
func TestNearLeavesNothingOut(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		blocks := rapid.SliceOfN(rapid.Custom(drawBlock), 0, 30).Draw(t, "blocks")
		var entries []Indexed
		for i, b := range blocks {
			entries = append(entries, Indexed{b, i})
		}
		cell := drawCell(t)
		got := map[int]int{}
		for i := range NewIndex(entries).Near(cell) {
			got[i]++
		}
		for i, b := range blocks {
			held := !b.IsValid() || b.Holds(cell) != No
			isExact := b.IsValid() && b.Base == "" && cell.Base == ""
			assert.True(t, got[i] == 1 || got[i] == 0 && !held, "%s is found %d times at %s", b, got[i], cell)
			assert.False(t, isExact && !held && got[i] > 0, "%s is found at %s", b, cell)
		}
	})
}
