package plantest

import (
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
)

// Network is the frame of most tests: two zones, 16 blocks of a /16.
func Network() arch.Network {
	return arch.Network{Path: "Test/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a", "eu-west-1b"}}
}

// Make plans an architecture that must be valid, as of [Today].
func Make(t require.TestingT, a arch.Architecture) *plan.Plan {
	p, diags := plan.Make(a, Today)
	require.NotNil(t, p, diags.String())
	return p
}

// Flow is a flow of a service between two ends.
func Flow(from, to arch.Peer, service string) arch.Flow {
	return arch.Flow{From: from, To: to, Service: service}
}

// Block is a literal block outside the network.
func Block(text string) arch.Peer {
	return arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: text}}
}

// Internet is the internet as an end of a flow.
var Internet = arch.Peer{Kind: arch.Internet}
