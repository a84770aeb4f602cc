package wiring

import "github.com/tierwall/tierwall/internal/arch"

// Wire records a flow. f has everything except the ends and the path. Checks that need the whole architecture run at synthesis.
func (n *Network) Wire(from, to Peer, f arch.Flow) {
	ends := [2]Peer{}
	for i, p := range []Peer{from, to} {
		end, problem := n.endOf(p)
		if problem != "" {
			n.Fail("peer", problem, f.At[0], "")
			return
		}
		ends[i] = end
	}
	f.From, f.To = ends[0].Peer, ends[1].Peer
	for _, end := range ends {
		if end.Via.Kind != arch.NoGateway {
			f.Path = arch.Path{Kind: arch.ThroughGateway, Via: end.Via}
			n.needGateway(end.Via)
		}
	}
	n.flows = append(n.flows, f)
	n.prepare(ends[0], ends[1], f)
}
