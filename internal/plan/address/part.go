package address

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
)

// Part is a part of a network's IPv4 range that only a deployment knows: the Index-th block of length Bits in it. The length
// of the range itself means the whole range.
type Part struct{ Bits, Index int }

// A symbolic operand of the plan is the network's path with one of these behind it.
const (
	rangeSymbol = "/Range"
	blockSymbol = "/Block"
)

// partSymbol is the operand of an IPv4 part: the whole range, or a block of the address plan by its number.
func partSymbol(m *arch.Model, b Block) arch.Operand {
	symbol := m.Network.Path + rangeSymbol
	if b.Bits != m.Network.Bits {
		symbol = fmt.Sprint(m.Network.Path, blockSymbol, b.Index)
	}
	return arch.Operand{Text: symbol, Symbolic: true}
}

// PartOf returns the part of the network's range that an operand of the plan stands for. It reports false for any other
// operand.
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
	return Part{blockBits(m), index}, ok && err == nil
}
