package summary_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/plan/summary"
)

func TestSummary(t *testing.T) {
	t.Parallel()
	f := plantest.Flow(arch.TierPeer(arch.Web, "Web"), plantest.Internet, "https")
	f.Reason, f.Owner, f.Expires = "updates", "web", "2027-12-31"
	f.At = []diag.Position{{File: "main.go", Line: 7}}
	a := arch.Architecture{Network: plantest.Network(), Tiers: []arch.Tier{{ID: "Web", Kind: arch.Web}}, Flows: []arch.Flow{f}}
	text := summary.Text(plantest.Make(t, a))
	for _, want := range []string{"Test/Network  10.0.0.0/16  eu-west-1a  eu-west-1b", "10.0.32.0/20",
		"updates [owner web, until 2027-12-31]", "main.go:7",
		"1 security group, 1 rule (1 in the groups, 0 standalone), 1 network ACL with 4 entries, 4 routes, 2 NAT gateways"} {
		assert.Contains(t, strings.ReplaceAll(text, "\n  ", " "), want)
	}
	assert.False(t, slices.ContainsFunc(strings.Split(text, "\n"), func(line string) bool { return strings.HasSuffix(line, " ") }),
		"spaces at the end of a line")
}

// TestSummaryOfManyTiers: flows that are equal but for their ends are one row, the internet is first, and no line is wide.
func TestSummaryOfManyTiers(t *testing.T) {
	t.Parallel()
	a := arch.Architecture{Network: plantest.Network(), Tiers: []arch.Tier{{ID: "LB", Kind: arch.Edge}, {ID: "Data", Kind: arch.Data}}}
	a.Network.Blocks = 64
	lb := arch.TierPeer(arch.Edge, "LB")
	for n := 12; n > 0; n-- {
		id := fmt.Sprint("App-", n)
		a.Tiers = append(a.Tiers, arch.Tier{ID: id, Kind: arch.App, Block: 10 + n})
		f := plantest.Flow(lb, arch.TierPeer(arch.App, id), "https")
		f.Reason, f.At = "what customers ask for on most days of the year", []diag.Position{{File: "main.go", Line: n}}
		a.Flows = append(a.Flows, f, plantest.Flow(arch.TierPeer(arch.App, id), arch.TierPeer(arch.Data, "Data"), "mysql"))
	}
	a.Flows = append(a.Flows, plantest.Flow(plantest.Internet, lb, "https"))
	text := summary.Text(plantest.Make(t, a))
	var rows []string
	for line := range strings.Lines(text) {
		assert.LessOrEqual(t, utf8.RuneCountInString(line), 101, line)
		if strings.Contains(line, "tcp/443") || strings.Contains(line, "tcp/3306") {
			rows = append(rows, strings.Join(strings.Fields(line)[:4], " "))
		}
	}
	require.GreaterOrEqual(t, len(rows), 3, text)
	assert.Equal(t, []string{"the internet LB tcp/443", "App-1 ... App-12 Data", "LB App-1 ... App-12"}, rows[:3], text)
	assert.Contains(t, text, "main.go:1 and 11")
	assert.Contains(t, text, "App-1 ... App-12 (12)   3 of 19      3 of 19       Data, LB\n", "network ACLs that are alike")
	assert.Less(t, strings.Index(text, "App-2 "), strings.Index(text, "App-10 "))
}

// TestSummaryCountsWhatTheQuotaCounts: a rule on a prefix list counts as all entries of the list.
func TestSummaryCountsWhatTheQuotaCounts(t *testing.T) {
	t.Parallel()
	list := arch.Peer{Kind: arch.PrefixList, Operand: arch.Operand{Text: "pl-12345678"}, Entries: 55}
	p := plantest.Make(t, arch.Architecture{
		Network: plantest.Network(), Tiers: []arch.Tier{{ID: "LB", Kind: arch.Edge}},
		Flows: []arch.Flow{plantest.Flow(list, arch.TierPeer(arch.Edge, "LB"), "https")},
	})
	require.Contains(t, summary.Text(p), "55 of 60")
}

func TestSummaryOfNetworkACLs(t *testing.T) {
	t.Parallel()
	a := arch.Architecture{Network: plantest.Network(), Tiers: []arch.Tier{
		{ID: "Edge", Kind: arch.Edge}, {ID: "Web", Kind: arch.Web}, {ID: "Same", Kind: arch.Web, SharesWith: "Web"},
		{ID: "Data", Kind: arch.Data},
	}, Flows: []arch.Flow{
		plantest.Flow(plantest.Internet, arch.TierPeer(arch.Edge, "Edge"), "https"),
		plantest.Flow(arch.TierPeer(arch.Edge, "Edge"), arch.TierPeer(arch.Web, "Web"), "http"),
		plantest.Flow(arch.TierPeer(arch.Web, "Same"), plantest.Block("203.0.113.0/24"), "https"),
	}}
	text := summary.Text(plantest.Make(t, a))
	for _, want := range []string{
		"NETWORK ACL OF   ENTRIES IN   ENTRIES OUT   LETS THROUGH WITH\n",
		"Edge             3 of 19      3 of 19       Web, any address (in tcp/443, out tcp/1024-65535)\n",
		"Same, Web        3 of 19      3 of 19       203.0.113.0/24, Edge\n",
		"Data             0 of 19      0 of 19       nobody\n",
		"3 network ACLs with 12 entries",
	} {
		assert.Contains(t, text, want)
	}
	a.Network.NetworkACLs = arch.NetworkACLsOff
	assert.NotContains(t, strings.ToLower(summary.Text(plantest.Make(t, a))), "network acl")
}
