package wiring

import "github.com/tierwall/tierwall/internal/arch"

// Peer is one end of a flow, as the user named it, before anything is checked.
type Peer struct {
	arch.Peer
	Tier    *Tier        // nil if the peer is not a tier
	Via     arch.Gateway // the gateway to the peer, if the user named one
	Problem string       // what is wrong with the peer; empty if the peer is usable
}

// endOf returns a peer as an end of this network's flows, or a text that says what is wrong with the peer.
func (n *Network) endOf(p Peer) (Peer, string) {
	switch {
	case p.Problem != "":
		return Peer{}, p.Problem
	case p.Tier == nil:
		return p, ""
	case p.Tier.net == nil:
		return Peer{}, "a flow's peer was not made by its New function"
	case p.Tier.net != n:
		return Peer{}, "a flow to " + p.Tier.id + ", a tier of another network (" + p.Tier.net.declared.Path +
			"): import it into this network with Import" + title(p.Kind) + "Tier and the id of its group, and use the imported tier"
	}
	return p, ""
}

// title returns the name of a kind with a capital letter.
func title(k arch.Kind) string {
	name := k.String()
	return string(name[0]-'a'+'A') + name[1:]
}
