package proof_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/proof"
)

// shop is a small architecture of every verdict's tests. It has no network ACLs of its own: its tests see each layer alone.
func shop() arch.Architecture {
	tier := func(kind arch.Kind, id string) arch.Peer { return arch.TierPeer(kind, id) }
	a := arch.Architecture{
		Network: arch.Network{Path: "Shop/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a", "eu-west-1b"}, NAT: arch.NATSingle, NetworkACLs: arch.NetworkACLsOff},
		Tiers: []arch.Tier{
			{ID: "App", Kind: arch.App}, {ID: "Data", Kind: arch.Data}, {ID: "Edge", Kind: arch.Edge}, {ID: "Web", Kind: arch.Web},
		},
		Flows: []arch.Flow{
			{From: arch.Peer{Kind: arch.Internet}, To: tier(arch.Edge, "Edge"), Service: "https"},
			{From: tier(arch.Edge, "Edge"), To: tier(arch.Web, "Web"), Service: "tcp/8080"},
			{From: tier(arch.Web, "Web"), To: tier(arch.App, "App"), Service: "tcp/9000"},
			{From: tier(arch.App, "App"), To: tier(arch.Data, "Data"), Service: "mysql"},
			{From: tier(arch.App, "App"), To: arch.Peer{Kind: arch.Internet}, Service: "https"},
		},
	}
	for i := range a.Tiers {
		a.Tiers[i].At = diag.Position{File: "shop.go", Line: i + 1}
	}
	for i := range a.Flows {
		a.Flows[i].At = []diag.Position{{File: "shop.go", Line: len(a.Tiers) + i + 1}}
	}
	return a
}

// filtered is shop with network ACLs.
func filtered() arch.Architecture {
	a := shop()
	a.Network.NetworkACLs = arch.NetworkACLsOn
	return a
}

func planned(t testing.TB, a arch.Architecture) ([]byte, *proof.Declaration) {
	t.Helper()
	p, diags := plan.Make(a, plantest.Today)
	require.NotNil(t, p, diags.String())
	return plantest.Template(p)
}

func TestDeclarationRoundTrip(t *testing.T) {
	t.Parallel()
	_, declared := planned(t, shop())
	data, err := declared.Encode()
	require.NoError(t, err)
	decoded, err := proof.Decode(data)
	require.NoError(t, err)
	again, err := decoded.Encode()
	require.NoError(t, err)
	assert.Equal(t, string(data), string(again))
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		``:                              "it is no JSON",
		`[]`:                            "it is no JSON",
		`{}`:                            `there is no "version"`,
		`{"version": 2}`:                "this tierwall knows version 1",
		`{"version": 1, "extra": true}`: `unknown field "extra"`,
		`{"version": 1} {}`:             "it is no JSON",
		`{"version": 1, "networks": [{"architecture": {"tiers": [{"kind": "desk"}]}}]}`: "desk",
	} {
		_, err := proof.Decode([]byte(text))
		assert.ErrorContains(t, err, want, text)
	}
}

// FuzzDecode: whatever stands in the file, nothing panics, and what is understood can be proven or is refused in words.
func FuzzDecode(f *testing.F) {
	template, declared := planned(f, shop())
	data, err := declared.Encode()
	require.NoError(f, err)
	f.Add(data)
	f.Add([]byte(`{"version": 1, "networks": [{"vpc": {"template": "Test.template.json", "expression": {"Ref": "VpcResource"}}}]}`))
	assembly := read(f, template)
	f.Fuzz(func(_ *testing.T, data []byte) {
		d, err := proof.Decode(data)
		if err != nil {
			return
		}
		if report, err := proof.Prove(assembly, d); err == nil {
			_ = report.Diagnostics().String()
		}
	})
}
