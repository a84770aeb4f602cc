package calendar

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
)

// TestOf: a message for each day before the last day of a flow, also over the end of a month and a leap day; none without a last day.
func TestOf(t *testing.T) {
	t.Parallel()
	web, app := arch.TierPeer(arch.Web, "Web"), arch.TierPeer(arch.App, "App")
	m, diags := arch.Check(arch.Architecture{
		Network: arch.Network{Path: "Shop/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a"}},
		Tiers:   []arch.Tier{{ID: "Web", Kind: arch.Web}, {ID: "App", Kind: arch.App}},
		Flows: []arch.Flow{
			{From: web, To: app, Service: "tcp/8080", Expires: "2028-03-01", Owner: "storefront"}, {From: web, To: app, Service: "tcp/8081"},
		},
	}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	require.False(t, diags.HasErrors(), diags.String())
	got := Of(m, []int{30, 0})
	require.Len(t, got, 2)
	assert.Equal(t, "Web->App:tcp/8080 30", got[0].ID)
	assert.Equal(t, "at(2028-01-31T09:00:00)", got[0].Expression)
	assert.Equal(t, "at(2028-03-01T09:00:00)", got[1].Expression)
	assert.Contains(t, got[0].Message, "Owner: storefront. Reason: none is given.")
	assert.Empty(t, Of(m, nil))
}

func TestCheckDays(t *testing.T) {
	t.Parallel()
	for _, days := range [][]int{nil, {0}, {365}, {30, 7}} {
		assert.NoError(t, CheckDays(days))
	}
	for _, days := range [][]int{{-1}, {366}, {7, 30, 7}} {
		assert.ErrorContains(t, CheckDays(days), "allowed are different numbers from 0 to 365")
	}
}
