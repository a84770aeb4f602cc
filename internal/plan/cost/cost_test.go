package cost_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/cost"
)

var today = time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)

func of(t *testing.T, change func(*arch.Architecture)) map[string]string {
	t.Helper()
	web := arch.TierPeer(arch.Web, "Web")
	a := arch.Architecture{
		Network: arch.Network{Path: "Shop/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a", "eu-west-1b"}},
		Tiers:   []arch.Tier{{ID: "Web", Kind: arch.Web}},
		Flows:   []arch.Flow{{From: web, To: arch.Peer{Kind: arch.Internet}, Service: "https", Reason: "rates"}},
	}
	change(&a)
	p, diags := plan.Make(a, today)
	require.False(t, diags.HasErrors(), diags.String())
	out := map[string]string{}
	for _, l := range cost.Of(p) {
		out[l.What] = l.Dollars()
	}
	return out
}

// TestCosts: the sums are those of examples/README.md's prices, computed by hand.
func TestCosts(t *testing.T) {
	t.Parallel()
	assert.Equal(t, map[string]string{
		"NAT gateways": "65.70", "public addresses of NAT gateways": "7.30", "sum": "73.00",
	}, of(t, func(*arch.Architecture) {}))
	assert.Equal(t, map[string]string{
		"NAT gateways": "0.00", "public addresses of NAT gateways": "7.30", "firewall endpoints": "576.70", "sum": "584.00",
	}, of(t, func(a *arch.Architecture) { a.Network.Inspection = &arch.Inspection{Paths: arch.EgressPath} }), "the hours of NAT are waived")
	assert.Equal(t, map[string]string{
		"NAT gateways": "65.70", "public addresses of NAT gateways": "7.30", "interfaces of VPC endpoints": "14.60", "sum": "87.60",
	}, of(t, func(a *arch.Architecture) {
		a.Grants = []arch.Grant{{Tier: "Web", Use: "sessions", Needs: []arch.Need{{Service: "ssm", Actions: []string{"ssm:*"},
			Resources: []string{"*"}}}}}
	}))
	assert.Equal(t, map[string]string{"sum": "0.00"}, of(t, func(a *arch.Architecture) { a.Flows = nil }))
}
