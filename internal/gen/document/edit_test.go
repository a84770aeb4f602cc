package document

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func editOf(t *testing.T, name string) *Edit {
	t.Helper()
	e, problems := NewEdit(name+".yaml", sample(t, name))
	require.Empty(t, problems.Error())
	return e
}

// changed returns the lines that two texts do not share, with - and +.
func changed(before, after string) string {
	old, now := strings.Split(before, "\n"), strings.Split(after, "\n")
	var out []string
	for len(old) > 0 || len(now) > 0 {
		switch {
		case len(old) > 0 && len(now) > 0 && old[0] == now[0]:
			old, now = old[1:], now[1:]
		case len(now) > 0 && (len(old) == 0 || !contains(old, now[0])):
			out, now = append(out, "+"+now[0]), now[1:]
		default:
			out, old = append(out, "-"+old[0]), old[1:]
		}
	}
	return strings.Join(out, "\n")
}

func TestEditKeepsWhatItDoesNotChange(t *testing.T) {
	t.Parallel()
	for _, name := range samples {
		e := editOf(t, name)
		assert.Equal(t, string(sample(t, name)), string(e.Bytes()))
		d, _ := Parse(name, sample(t, name))
		flow := Flow{From: d.Tiers[0].ID, To: d.Tiers[1].ID, Service: "tcp/4711", Because: "a: b"}
		require.NoError(t, e.AddTier(Tier{ID: "New", Kind: "app", Subnets: d.Tiers[0].Subnets}))
		require.NoError(t, e.AddFlow(flow))
		require.NoError(t, e.AddException(Flow{From: "New", To: "New", Service: "all", Because: "x", Owner: "y"}))
		require.Error(t, e.AddTier(Tier{ID: "New", Kind: "app"}))
		more, problems := Parse(name, e.Bytes())
		require.NotNil(t, more, "%s\n%s", problems.Error(), e.Bytes())
		assert.Len(t, more.Tiers, len(d.Tiers)+1)
		assert.Equal(t, "a: b", more.Flows[len(d.Flows)].Because)
		require.NoError(t, e.RemoveFlow(flow.Key()))
		require.NoError(t, e.RemoveException("New -> New all"))
		require.NoError(t, e.RemoveTier("New"))
		require.Error(t, e.RemoveTier("New"))
		if len(d.Exceptions) > 0 {
			assert.Equal(t, string(sample(t, name)), string(e.Bytes()))
		}
	}
}

func TestRenameTier(t *testing.T) {
	t.Parallel()
	e := editOf(t, "shop")
	require.NoError(t, e.RenameTier("App", "Services"))
	require.Error(t, e.RenameTier("App", "X"))
	require.Error(t, e.RenameTier("Web", "Services"))
	assert.Equal(t, strings.TrimSpace(`
+  Services: app
+  Worker: {kind: app, sharesWith: Services}
-  App: app
-  Worker: {kind: app, sharesWith: App}
+  Web -> Services tcp/8080: storefront calls the services
+  Services -> Database postgresql: orders and catalogue
+  Services -> Cache redis: sessions
+  Services -> api.payments.example https: {because: payment provider, owner: payments}
-  Web -> App tcp/8080: storefront calls the services
-  App -> Database postgresql: orders and catalogue
-  App -> Cache redis: sessions
-  App -> api.payments.example https: {because: payment provider, owner: payments}
+  Bastion -> Services ssh: operations
-  Bastion -> App ssh: operations
+  Services:
-  App:`), changed(string(sample(t, "shop")), string(e.Bytes())))
	_, problems := Parse("shop.yaml", e.Bytes())
	assert.Empty(t, problems.Error())

	e = editOf(t, "shop")
	require.NoError(t, e.RenameTier("LoadBalancer", "Edge"))
	assert.Contains(t, string(e.Bytes()), "Balancer: {tier: Edge, certificates")
	assert.Contains(t, string(e.Bytes()), "tier: Edge\n    resource: Balancer")
	_, problems = Parse("shop.yaml", e.Bytes())
	assert.Empty(t, problems.Error())
}

