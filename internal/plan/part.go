package plan

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
)

// Part is a part of a network's IPv4 range that only a deployment knows: the Index-th block of length Bits in it. The length
// of the range itself is the whole range.
type Part struct{ Bits, Index int }

const (
	rangeSymbol = "/Range"
	blockSymbol = "/Block"
)

// networkRange is the network's own range of addresses.
func networkRange(m *arch.Model) arch.Peer {
	if m.Prefix.IsValid() {
		return blockPeer(m.Prefix.String())
	}
	return symbolPeer(m.Network.Path + rangeSymbol)
}

// Range is the network's own range of IPv4 addresses, as its firewall's HOME_NET.
func (p *Plan) Range() arch.Operand { return networkRange(p.Model).Operand }

// blockRange is the range of a block of the address plan.
func blockRange(m *arch.Model, block int) arch.Peer {
	if m.Prefix.IsValid() {
		return blockPeer(BlockPrefix(m, block).String())
	}
	return symbolPeer(fmt.Sprint(m.Network.Path, blockSymbol, block))
}

func symbolPeer(symbol string) arch.Peer {
	return arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: symbol, Symbolic: true}}
}

// PartOf says which part of the network's range an operand of the plan stands for, if it is one.
func PartOf(m *arch.Model, o arch.Operand) (Part, bool) {
	symbol, ok := strings.CutPrefix(o.Text, m.Network.Path)
	if !ok || !o.Symbolic {
		return Part{}, false
	}
	if symbol == rangeSymbol {
		return Part{Bits: m.Network.Bits}, true
	}
	number, ok := strings.CutPrefix(symbol, blockSymbol)
	index, err := strconv.Atoi(number)
	return Part{m.Network.Bits + log2(m.Network.Blocks), index}, ok && err == nil
}
