package arch

import (
	"net/netip"

	"go4.org/netipx"
)

// Rest returns the blocks that a peer stands for: of a literal block around the network's range, all of it but that range, which the
// local route keeps in the network; of every other peer, the peer itself.
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

// isAround reports whether a block holds all of a network's range and more.
func isAround(block, network netip.Prefix) bool {
	return network.IsValid() && block.Bits() < network.Bits() && block.Contains(network.Addr())
}
