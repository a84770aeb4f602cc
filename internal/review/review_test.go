package review_test

import (
	"cmp"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/networkfirewall"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/review"
	"github.com/tierwall/tierwall/internal/usage"
	"github.com/tierwall/tierwall/internal/webacl"
)

var today = time.Date(2026, time.December, 1, 23, 59, 0, 0, time.UTC)

// model returns a network whose flows expire yesterday, today, in 30 days, in 31 days and never. The last one is an exception.
func model(t *testing.T) *arch.Model {
	t.Helper()
	a := arch.Architecture{
		Network: arch.Network{Path: "Shop/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a"}},
		Tiers: []arch.Tier{
			{ID: "Web", Kind: arch.Web}, {ID: "App", Kind: arch.App}, {ID: "Database", Kind: arch.Data},
		},
	}
	flow := func(from, to arch.Peer, service, expires string) arch.Flow {
		return arch.Flow{From: from, To: to, Service: service, Reason: "orders", Owner: "storefront", Expires: expires,
			At: []diag.Position{{File: "main.go", Line: len(a.Flows) + 1}}}
	}
	web, app, database := arch.TierPeer(arch.Web, "Web"), arch.TierPeer(arch.App, "App"), arch.TierPeer(arch.Data, "Database")
	a.Flows = append(a.Flows, flow(web, app, "tcp/1", "2026-11-30"))
	a.Flows = append(a.Flows, flow(web, app, "tcp/2", "2026-12-01"))
	a.Flows = append(a.Flows, flow(web, app, "tcp/3", "2026-12-31"))
	a.Flows = append(a.Flows, flow(web, app, "tcp/4", "2027-01-01"))
	exception := flow(web, database, "tcp/5", "")
	exception.Exception = true
	a.Flows = append(a.Flows, exception)
	a.Flows = append(a.Flows, flow(app, database, "tcp/6", ""))
	m, diags := arch.Check(a, time.Time{})
	require.NotNil(t, m, diags.String())
	return m
}

func topics(in review.Input) map[string]review.Topic {
	out := map[string]review.Topic{}
	for _, t := range review.Topics(in) {
		out[t.Title] = t
	}
	return out
}

func whats(t review.Topic) []string {
	var out []string
	for _, i := range t.Items {
		out = append(out, i.What)
	}
	return out
}

// TestFlows: the last day of a flow is a day on which it is valid.
func TestFlows(t *testing.T) {
	t.Parallel()
	in := review.Input{Model: model(t), Today: today, Within: 30}
	got := topics(in)
	assert.Equal(t, []string{"Web -> App tcp/1"}, whats(got["Expired flows"]))
	assert.Equal(t, []string{"Web -> App tcp/2", "Web -> App tcp/3"}, whats(got["Flows that expire within 30 days"]))
	exceptions := got["Exceptions from the table of who may reach whom"]
	assert.Equal(t, []string{"Web -> Database tcp/5"}, whats(exceptions))
	assert.Equal(t, "it never expires: orders", exceptions.Items[0].Why)
	assert.Equal(t, "storefront", exceptions.Items[0].Owner)
	assert.Equal(t, 5, exceptions.Items[0].At[0].Line)
	assert.True(t, review.Overdue(review.Topics(in)))
	in.Today = today.AddDate(0, 0, -1)
	assert.False(t, review.Overdue(review.Topics(in)))
}

// TestNothingKnown: without logs and templates, no topic about them is empty in silence.
func TestNothingKnown(t *testing.T) {
	t.Parallel()
	got := topics(review.Input{Model: model(t), Today: today})
	for title, unknown := range map[string]bool{
		"Flows that nothing used": true, "Accepted traffic that no flow declares": true,
		"Differences between the templates and the declaration": true, "What the templates do not say": true,
		"Findings that the app acknowledges": true, "Groups of rules that AWS maintains": true,
		"Checks of what is deployed": true,
		"Expired flows":              false, "What controls let through beyond the flows": false, "Facts about AWS": false,
	} {
		require.Contains(t, got, title)
		assert.Equal(t, unknown, got[title].Unknown != "", title)
		assert.False(t, unknown && len(got[title].Items) > 0, title)
	}
}

