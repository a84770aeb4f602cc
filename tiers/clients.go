package tiers

import (
	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

// KeepClientAddresses says that a network load balancer of an edge tier keeps its clients' addresses in what it passes on to targets in
// another tier, as it always does over UDP. The network ACLs of the targets' subnets then let in the service from whoever may reach the
// listener's; the targets' groups still let in what comes by the load balancer alone. The load balancers of package loadbalancer say so
// themselves. A firewall between the two is not supported by AWS, which the proof reports.
func KeepClientAddresses(edge *EdgeTier, listener Service, to Tier, service Service) {
	at := diag.Caller()
	if edge == nil || edge.Construct == nil || to == nil {
		panic(diag.Diagnostic{Summary: "client addresses are kept between tiers, and one is nil", At: []diag.Position{at}}.String())
	}
	n := edge.net
	n.mustBeOpen(at)
	target := to.end().tier
	if target == nil || target.net != n {
		n.fail("client-addresses", "tiers."+edge.id+": client addresses are kept on the way to a tier of another network", at,
			"name a tier of this network")
		return
	}
	n.clients = append(n.clients, arch.ClientAddresses{From: edge.id, Listener: string(listener), To: target.id, Service: string(service),
		At: at})
}
