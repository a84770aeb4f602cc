package arch

import (
	"slices"
	"strings"
)

// Contains reports whether p stands for everything that q stands for: the same peer, a block around another block, or a domain with all
// names below it.
func (p Peer) Contains(q Peer) bool {
	large, isBlock := p.Prefix()
	if small, ok := q.Prefix(); ok && isBlock {
		return large.Bits() <= small.Bits() && large.Contains(small.Addr())
	}
	if p.Kind == Domain && q.Kind == Domain && strings.HasPrefix(p.Text, ".") {
		return strings.HasSuffix("."+strings.TrimPrefix(q.Text, "."), p.Text)
	}
	return p.Kind == q.Kind && p.Text == q.Text
}

// Allows reports whether the flow is for all packets of p.
func (f CheckedFlow) Allows(p Ports) bool {
	return slices.ContainsFunc(f.Ports, func(open Ports) bool { return open.Contains(p) })
}
