package plan_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/uses"
)

// asking is a network in which App reads S3. Worker is beside it, in subnets of its own or the same. One of them may reach a name.
func asking(from arch.Peer, service, sharesWith string) arch.Architecture {
	return arch.Architecture{
		Network: arch.Network{
			Path: "Test/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a"},
			Inspection: &arch.Inspection{Paths: arch.EgressPath},
		},
		Tiers: []arch.Tier{{ID: "App", Kind: arch.App},
			{ID: "Worker", Kind: arch.App, SharesWith: sharesWith, Block: map[bool]int{true: 6}[sharesWith == ""]}},
		Flows:  []arch.Flow{{From: from, To: arch.Peer{Kind: arch.Domain, Operand: arch.Operand{Text: "deb.example.com"}}, Service: service}},
		Grants: []arch.Grant{{Tier: "App", Use: "read s3", Needs: uses.Needs("s3.read", uses.Minimal, uses.Target{ARN: "arn:aws:s3:::uploads"})}},
	}
}

var app, worker = arch.TierPeer(arch.App, "App"), arch.TierPeer(arch.App, "Worker")

// TestNamesPastFirewall: ports that are open for a name also lead to the gateway endpoint's service.
func TestNamesPastFirewall(t *testing.T) {
	t.Parallel()
	toAll := asking(app, "http", "")
	toAll.Flows[0].To = arch.Peer{Kind: arch.Internet}
	for _, test := range []struct {
		a    arch.Architecture
		want []string
	}{
		{asking(app, "http", ""), []string{"tcp/80"}}, {asking(app, "https", ""), nil}, {asking(app, "tcp/80,tcp/443", ""), []string{"tcp/80"}},
		{asking(app, "tcp/443-444", ""), []string{"tcp/443-444"}}, {asking(worker, "http", ""), nil}, {toAll, nil},
	} {
		p := plantest.Make(t, test.a)
		var got []string
		for _, w := range p.Widenings {
			if w.Control == "routes" {
				assert.Equal(t, "tiers.App -> deb.example.com", w.Path)
				got = append(got, strings.TrimSuffix(w.Carries, " to s3 by its gateway endpoint"))
			}
		}
		assert.Equal(t, test.want, got, test.a.Flows)
	}
}

// TestNamesBesideGateways: a tier that may reach only names cannot share subnets with one that has a gateway endpoint.
func TestNamesBesideGateways(t *testing.T) {
	t.Parallel()
	p, diags := plantest.MakeBoth(t, asking(worker, "https", "App"))
	assert.Nil(t, p)
	require.Len(t, diags, 1)
	assert.Equal(t, "domain-covered", diags[0].Rule)
	granted := asking(worker, "https", "App")
	granted.Grants = append(granted.Grants, arch.Grant{Tier: "Worker", Use: granted.Grants[0].Use, Needs: granted.Grants[0].Needs})
	observed := asking(worker, "https", "App")
	observed.Network.Inspection.Mode = arch.Observe // Every name passes.
	for name, a := range map[string]arch.Architecture{"own subnets": asking(worker, "https", ""), "granted": granted, "observed": observed} {
		p, diags := plantest.MakeBoth(t, a)
		assert.NotNil(t, p, "%s: %s", name, diags)
	}
}

// TestBesideEndpoint: a widening says what a neighbour's gateway endpoint does to packets.
func TestBesideEndpoint(t *testing.T) {
	t.Parallel()
	reasons := func(a arch.Architecture) (out []string) {
		p := plantest.Make(t, a)
		for _, w := range p.Widenings {
			if w.Control == "routes" && w.Carries == "a route to s3" {
				out = append(out, w.Reason)
			}
		}
		return out
	}
	a := asking(worker, "https", "App")
	a.Flows[0].To = arch.Peer{Kind: arch.Internet}
	assert.Equal(t, []string{"it shares subnets with App, which uses it; packets to the internet take that route if they are for s3, " +
		"and the endpoint's policy decides what passes"}, reasons(a))
	a.Flows = []arch.Flow{{From: app, To: arch.Peer{Kind: arch.Internet}, Service: "https"}, {From: worker, To: app, Service: "https"}}
	assert.Equal(t, []string{"it shares subnets with App, which uses it; the security groups still stop it"}, reasons(a))
}
