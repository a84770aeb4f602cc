package arch

import (
	"net/netip"

	"go4.org/netipx"
)

// Rest returns the peers that a peer stands for. A literal block around the network's range stands for the block without that range, which
// the local route keeps in the network. Every other peer stands for itself.
func (m *Model) Rest(p Peer) []Peer {
	prefix, ok := p.Prefix()
	if !ok || !isAround(prefix, m.Prefix) {
		return []Peer{p}
	}
	var b netipx.IPSetBuilder
	b.AddPrefix(prefix)
	b.RemovePrefix(m.Prefix)
	set, _ := b.IPSet() // Both are valid.
	var out []Peer
	for _, rest := range set.Prefixes() {
		out = append(out, Peer{Kind: CIDR, Operand: Operand{Text: rest.String()}})
	}
	return out
}

// isAround reports whether a block contains a network's range and more.
func isAround(block, network netip.Prefix) bool {
	return network.IsValid() && block.Bits() < network.Bits() && block.Contains(network.Addr())
}
