package arch

import (
	"github.com/tierwall/tierwall/internal/diag"
)

// Inspection sends some of a network's traffic through the endpoints of a network firewall.
type Inspection struct {
	Paths Paths `json:"paths"`
	Mode  Mode  `json:"mode"`
	// Strict makes the firewall drop every packet that no rule passes, even the first of a connection. Otherwise the firewall waits until
	// the client has sent the name that it connects to, which flows to domain names need.
	Strict bool `json:"strict,omitempty"`
	// Midstream is what the firewall does, in mode Enforce, with connections whose start it has not seen, in AWS's words; empty is REJECT.
	Midstream string        `json:"midstream,omitempty"`
	At        diag.Position `json:"at,omitzero"`
}

// Paths is a set of paths through a network.
type Paths int

// The paths.
const (
	EgressPath   Paths = 1 << iota // from private tiers to the internet
	IngressPath                    // between the internet and the tiers that face it
	EastWestPath                   // between tiers in different subnets
)
