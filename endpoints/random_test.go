package endpoints_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/endpoints"
	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/template"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
)

var architectures = flag.Int("architectures", 4, "how many random architectures TestRenderedRandomly compares")

// TestRenderedRandomly compares templates that are written without the CDK with those of the constructs, for random architectures with
// every kind of tier, flow, endpoint and inspection, in both layouts. A second synthesis writes the same files.
func TestRenderedRandomly(t *testing.T) {
	compared := 0
	for seed := 0; compared < *architectures; seed++ {
		require.Less(t, seed, 20**architectures, "most architectures are not valid")
		a := rapid.Custom(busy).Example(seed)
		a.Network.Layout = arch.Layout(seed % 2)
		a.Grants, a.Roles = literalGrants(a)
		if p, _ := plan.Make(a, plantest.Today); p == nil {
			continue
		}
		app := cdktest.App(t)
		stack := cdktest.StackIn(app, "Test")
		wire(tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{
			CIDR: a.Network.Range.Text, AvailabilityZones: a.Network.Zones, IPv6: a.Network.IPv6, NAT: tiers.NAT(a.Network.NAT),
			RulesPerGroup: a.Network.RulesPerGroup, Layout: tiers.Layout(a.Network.Layout), SkipProof: true,
		}), a)
		require.NoError(t, tiers.Synth(app), "seed %d", seed)
		if plantest.Compare(t, *app.Outdir(), *stack.TemplateFile(), template.Input{}, plantest.Apart{}); t.Failed() {
			t.Fatalf("seed %d", seed)
		}
		requireSameAgain(t, app)
		compared++
	}
	assert.Equal(t, *architectures, compared)
}

// requireSameAgain synthesizes the app once more, and requires the same files.
func requireSameAgain(t *testing.T, app awscdk.App) {
	t.Helper()
	first := t.TempDir()
	require.NoError(t, os.CopyFS(first, os.DirFS(*app.Outdir())))
	app.Synth(&awscdk.StageSynthesisOptions{Force: new(true)})
	files, err := os.ReadDir(first)
	require.NoError(t, err)
	for _, file := range files {
		if strings.HasSuffix(file.Name(), ".metadata.json") {
			continue // Newer versions of CDK add metadata of their own to stacks in each synthesis.
		}
		want, err := os.ReadFile(filepath.Join(first, file.Name()))
		require.NoError(t, err)
		got, err := os.ReadFile(filepath.Join(*app.Outdir(), file.Name()))
		require.NoError(t, err)
		require.Equal(t, string(want), string(got), file.Name())
	}
}

// busy draws an architecture with more flows than most have.
func busy(t *rapid.T) arch.Architecture {
	a := plantest.Architectures(t)
	for range 20 {
		plantest.AddFlow(t, &a)
	}
	return a
}

// literalGrants returns the grants and roles that name no resource of another stack. Symbols come from tokens of the CDK, which there are
// none of.
func literalGrants(a arch.Architecture) (grants []arch.Grant, roles []arch.TierRole) {
	for _, g := range a.Grants {
		symbolic := false
		for _, need := range g.Needs {
			symbolic = symbolic || strings.Contains(strings.Join(need.Resources, " "), "${Test/")
		}
		if !symbolic {
			grants = append(grants, g)
		}
	}
	for _, r := range a.Roles {
		if !strings.Contains(r.ARN, "${Test/") {
			roles = append(roles, r)
		}
	}
	return grants, roles
}

// wire declares an architecture on a network.
func wire(n *tiers.Network, a arch.Architecture) {
	core := wiring.NetworkOf(n)
	e := a.Network.Endpoints
	e.At = diag.Position{File: "test.go", Line: 1}
	core.ConfigureEndpoints(e, nil, nil)
	endpoints.Of(n, "ssm") // The network now knows the maker of its endpoints.
	made := map[string]tiers.Tier{}
	for _, t := range a.Tiers {
		made[t.ID] = newTier(n, t, made[t.SharesWith])
	}
	end := func(p arch.Peer) wiring.Peer {
		if p.Kind.IsTier() {
			return wiring.TierOf(made[p.Text], "a tier", diag.Position{}).Peer()
		}
		return wiring.Peer{Peer: p}
	}
	for _, f := range a.Flows {
		core.Wire(end(f.From), end(f.To), f)
	}
	if i := a.Network.Inspection; i != nil {
		firewall.Inspect(n, &firewall.Props{Paths: firewall.Paths(i.Paths), Mode: firewall.Mode(i.Mode), Strict: i.Strict})
	}
	for _, g := range a.Grants {
		wiring.TierOf(made[g.Tier], "a tier", diag.Position{}).AddGrant(g, "")
	}
	for _, r := range a.Roles {
		wiring.TierOf(made[r.Tier], "a tier", diag.Position{}).AddRole(r.ARN, diag.Position{})
	}
}

// newTier makes or imports a tier.
func newTier(n *tiers.Network, t arch.Tier, shared tiers.Tier) tiers.Tier {
	props := &tiers.TierProps{Block: t.Block, SharesWith: shared}
	if i := t.Imported; i != nil {
		return importTier(n, t, &tiers.ImportProps{SecurityGroupID: i.Group.Text, Egress: tiers.Egress(i.Egress)})
	}
	switch t.Kind {
	case arch.Edge:
		return tiers.NewEdgeTier(n, t.ID, &tiers.EdgeTierProps{Block: t.Block, SharesWith: shared})
	case arch.Web:
		return tiers.NewWebTier(n, t.ID, props)
	case arch.App:
		return tiers.NewAppTier(n, t.ID, props)
	case arch.Data:
		return tiers.NewDataTier(n, t.ID, props)
	}
	return tiers.NewBastionTier(n, t.ID, props)
}

func importTier(n *tiers.Network, t arch.Tier, props *tiers.ImportProps) tiers.Tier {
	switch t.Kind {
	case arch.Edge:
		return tiers.ImportEdgeTier(n, t.ID, props)
	case arch.Web:
		return tiers.ImportWebTier(n, t.ID, props)
	case arch.App:
		return tiers.ImportAppTier(n, t.ID, props)
	case arch.Data:
		return tiers.ImportDataTier(n, t.ID, props)
	}
	return tiers.ImportBastionTier(n, t.ID, props)
}
