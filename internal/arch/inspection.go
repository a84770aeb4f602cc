package arch

import (
	"github.com/tierwall/tierwall/internal/diag"
)

// Inspection leads some of a network's traffic through the endpoints of a network firewall.
type Inspection struct {
	Paths Paths `json:"paths"`
	Mode  Mode  `json:"mode"`
	// Strict has the firewall drop every packet that no rule passes, the first of a connection included. Otherwise it waits
	// until the client has said by name what it wants, which names need.
	Strict bool `json:"strict,omitempty"`
	// Midstream is what becomes of connections whose beginning the firewall has not seen, in mode Enforce and in AWS's words; empty is REJECT.
	Midstream string        `json:"midstream,omitempty"`
	At        diag.Position `json:"at,omitzero"`
}

// Paths is a set of ways through a network.
type Paths int

// The ways.
const (
	EgressPath   Paths = 1 << iota // from private tiers to the internet
	IngressPath                    // between the internet and the tiers that face it
	EastWestPath                   // between tiers in different subnets
)
