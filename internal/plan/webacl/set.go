package webacl

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/address"
	"github.com/tierwall/tierwall/internal/webacl"
)

// set makes the IP sets of some blocks, one for each family. It returns the statement that a client is in one of them, or nil
// without blocks.
func (b *builder) set(name string, blocks []address.Block) *webacl.Statement {
	var in []webacl.Statement
	for _, six := range []bool{false, true} {
		s := AddressSet{ID: name + "IPv4", IPv6: six}
		if six {
			s.ID = name + "IPv6"
		}
		for _, block := range blocks {
			if block.IPv6 == six && !slices.Contains(s.Blocks, block) {
				s.Blocks = append(s.Blocks, block)
			}
		}
		if len(s.Blocks) == 0 {
			continue
		}
		slices.SortStableFunc(s.Blocks, func(x, y address.Block) int { return strings.Compare(x.String(), y.String()) })
		b.sets = append(b.sets, s)
		in = append(in, webacl.Statement{IPSetReferenceStatement: &webacl.IPSet{Arn: s.Reference()}})
	}
	if len(in) == 0 {
		return nil
	}
	return new(anyOf(in))
}

// statedBlocks are the blocks that CIDR peers name.
func statedBlocks(peers []arch.Peer) []address.Block {
	var out []address.Block
	for _, p := range peers {
		out = append(out, address.Stated(p))
	}
	return out
}
