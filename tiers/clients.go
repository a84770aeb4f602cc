package tiers

import "github.com/tierwall/tierwall/internal/diag"

// PreserveClientIP declares that a network load balancer of the tier keeps its clients' addresses in the connections to its targets in
// another tier. Over UDP, a network load balancer always does so. Listener is the service that clients use; service is the service of the
// targets.
//
// The network ACLs of the targets' subnets then allow the service from every client of the listener. The targets' security groups still
// allow it only through the load balancer. AWS supports no firewall between the load balancer and its targets; the proof reports one.
//
// The load balancers of package loadbalancer call PreserveClientIP themselves. A nil tier panics.
func (t *EdgeTier) PreserveClientIP(listener Service, to Tier, service Service) {
	at := diag.Caller()
	if t == nil || t.Construct == nil || to == nil {
		panic(diag.Diagnostic{Summary: "PreserveClientIP: one of the two tiers is nil", At: []diag.Position{at}}.String())
	}
	t.core.KeepClientAddresses(string(listener), endOf(to), string(service), at)
}
