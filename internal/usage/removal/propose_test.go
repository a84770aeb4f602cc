package removal_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/usage"
	"github.com/tierwall/tierwall/internal/usage/removal"
)

const day = 24 * time.Hour

// model has a flow for each verdict, on the lines 1 to 4, and one on line 4 beside the last of them.
func model(t *testing.T) *arch.Model {
	t.Helper()
	web, app := arch.TierPeer(arch.Web, "Web"), arch.TierPeer(arch.App, "App")
	a := arch.Architecture{
		Network: arch.Network{Path: "Shop/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a"}},
		Tiers:   []arch.Tier{{ID: "Web", Kind: arch.Web}, {ID: "App", Kind: arch.App}},
	}
	for i, line := range []int{4, 4, 3, 2, 1} {
		a.Flows = append(a.Flows, arch.Flow{
			From: web, To: app, Service: fmt.Sprintf("tcp/%d", i+1), At: []diag.Position{{File: "main.go", Line: line}},
		})
	}
	m, diags := arch.Check(a, time.Time{})
	require.NoError(t, diags.Err())
	return m
}

func TestPropose(t *testing.T) {
	t.Parallel()
	m := model(t)
	r := &usage.Result{From: 1, To: 1 + int64(30*day/time.Second), Flows: []usage.FlowUse{
		{Flow: 0, Verdict: usage.Unused}, {Flow: 1, Verdict: usage.Used}, {Flow: 2, Verdict: usage.PerhapsUsed},
		{Flow: 3, Verdict: usage.NotSeen, Doubts: []string{"a gap"}}, {Flow: 4, Verdict: usage.Unused},
	}}
	p := removal.Propose(m, r, 30*day)
	require.Len(t, p.Remove, 2)
	assert.Equal(t, "Web->App:tcp/5", p.Remove[0].SubjectString())
	assert.Empty(t, p.Remove[0].Lines[0].Others)
	assert.Equal(t, "main.go:4", p.Remove[1].Lines[0].At.String())
	assert.Equal(t, "Web->App:tcp/2", p.Remove[1].Lines[0].Others[0].SubjectString())
	require.Len(t, p.Keep, 1)
	assert.Equal(t, "the logs may lack its traffic: a gap", p.Keep[0].Why)

	p = removal.Propose(m, r, 31*day)
	assert.Empty(t, p.Remove)
	assert.Contains(t, p.Keep[0].Why, "the logs cover 720h0m0s only, and 744h0m0s were asked for")
}
