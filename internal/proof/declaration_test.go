package proof_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/proof"
)

// shop is a small architecture for the tests of all verdicts. It declares no network ACLs, so that the tests see the other layers alone.
func shop() arch.Architecture {
	tier := func(kind arch.Kind, id string) arch.Peer { return arch.TierPeer(kind, id) }
	a := arch.Architecture{
		Network: arch.Network{
			Path: "Shop/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a", "eu-west-1b"},
			NAT: arch.NATSingle, NetworkACLs: arch.NetworkACLsOff,
		},
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
	deep := strings.Repeat("[", 300) + strings.Repeat("]", 300)
	for text, want := range map[string]string{
		``:                                 "the file is empty",
		" \n":                              "the file is empty",
		`null`:                             `it has no "version"`,
		`[]`:                               "the file is not a declared architecture of tierwall",
		`{}`:                               `it has no "version"`,
		`{"version": 3}`:                   "this tierwall reads versions 1 and 2",
		`{"version": 2, "extra": true}`:    `unknown field "extra"`,
		"{\"version\": 2}\n {}":            "the file is not JSON: line 2: ",
		`{"version": 2}`:                   "the file declares no network",
		`{"version": 2, "networks": null}`: "the file declares no network",
		`{"version": 2, "networks": []}`:   "the file declares no network",
		"{\"version\": 2, \"networks\": [{}],\n\"networks\": []}":                       `line 2: "networks" appears twice`,
		`{"version": 2, "networks": [{}], "Networks": []}`:                              `"Networks" appears twice`,
		`{"version": 2, "networks": [{"tiers": {"A": {}, "A": {}}}]}`:                   `"A" appears twice`,
		`{"version": 2, "networks": [{"tiers": {"a\u0041": {}, "aA": {}}}]}`:            `"aA" appears twice`,
		`{"version": 2, "networks": [{"vpc": {"expression": ` + deep + `}}]}`:           "values are nested more than 200 deep",
		"{\"version\": 2,\n\"networks\": [{\"architecture\": 7}]}":                      "line 2: ",
		`{"version": 2, "networks": [{"architecture": {"tiers": [{"kind": "desk"}]}}]}`: "desk",
	} {
		_, err := proof.Decode([]byte(text))
		assert.ErrorContains(t, err, want, text)
	}
	_, err := proof.Decode([]byte(`{"version": 1, "networks": [{"tiers": {"A": {"ranges": []}, "a": {}}, "symbols": {"x": {}, "X": {}}}]}`))
	assert.NoError(t, err, "names below tiers and symbols may differ in case, and version 1 is read")
}

// TestContradictions: a declaration that repeats or omits something is rejected.
func TestContradictions(t *testing.T) {
	t.Parallel()
	template, _ := planned(t, shop())
	for name, c := range map[string]struct {
		change func(*proof.Declaration)
		want   string
	}{
		"a network twice": {func(d *proof.Declaration) { d.Networks = append(d.Networks, d.Networks[0]) },
			"network Shop/Network is declared twice"},
		"a VPC twice": {func(d *proof.Declaration) {
			d.Networks = append(d.Networks, d.Networks[0])
			d.Networks[1].Architecture.Network.Path = "Other"
		}, "gives VPC Test/VpcResource to both network Shop/Network and network Other"},
		"no path": {func(d *proof.Declaration) { d.Networks[0].Architecture.Network.Path = "" },
			"network 1 of the declared architecture has no path"},
		"no VPC": {func(d *proof.Declaration) { d.Networks[0].Vpc.Expression = []byte(`{"Ref": "AWS::NoValue"}`) },
			"does not say which VPC belongs to Shop/Network"},
		"no architecture": {func(d *proof.Declaration) {
			d.Networks[0].Architecture = arch.Architecture{Network: arch.Network{Path: "X"}}
		},
			"it has a place for tier App but declares no such tier"},
		"a tier twice": {func(d *proof.Declaration) {
			a := &d.Networks[0].Architecture
			a.Tiers = append(a.Tiers, a.Tiers[0])
		}, "tier App is declared twice"},
		"a flow twice": {func(d *proof.Declaration) {
			a := &d.Networks[0].Architecture
			a.Flows = append(a.Flows, a.Flows[0])
		}, "is declared twice (shop.go:8)"},
		"a tier that is not placed": {func(d *proof.Declaration) { delete(d.Networks[0].Tiers, "Web") }, "does not say where tier Web is"},
		"a group of two tiers": {func(d *proof.Declaration) {
			web := d.Networks[0].Tiers["Web"]
			web.Group = d.Networks[0].Tiers["App"].Group
			d.Networks[0].Tiers["Web"] = web
		}, "tiers App and Web have the same security group"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, declared := planned(t, shop())
			c.change(declared)
			_, err := proof.Prove(read(t, template), declared)
			assert.ErrorContains(t, err, c.want)
		})
	}
	_, err := proof.Prove(read(t, template), nil)
	assert.ErrorContains(t, err, "the declared architecture is missing")
}

// TestDistinct: a line that a loop runs twice declares one flow.
func TestDistinct(t *testing.T) {
	t.Parallel()
	flows := shop().Flows
	other := flows[0]
	other.At = []diag.Position{{File: "other.go", Line: 1}}
	assert.Equal(t, append(slices.Clone(flows), other), proof.Distinct(slices.Concat(flows, flows, []arch.Flow{other})))
}

// FuzzDecode checks that no file causes a panic, and that each decoded declaration can be proven or is rejected with an error.
func FuzzDecode(f *testing.F) {
	template, declared := planned(f, shop())
	data, err := declared.Encode()
	require.NoError(f, err)
	f.Add(data)
	f.Add([]byte(`{"version": 2, "networks": [{"vpc": {"template": "Test.template.json", "expression": {"Ref": "VpcResource"}}}]}`))
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

// TestNoTiers: a note says that a network without tiers declares nothing.
func TestNoTiers(t *testing.T) {
	t.Parallel()
	a := shop()
	a.Tiers, a.Flows = nil, nil
	template, declared := planned(t, a)
	report, err := proof.Prove(read(t, template), declared)
	require.NoError(t, err)
	assert.Equal(t, []string{"Shop/Network declares no tiers, so there is nothing to compare",
		"Shop/Network: no flow log in the templates records its traffic"}, report.Notes)
}

// TestWrongKinds: messages about values of the wrong kind contain no terms of Go.
func TestWrongKinds(t *testing.T) {
	t.Parallel()
	const notDeclared = "the file is not a declared architecture of tierwall: "
	for data, want := range map[string]string{
		`{"version": "2"}`:                    notDeclared + `line 1: "version" must be a number, got string`,
		`[]`:                                  notDeclared + "line 1: the file must be an object, got array",
		"{\"version\": 2,\n\"networks\": {}}": `line 2: "networks" must be a list, got object`,
		`{"version": 2, "networks": [{"tiers": "none"}]}`: `must be an object, got string`,
	} {
		_, err := proof.Decode([]byte(data))
		if assert.ErrorContains(t, err, want, data) {
			assert.NotContains(t, err.Error(), "json:", data)
		}
	}
}
