package plan

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
)

// today is the day of all tests.
var today = time.Date(2027, time.March, 1, 12, 0, 0, 0, time.UTC)

// network is the frame of most tests: two zones, 16 blocks of a /16.
func network() arch.Network {
	return arch.Network{Path: "Test/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a", "eu-west-1b"}}
}

func peer(kind arch.Kind, id string) arch.Peer { return arch.TierPeer(kind, id) }

func flow(from, to arch.Peer, service string) arch.Flow {
	return arch.Flow{From: from, To: to, Service: service}
}

// make1 plans an architecture that must be valid.
func make1(t *testing.T, a arch.Architecture) *Plan {
	t.Helper()
	p, diags := makeBoth(t, a)
	require.NotNil(t, p, diags.String())
	return p
}

var internet = arch.Peer{Kind: arch.Internet}