// TestEditKeepsComments: comments beside and above entries stay, those of a removed line go.
func TestEditKeepsComments(t *testing.T) {
	t.Parallel()
	e := editOf(t, "three-tier-existing-vpc")
	require.NoError(t, e.RemoveFlow("Web -> App tcp/9000"))
	require.NoError(t, e.RenameTier("Directory", "Staff"))
	before := string(sample(t, "three-tier-existing-vpc"))
	assert.Equal(t, strings.TrimSpace(`
+  Staff: {kind: app, import: {securityGroup: sg-0d1e2f3a4b5c6d7e8, egress: restricted}}
-  Directory: {kind: app, import: {securityGroup: sg-0d1e2f3a4b5c6d7e8, egress: restricted}}
-  Web -> App tcp/9000: order service
+  App -> Staff ldaps: {because: staff log in, owner: identity}
-  App -> Directory ldaps: {because: staff log in, owner: identity}`), changed(before, string(e.Bytes())))
}

func TestEditOfUnusualFiles(t *testing.T) {
	t.Parallel()
	const head = "version: 1\nname: X\nnetwork: {cidr: 10.0.0.0/16, zones: [eu-west-1a]}\nenvironments: {P: {region: eu-west-1}}\n"
	e, problems := NewEdit("x.yaml", []byte(head+"tiers: {Web: web}\nflows: {}"))
	require.Empty(t, problems.Error())
	require.ErrorContains(t, e.AddTier(Tier{ID: "App", Kind: "app"}), "x.yaml:5: tiers is written on one line")
	require.ErrorContains(t, e.RemoveTier("Web"), "x.yaml:5: tiers is written on one line")
	require.NoError(t, e.AddFlow(Flow{From: "Web", To: "internet", Service: "https"}))
	require.NoError(t, e.AddException(Flow{From: "internet", To: "Web", Service: "https", Because: "x", Owner: "y"}))
	assert.Equal(t, head+"tiers: {Web: web}\nflows:\n  Web -> internet https: {}\n\nexceptions:\n"+
		"  internet -> Web https: {because: x, owner: \"y\"}\n", string(e.Bytes()))
	_, problems = NewEdit("x.yaml", []byte("version: 9"))
	assert.True(t, problems.HasErrors())
	e, _ = NewEdit("x.yaml", []byte(strings.ReplaceAll(head+"tiers:\n    \"Web\": web\nflows: {}\n", "\n", "\r\n")))
	require.NoError(t, e.RenameTier("Web", "Site"))
	require.NoError(t, e.AddTier(Tier{ID: "App", Kind: "app"}))
	assert.Equal(t, strings.ReplaceAll(head+"tiers:\n    \"Site\": web\n    App: app\nflows: {}\n", "\n", "\r\n"), string(e.Bytes()))
}

// TestRenameTierInEnvironments: an environment may name a tier, too.
func TestRenameTierInEnvironments(t *testing.T) {
	t.Parallel()
	text := strings.Replace(string(sample(t, "shop")), "network: {cidr: 10.1.0.0/16, nat: single}",
		"loadBalancers: {Balancer: {to: {tier: 'App', port: 8080}}}", 1)
	e, problems := NewEdit("shop.yaml", []byte(text))
	require.Empty(t, problems.Error())
	require.NoError(t, e.RenameTier("App", "Services"))
	assert.Contains(t, string(e.Bytes()), "loadBalancers: {Balancer: {to: {tier: 'Services', port: 8080}}}")
	d, problems := Parse("shop.yaml", e.Bytes())
	require.Empty(t, problems.Error())
	assert.Equal(t, "Services", d.Environments[0].Document.LoadBalancers[0].To.Tier)
	assert.Equal(t, "Web", d.LoadBalancers[0].To.Tier)
}
