package proof_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// TestDomains: flows to names over TLS and HTTP are exact, and the proof assumes that clients state names truthfully.
func TestDomains(t *testing.T) {
	t.Parallel()
	app := arch.TierPeer(arch.App, "App")
	name := func(s string) arch.Peer { return arch.Peer{Kind: arch.Domain, Operand: arch.Operand{Text: s}} }
	p, diags := plan.Make(arch.Architecture{
		Network: arch.Network{Path: "Test/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a", "eu-west-1b"},
			Inspection: &arch.Inspection{Paths: arch.EgressPath | arch.IngressPath}},
		Tiers: []arch.Tier{{ID: "App", Kind: arch.App}, {ID: "Edge", Kind: arch.Edge}},
		Flows: []arch.Flow{
			{From: arch.Peer{Kind: arch.Internet}, To: arch.TierPeer(arch.Edge, "Edge"), Service: "https"}, // the same port, the other way
			{From: app, To: name("api.example.com"), Service: "https"}, {From: app, To: name(".example.org"), Service: "tcp/8443"},
			{From: app, To: name("www.example.com"), Service: "http"}, {From: app, To: name(".example.net"), Service: "http"},
		},
	}, plantest.Today)
	require.NotNil(t, p, diags.String())
	template, declared := plantest.Template(p)
	report, err := proof.Prove(read(t, template), declared)
	require.NoError(t, err)
	assert.Empty(t, report.Findings, report.Diagnostics())
	assert.Contains(t, report.Assumptions, "Test/Network: clients state the name that they connect to truthfully; only TLS inspection "+
		"could detect a false name")
}

// TestNamesAreFound: a query can name a domain like any other peer, and the answer names the rule that decides.
func TestNamesAreFound(t *testing.T) {
	t.Parallel()
	app := arch.TierPeer(arch.App, "App")
	p, diags := plan.Make(arch.Architecture{
		Network: arch.Network{Path: "Test/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a"},
			Inspection: &arch.Inspection{Paths: arch.EgressPath}},
		Tiers: []arch.Tier{{ID: "App", Kind: arch.App}},
		Flows: []arch.Flow{{From: app, To: arch.Peer{Kind: arch.Domain, Operand: arch.Operand{Text: ".example.net"}}, Service: "http"}},
	}, plantest.Today)
	require.NotNil(t, p, diags.String())
	template, _ := plantest.Template(p)
	top := reach.Build(read(t, template))
	from, err := top.Find("App")
	require.NoError(t, err)
	for name, want := range map[string]string{
		"www.example.net": "pass sid", "www.example.org": "App -> other hosts than .example.net",
	} {
		to, err := top.Find(name)
		require.NoError(t, err)
		service, _ := traffic.Ports(traffic.TCP, 80, 80).First()
		var rules []string
		for _, s := range top.Explain(from[0], to[0], service) {
			if s.Control == "firewall" {
				rules = append(rules, s.Rule)
			}
		}
		require.Len(t, rules, 1, name)
		assert.Contains(t, rules[0], want, name)
	}
	_, err = top.Find("no name.")
	assert.ErrorContains(t, err, "there are: internet, addresses, domain names, ")
}

// TestNamesBesideOthers: the proof distinguishes names below other names, on other ports, and blocks that may contain addresses of a list.
func TestNamesBesideOthers(t *testing.T) {
	t.Parallel()
	app := arch.TierPeer(arch.App, "App")
	to := func(kind arch.Kind, text, service string) arch.Flow {
		return arch.Flow{From: app, To: arch.Peer{Kind: kind, Operand: arch.Operand{Text: text},
			Entries: map[arch.Kind]int{arch.PrefixList: 3}[kind]}, Service: service}
	}
	for name, flows := range map[string][]arch.Flow{
		"a name below another":   {to(arch.Domain, ".example.com", "https"), to(arch.Domain, "api.example.com", "tcp/8443")},
		"a domain below another": {to(arch.Domain, ".example.com", "https"), to(arch.Domain, ".eu.example.com", "tcp/8443")},
		"a list that a block holds": {to(arch.Domain, "api.example.com", "http"), to(arch.CIDR, "203.0.113.0/24", "http"),
			to(arch.PrefixList, "pl-12345678", "https")},
	} {
		p, diags := plan.Make(arch.Architecture{
			Network: arch.Network{Path: "Test/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a"},
				Inspection: &arch.Inspection{Paths: arch.EgressPath}},
			Tiers: []arch.Tier{{ID: "App", Kind: arch.App}}, Flows: flows,
		}, plantest.Today)
		require.NotNil(t, p, diags.String())
		template, declared := plantest.Template(p)
		report, err := proof.Prove(read(t, template), declared)
		require.NoError(t, err)
		assert.Empty(t, report.Findings, "%s: %s", name, report.Diagnostics())
	}
}