// TestUsage: flows that are surely unused and flows that the logs may lack differ in words, and those in use are left out.
func TestUsage(t *testing.T) {
	t.Parallel()
	m := model(t)
	result := &usage.Result{From: 1796000000, To: 1796100000}
	verdicts := map[string]usage.Verdict{"tcp/2": usage.Unused, "tcp/3": usage.NotSeen, "tcp/4": usage.PerhapsUsed}
	for i, f := range m.Flows {
		one := usage.FlowUse{Flow: i, Verdict: cmp.Or(verdicts[f.Service], usage.Used)}
		if one.Verdict == usage.NotSeen {
			one.Doubts = []string{"a gap"}
		}
		result.Flows = append(result.Flows, one)
	}
	result.Undeclared = []usage.Row{{From: "Web", To: "Database", Service: "tcp/22", Traffic: usage.Traffic{First: 1796000000},
		Source: netip.MustParseAddr("10.0.0.1"), Destination: netip.MustParseAddr("10.0.0.2")}}
	in := review.Input{Model: m, Today: today, Within: 30, Usage: result}
	got := topics(in)
	unused := got["Flows that nothing used"]
	require.Len(t, unused.Items, 2)
	assert.Contains(t, unused.Items[0].Why, "no traffic from 2026-1")
	assert.Equal(t, "no traffic in the logs, which may lack it: a gap", unused.Items[1].Why)
	soon := got["Flows that expire within 30 days"]
	assert.Equal(t, "its last day is 2026-12-01, and it was never used", soon.Items[0].Why)
	assert.Equal(t, "its last day is 2026-12-31, and it was not seen", soon.Items[1].Why)
	undeclared := got["Accepted traffic that no flow declares"]
	assert.Equal(t, []string{"Web -> Database tcp/22"}, whats(undeclared))
	assert.True(t, undeclared.Overdue)
}

// TestProof: findings are overdue, unless the app acknowledges them; what is unknown is a topic of its own. Those of other networks are
// left out.
func TestProof(t *testing.T) {
	t.Parallel()
	report := &proof.Report{Findings: []proof.Finding{
		{Network: "Shop/Network", From: "Web", To: "App", Verdict: proof.Excess, What: "a"},
		{Network: "Shop/Network", From: "Web", To: "Database", Verdict: proof.Unknown, What: "b"},
		{Network: "Shop/Network2", From: "Web", To: "App", Verdict: proof.Excess, What: "c"},
	}}
	in := review.Input{Model: model(t), Today: today.AddDate(0, 0, -2), Proof: report}
	got := topics(in)
	assert.Equal(t, []string{"Web -> App"}, whats(got["Differences between the templates and the declaration"]))
	assert.Equal(t, []string{"Web -> Database"}, whats(got["What the templates do not say"]))
	assert.True(t, review.Overdue(review.Topics(in)))
	in.Acknowledged = map[string]string{report.Diagnostics()[0].AcknowledgeID(): "it is known"}
	got = topics(in)
	assert.Empty(t, got["Differences between the templates and the declaration"].Items)
	acknowledged := got["Findings that the app acknowledges"]
	require.Len(t, acknowledged.Items, 1)
	assert.Contains(t, acknowledged.Items[0].Why, "; accepted: it is known")
	assert.False(t, review.Overdue(review.Topics(in)))
}

// TestControls: groups of AWS with and without a version; widenings of one reason are one item; old facts.
func TestControls(t *testing.T) {
	t.Parallel()
	group := func(version string) webacl.Rule {
		return webacl.Rule{Statement: &webacl.Statement{ManagedRuleGroupStatement: &webacl.ManagedGroup{VendorName: "AWS", Name: "Core",
			Version: version}}}
	}
	in := review.Input{
		Model: model(t), Today: today.AddDate(1, 0, 0),
		Controls: &review.Controls{
			WebACLs:  map[string]webacl.ACL{"Shop/B": {Rules: []webacl.Rule{group("Version_1.4")}}, "Shop/A": {Rules: []webacl.Rule{{}, group("")}}},
			Policies: map[string]networkfirewall.Policy{"Shop/P": {Members: []networkfirewall.Member{{Managed: "BotNet"}, {}}}},
			Scopes:   map[string]string{"Shop/Network/B": "it leaks", "Shop/Network/A": "", "Shop/Network2/C": ""},
			Rules:    []string{"Shop/Network/R", "Shop/Network/S", "Shop/Network2/R"},
		},
		Widenings: []arch.Widening{
			{Control: "routes", Path: "App", Carries: "x", Reason: "r"}, {Control: "routes", Path: "Web", Carries: "x", Reason: "r"},
			{Control: "routes", Path: "Web", Carries: "x", Reason: "s"},
		},
	}
	got := topics(in)
	managed := got["Groups of rules that AWS maintains"]
	assert.Equal(t, []string{"Core in Shop/A", "Core in Shop/B", "BotNet in Shop/P"}, whats(managed))
	assert.Contains(t, managed.Items[0].Why, "changes without a deployment")
	assert.Contains(t, managed.Items[1].Why, "pinned to Version_1.4")
	assert.Equal(t, []string{"routes of App, Web", "routes of Web"}, whats(got["What controls let through beyond the flows"]))
	assert.Len(t, got["Facts about AWS"].Items, 1)
	checks := got["Checks of what is deployed"]
	assert.Equal(t, []string{"access scope Shop/Network/A", "access scope Shop/Network/B", "2 rules of AWS Config"}, whats(checks))
	assert.Contains(t, checks.Items[1].Why, "a finding means: it leaks")
}
