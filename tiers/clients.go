package tiers

import "github.com/tierwall/tierwall/internal/diag"

// PreserveClientIP says that a network load balancer of the tier keeps its clients' addresses in what it passes on to targets in
// another tier, as it always does over UDP. The network ACLs of the targets' subnets then let in the service from whoever may reach the
// listener's; the targets' groups still let in what comes by the load balancer alone. The load balancers of package loadbalancer say so
// themselves. A firewall between the two is not supported by AWS, which the proof reports.
func (t *EdgeTier) PreserveClientIP(listener Service, to Tier, service Service) {
	at := diag.Caller()
	if t == nil || t.Construct == nil || to == nil {
		panic(diag.Diagnostic{Summary: "client addresses are kept between tiers, and one is nil", At: []diag.Position{at}}.String())
	}
	t.core.KeepClientAddresses(string(listener), endOf(to), string(service), at)
}
