package arch

import (
	"github.com/tierwall/tierwall/internal/diag"
)

// ClientAddresses says that a load balancer of an edge tier keeps its clients' addresses in the packets that it forwards to targets in
// another tier. Network ACLs see these addresses; security groups see the load balancer's group.
type ClientAddresses struct {
	From string `json:"from"` // the edge tier's id
	To   string `json:"to"`   // the targets' tier
	// Listener is what the load balancer listens on and Service what the targets take, in the syntax of ParseService.
	Listener string        `json:"listener"`
	Service  string        `json:"service"`
	At       diag.Position `json:"at,omitzero"`
}

// CheckedClientAddresses is a ClientAddresses of a Model: its tiers are known, and its services are parsed.
type CheckedClientAddresses struct {
	ClientAddresses
	Listens []Ports // those of Listener
	Ports   []Ports // those of Service
}

// IsClient reports whether the sources of a flow are clients of the load balancer.
func (a CheckedClientAddresses) IsClient(f CheckedFlow) bool {
	return f.To.Kind.IsTier() && f.To.Text == a.From && portsOverlap(f.Ports, a.Listens)
}
