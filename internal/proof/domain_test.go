package proof_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/proof"
)

// TestDomains: flows to names over TLS and HTTP are carried exactly, and the proof says that clients claim them.
func TestDomains(t *testing.T) {
	t.Parallel()
	app := arch.TierPeer(arch.App, "App")
	name := func(s string) arch.Peer { return arch.Peer{Kind: arch.Domain, Operand: arch.Operand{Text: s}} }
	p, diags := plan.Make(arch.Architecture{
		Network: arch.Network{Path: "Test/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a", "eu-west-1b"}, Inspection: &arch.Inspection{Paths: arch.EgressPath}},
		Tiers:   []arch.Tier{{ID: "App", Kind: arch.App}},
		Flows: []arch.Flow{
			{From: app, To: name("api.example.com"), Service: "https"}, {From: app, To: name(".example.org"), Service: "tcp/8443"},
			{From: app, To: name("www.example.com"), Service: "http"}, {From: app, To: name(".example.net"), Service: "http"},
		},
	}, plantest.Today)
	require.NotNil(t, p, diags.String())
	template, declared := plantest.Template(p)
	report, err := proof.Prove(read(t, template), declared)
	require.NoError(t, err)
	assert.Empty(t, report.Findings, report.Diagnostics())
	assert.Contains(t, report.Assumptions, "Test/Network: a client says itself whom it wants to reach by name; only TLS inspection could tell that it lies")
}
