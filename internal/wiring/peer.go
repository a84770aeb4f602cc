package wiring

import "github.com/tierwall/tierwall/internal/arch"

// Peer is one end of a flow, as the user named it, before anything is checked.
type Peer struct {
	arch.Peer
	Tier    *Tier        // nil for everything that is no tier
	Via     arch.Gateway // that leads there, if one is named
	Problem string       // why the peer is not usable; empty if nothing is wrong
}

// endOf returns a peer of this network's flows, or says what is wrong with the peer.
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
			"): import it into this one, with Import" + title(p.Kind) + "Tier and its group's id, and wire that"
	}
	return p, ""
}

func title(k arch.Kind) string {
	name := k.String()
	return string(name[0]-'a'+'A') + name[1:]
}
