package suricatatest

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
)

// lastPort is the last client port that from returned.
var lastPort uint16 = 40000

// from returns a client with a port that no other conversation has.
func from(ip string) netip.AddrPort {
	lastPort++
	return netip.AddrPortFrom(netip.MustParseAddr(ip), lastPort)
}

// at returns a server.
func at(text string) netip.AddrPort { return netip.MustParseAddrPort(text) }

// Hosts of the network that network returns, and hosts outside.
const (
	web, app, db, bastion, edge = "10.0.32.10", "10.0.48.10", "10.0.64.10", "10.0.80.10", "10.0.16.10"
	outside, outside2           = "198.51.100.7", "198.51.100.8"
)

func tier(kind arch.Kind, id string) arch.Peer { return arch.TierPeer(kind, id) }

// network returns an architecture whose firewall inspects all paths.
func network(strict bool, mode arch.Mode) arch.Architecture {
	webTier, appTier, dbTier := tier(arch.Web, "Web"), tier(arch.App, "App"), tier(arch.Data, "DB")
	a := arch.Architecture{
		Network: arch.Network{Path: "Shop/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a", "eu-west-1b"},
			Inspection: &arch.Inspection{Paths: arch.EgressPath | arch.IngressPath | arch.EastWestPath, Strict: strict, Mode: mode}},
		Tiers: []arch.Tier{
			{ID: "Edge", Kind: arch.Edge}, {ID: "Web", Kind: arch.Web}, {ID: "App", Kind: arch.App}, {ID: "DB", Kind: arch.Data},
			{ID: "Bastion", Kind: arch.Bastion},
		},
		Flows: []arch.Flow{
			{From: arch.Peer{Kind: arch.Internet}, To: tier(arch.Edge, "Edge"), Service: "https"},
			{From: tier(arch.Edge, "Edge"), To: webTier, Service: "https"},
			{From: webTier, To: appTier, Service: "tcp/8080-8090", Reason: "requests; \"all\" of them"},
			{From: appTier, To: dbTier, Service: "mysql"},
			{From: appTier, To: dbTier, Service: "udp/5000"},
			{From: webTier, To: appTier, Service: "ping"},
			{From: tier(arch.Bastion, "Bastion"), To: appTier, Service: "ssh"},
			{From: arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: "203.0.113.0/24"}}, To: tier(arch.Bastion, "Bastion"), Service: "ssh"},
		},
	}
	if !strict {
		for name, service := range map[string]string{
			"api.example.com": "https", ".example.org": "tcp/8443", "www.example.com": "http", ".example.net": "http",
		} {
			to := arch.Peer{Kind: arch.Domain, Operand: arch.Operand{Text: name}}
			a.Flows = append(a.Flows, arch.Flow{From: appTier, To: to, Service: service})
		}
	}
	return a
}

// policy returns the plan of an architecture, and the firewall policy that the plan makes.
func policy(t testing.TB, a arch.Architecture) (*plan.Plan, Policy) {
	t.Helper()
	p, diags := plan.Make(a, plantest.Today)
	require.NotNil(t, p, diags.String())
	var groups []string
	for _, g := range p.FirewallGroups {
		text, variables := p.Text(g)
		require.Empty(t, variables)
		groups = append(groups, text)
	}
	out := Policy{Rules: strings.Join(groups, "\n"), Default: EstablishedAppLayerToServer, HomeNet: []string{"10.0.0.0/16"}}
	if a.Network.Inspection.Strict {
		out.Default = Strict
	}
	return p, out
}

// row is a conversation, and whether it must pass.
type row struct {
	c      Conversation
	passes bool
}

// conversations returns the conversations of rows.
func conversations(rows []row) []Conversation {
	out := make([]Conversation, len(rows))
	for i, r := range rows {
		out[i] = r.c
	}
	return out
}
