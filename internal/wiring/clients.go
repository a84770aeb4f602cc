package wiring

import (
	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

// KeepClientAddresses declares that a network load balancer of the tier, an edge tier, keeps its clients' addresses in the connections to
// its targets in another tier.
func (t *Tier) KeepClientAddresses(listener string, to Peer, service string, at diag.Position) {
	n := t.net
	n.MustBeOpen(at)
	target := to.Tier
	if target == nil || target.net != n {
		n.Fail("client-addresses", "tiers."+t.id+": client addresses are kept for targets in another network", at,
			"name a tier of this network")
		return
	}
	n.clients = append(n.clients, arch.ClientAddresses{From: t.id, Listener: listener, To: target.id, Service: service, At: at})
}
