package upgrade_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/upgrade"
)

func template(t require.TestingT, p *plan.Plan) *cfn.Assembly {
	data, _ := plantest.Template(p)
	out, err := cfn.Read(plantest.File, data, nil)
	require.NoError(t, err)
	return out
}

// moves lists the edits by which a tier may start or stop facing the internet. Its egress is then moved onto the
// firewall or off it, which is reported.
var moves = map[string]bool{"another kind": true, "add a flow": true, "remove a flow": true, "remove a tier": true, "swap blocks": true}

// No edit of an architecture causes an update that fails, detaches or interrupts traffic. The exception is another
// reason: it is part of a rule's description, and the gap that it causes must be reported.
func TestRandomEditsHaveNoGap(t *testing.T) {
	t.Parallel()
	for name, change := range plantest.Edits {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rewords := name == "another reason" || name == "another kind"
			updates, gaps := 0, 0
			rapid.Check(t, func(t *rapid.T) {
				a := plantest.Architectures(t)
				if a.Network.Inspection != nil && name == "exact subnets for a block" {
					t.Skip("the rules of inspected flows contain these subnets, and their gap must be reported")
				}
				b := a
				change(t, &b)
				p, _ := plan.Make(a, plantest.Today)
				q, _ := plan.Make(b, plantest.Today)
				if p == nil || q == nil {
					t.Skip("not a valid architecture")
				}
				found, crowded := upgrade.WithoutQuota(upgrade.Check(template(t, p), template(t, q)).With(diag.Finding))
				require.Equal(t, upgrade.CrowdedACLs(p, q), crowded)
				found, imported := upgrade.WithoutImported(found)
				require.Equal(t, upgrade.ImportedEgress(p, q), imported)
				for _, d := range found {
					if d.Rule == "inspection-jump" && moves[name] || d.Rule == "acl-gap" && upgrade.Homecoming(p, q) ||
						d.Rule == "rule-quota" && upgrade.CrowdedGroups(p, q) {
						continue
					}
					if !rewords || d.Rule != "rule-gap" || !strings.Contains(d.Detail, "changes its description") {
						t.Fatal(d)
					}
					gaps++
				}
				updates++
			})
			require.Positive(t, updates)
			if name == "another reason" && !testing.Short() { // another kind rewords a rule now and then only
				require.Positive(t, gaps)
			}
		})
	}
}

// Zones d and e share the fourth slot of a block, so one cannot replace the other in a single update.
func TestZonesOfOneSlot(t *testing.T) {
	t.Parallel()
	a := arch.Architecture{
		Network: arch.Network{Path: "Test/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a", "eu-west-1d"}},
		Tiers:   []arch.Tier{{ID: "App", Kind: arch.App}},
	}
	b := a
	b.Network.Zones = []string{"eu-west-1a", "eu-west-1e"}
	require.Equal(t, []string{"key-collision[Test/SubnetsBlock3Slot3Subnet]"}, update(t, a, b))
}

// Exact subnets are listed in the order of the zones. If only the zones are reordered, subnets change their zones.
func TestZonesReorderedWithoutExactSubnets(t *testing.T) {
	t.Parallel()
	a := arch.Architecture{Network: plantest.Network(), Tiers: []arch.Tier{{ID: "App", Kind: arch.App}}}
	a.Network.Inspection = &arch.Inspection{Paths: arch.EgressPath, Mode: arch.Enforce}
	a.Network.FirewallSubnets = []string{"10.0.4.0/24", "10.0.5.0/24"}
	b := a
	b.Network.Zones = []string{"eu-west-1b", "eu-west-1a"}
	require.Equal(t, []string{
		"endpoint-moves[Test/FirewallResource:eu-west-1a]", "endpoint-moves[Test/FirewallResource:eu-west-1b]",
		"key-collision[Test/SubnetsFirewallSlot0Subnet]", "key-collision[Test/SubnetsFirewallSlot1Subnet]",
	}, update(t, a, b))
	b.Network.FirewallSubnets = []string{"10.0.5.0/24", "10.0.4.0/24"}
	require.Empty(t, update(t, a, b))
}

// update returns the ids of what is found when one architecture is updated to another.
func update(t *testing.T, a, b arch.Architecture) []string {
	t.Helper()
	var out []string
	for _, d := range upgrade.Check(template(t, plantest.Make(t, a)), template(t, plantest.Make(t, b))) {
		out = append(out, d.ID())
	}
	return out
}

// TestBadIdentities renders templates as a library without stable identities would, and checks that each problem is
// found.
func TestBadIdentities(t *testing.T) {
	t.Parallel()
	base := arch.Architecture{
		Network: arch.Network{Path: "Test/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a"}, RulesPerGroup: 100},
		Tiers:   []arch.Tier{{ID: "App", Kind: arch.App}, {ID: "Data", Kind: arch.Data}, {ID: "Edge", Kind: arch.Edge}},
		Flows:   []arch.Flow{{From: arch.TierPeer(arch.App, "App"), To: arch.TierPeer(arch.Data, "Data"), Service: "mysql"}},
	}
	p, diags := plan.Make(base, plantest.Today)
	require.NotNil(t, p, diags)
	data, _ := plantest.Template(p)
	for name, c := range map[string]struct{ old, new, want string }{
		"subnets named after tiers": {"SubnetsBlock3Slot0Subnet", "SubnetsAppSlot0Subnet", "key-collision[Test/SubnetsAppSlot0Subnet]"},
		"routes named after targets": {"SubnetsBlock1Slot0DefaultRoute", "SubnetsBlock1Slot0RouteToInternetGateway",
			"key-collision[Test/SubnetsBlock1Slot0RouteToInternetGateway]"},
		"rules named after services":   {"DataAppEgresstcp3306", "DataAppEgressMySQL", "key-collision[Test/DataAppEgressMySQL]"},
		"a description with its place": {"Security group of tier Data", "data.go:12", "group-replaced[Test/DataSecurityGroupResource]"},
		"rules with their place":       {"tcp/3306 from App to Data", "main.go:12", "rule-gap[Test/DataSecurityGroupResource:ingress]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, string(data), c.old)
			before, err := cfn.Read(plantest.File, data, nil)
			require.NoError(t, err)
			after, err := cfn.Read(plantest.File, []byte(strings.ReplaceAll(string(data), c.old, c.new)), nil)
			require.NoError(t, err)
			var got []string
			for _, d := range upgrade.Check(before, after).With(diag.Finding) {
				got = append(got, d.ID())
			}
			require.Contains(t, got, c.want)
		})
	}
}
