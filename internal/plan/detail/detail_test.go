package detail_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/detail"
)

var today = time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC)

// inAccount is the condition of a policy whose tier has no known roles.
const inAccount = "aws:PrincipalAccount StringEquals ${AWS::AccountId}"

// shop is a small architecture with most controls.
func shop() arch.Architecture {
	at := diag.Position{File: "architecture.yaml", Line: 3}
	web, app := arch.TierPeer(arch.Web, "Web"), arch.TierPeer(arch.App, "App")
	return arch.Architecture{
		Network: arch.Network{
			Path: "Shop/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a", "eu-west-1b"},
			Inspection: &arch.Inspection{Paths: arch.EgressPath | arch.EastWestPath},
		},
		Tiers: []arch.Tier{{ID: "Web", Kind: arch.Web}, {ID: "App", Kind: arch.App}},
		Flows: []arch.Flow{
			{From: web, To: app, Service: "https", Reason: "orders", At: []diag.Position{at}},
			{From: app, To: arch.Peer{Kind: arch.Internet}, Service: "tcp/8443", Reason: "rates", Owner: "team", At: []diag.Position{at}},
		},
		Grants: []arch.Grant{{
			Tier: "App", Use: "sessions", Needs: []arch.Need{{Service: "ssm", Actions: []string{"ssm:*"}, Resources: []string{"*"}}},
		}},
	}
}

func planOf(t *testing.T, a arch.Architecture) *plan.Plan {
	t.Helper()
	p, diags := plan.Make(a, today)
	require.False(t, diags.HasErrors(), diags.String())
	return p
}

func named(tables []detail.Table, name string) detail.Table {
	return tables[slices.IndexFunc(tables, func(t detail.Table) bool { return t.Name == name })]
}

func TestTablesListThePlan(t *testing.T) {
	t.Parallel()
	p := planOf(t, shop())
	tables := detail.Of(p)
	for _, table := range tables {
		for _, row := range table.Rows {
			assert.Len(t, row, len(table.Columns), table.Name)
		}
	}
	rules := len(p.Rules)
	for _, g := range p.Groups {
		rules += len(g.Ingress) + len(g.Egress)
	}
	assert.Len(t, named(tables, "securityGroupRules").Rows, rules)
	assert.Len(t, named(tables, "networkACLEntries").Rows, p.EntryCount())
	assert.Len(t, named(tables, "routes").Rows, len(p.Routes))
	assert.Len(t, named(tables, "widenings").Rows, len(p.Widenings))
	assert.Contains(t, named(tables, "securityGroupRules").Rows, []string{"App", "out", "tcp/8443", "0.0.0.0/0", "rates"})
	assert.Contains(t, named(tables, "totals").Rows, []string{"NAT gateways", "2"})
	assert.Contains(t, named(tables, "quotas").Rows, []string{"rules in of endpoint ssm", "1", "60"})
	assert.Contains(t, named(tables, "endpointPolicies").Rows, []string{"ssm", "allow", "ssm:*", "*", "*", inAccount})
	flow := []string{"App", "the internet", "tcp/8443", "rates", "team", "", "", "architecture.yaml:3"}
	assert.Contains(t, named(tables, "flows").Rows, flow)
	subnets := map[string]bool{}
	for _, row := range named(tables, "subnets").Rows {
		assert.False(t, subnets[row[0]], "%s is there twice", row[0])
		subnets[row[0]] = true
	}
	for _, r := range p.Routes {
		assert.True(t, subnets[r.Subnet] || r.Subnet == plan.EdgeTable, r.Subnet)
	}
}

func TestChanges(t *testing.T) {
	t.Parallel()
	before := detail.Of(planOf(t, shop()))
	moved := shop()
	moved.Flows[0].At = nil
	assert.Empty(t, detail.Changes(before, detail.Of(planOf(t, moved))), "where a flow stands changes nothing")

	single := shop()
	single.Network.NAT = arch.NATSingle
	changes := detail.Changes(before, detail.Of(planOf(t, single)))
	assert.Contains(t, changes, detail.Change{Table: "totals", Mark: "~", Row: []string{"NAT gateways", "2 -> 1"}})
	assert.Contains(t, changes, detail.Change{Table: "subnets", Mark: "-", Row: []string{"NATSlot1", "NAT", "eu-west-1b", "10.0.1.0/24"}})

	described := shop()
	described.Grants[0].Needs = append(described.Grants[0].Needs,
		arch.Need{Service: "s3", Actions: []string{"s3:GetObject", "s3:PutObject"}, Resources: []string{"arn:aws:s3:::uploads/*"}})
	changes = detail.Changes(before, detail.Of(planOf(t, described)))
	assert.Contains(t, changes, detail.Change{
		Table: "endpointPolicies", Mark: "+", Row: []string{"s3", "allow", "s3:GetObject", "arn:aws:s3:::uploads/*", "*",
			inAccount + "; aws:ResourceAccount StringEquals ${AWS::AccountId}"},
	})

	assert.NotContains(t, changes, detail.Change{
		Table: "networkACLEntries", Mark: "-", Row: []string{"Block15", "in", "tcp/443", "10.0.48.0/20"},
	}, "another tier in a network ACL does not change its entries")

	more := shop()
	more.Tiers = append(more.Tiers, arch.Tier{ID: "Data", Kind: arch.Data})
	changes = detail.Changes(before, detail.Of(planOf(t, more)))
	assert.Contains(t, changes, detail.Change{Table: "totals", Mark: "~", Row: []string{"security groups", "3 -> 4"}})
	back := detail.Changes(detail.Of(planOf(t, more)), before)
	assert.Len(t, back, len(changes), "the way back has as many changes")
	data, err := json.Marshal(back)
	require.NoError(t, err)
	assert.NotContains(t, string(data), `"+"`)
}
